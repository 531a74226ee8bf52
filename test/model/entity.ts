import type { FieldValue } from "../../src/decode/row-batch.ts";
import type { RowOperation } from "../support/row-operations.ts";

/** What one partition's newest record says of one key. Never changed: an update makes a new one, so it is an image. */
export interface Candidate {
  readonly key: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  /** Null: a tombstone. */
  readonly values: readonly FieldValue[] | null;
  readonly recordKey: string | undefined;
  /** An estimate of what it takes, kept because the values of an old image are far away in memory. */
  readonly sizeBytes: number;
}

/** A candidate that is live: what the plain store's rows are. */
export interface Entity extends Candidate {
  readonly values: readonly FieldValue[];
}

export function makeCandidate(row: RowOperation, partition: number): Candidate {
  const { key, offset, timestamp, recordKey } = row;
  const values = row.operation === "UPSERT" ? row.values : null;
  return { key, partition, offset, timestamp, values, recordKey, sizeBytes: estimateBytes(key, values) };
}

/** The entity that a key shows, if its winning candidate is live. */
export function liveOf(candidate: Candidate | undefined): Entity | undefined {
  return candidate !== undefined && isLive(candidate) ? candidate : undefined;
}

function isLive(candidate: Candidate): candidate is Entity {
  return candidate.values !== null;
}

/** Of a key's candidates of several partitions the one with the greatest (timestamp, partition) wins. */
export function winnerOf(candidates: Iterable<Candidate>): Candidate | undefined {
  let winner: Candidate | undefined;
  for (const candidate of candidates) {
    if (
      winner === undefined ||
      candidate.timestamp > winner.timestamp ||
      (candidate.timestamp === winner.timestamp && candidate.partition > winner.partition)
    ) {
      winner = candidate;
    }
  }
  return winner;
}

/** Estimated bytes of a candidate in V8's heap: objects and array, numbers in place, one or two bytes a character. */
function estimateBytes(key: string, values: readonly FieldValue[] | null): number {
  let bytes = candidateBytes + 2 * stringBytes + key.length;
  if (values === null) return bytes;
  for (const value of values) bytes += 8 + valueBytes(value);
  return bytes;
}

const candidateBytes = 120;
const stringBytes = 16;

function valueBytes(value: FieldValue): number {
  if (typeof value === "string") return stringBytes + value.length;
  if (typeof value === "number") return Number.isInteger(value) ? 0 : 12;
  if (typeof value === "bigint") return 24;
  if (value === null || typeof value === "boolean") return 0;
  if (isList(value)) return value.reduce((sum: number, element) => sum + 8 + valueBytes(element), 32);
  if ("values" in value) return 48 + valueBytes(value.values);
  return 200; // a JSON value: not measured
}

function isList(value: object): value is readonly FieldValue[] {
  return Array.isArray(value);
}
