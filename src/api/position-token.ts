import { crc32 } from "node:zlib";
import { InvariantError, TailwaterError } from "../base/errors.ts";
import { compareText } from "../base/text-order.ts";
import type { ViewPosition } from "../view/view-position.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

/** What a position token says: where each view stood, for the views that an operation read only. */
export interface PositionToken {
  /** Time of the cut; `makeCutTime` gives it. */
  readonly issuedAtMs: number;
  /** In name order when decoded; any order when encoded. */
  readonly views: readonly ViewPosition[];
}

/** A text is not a position token, or not one of this version, or was changed on its way. */
export class PositionInvalidError extends TailwaterError {
  constructor(facts: { readonly found: string; readonly cause?: unknown }) {
    super({
      code: "POSITION_INVALID",
      message: `Expected a position token as \`extensions.position\` or \`position\` gave it, found ${facts.found}; pass it unchanged, or leave it out.`,
      cause: facts.cause,
    });
  }
}

/** Version of the token format; the token's first byte. */
export const positionTokenVersion = 1;

const cutTimeStepMs = 60_000;
const maxTokenLength = 1024 * 1024;

interface Encoded {
  readonly issuedAtMs: number;
  readonly views: readonly ViewPosition[];
  readonly text: string;
}

/** Tokens of positions that have not changed, under the first view's position: dropped with it. */
const encoded = new WeakMap<ViewPosition, Encoded>();

/** The time that a token made at `nowMs` carries: the minute it lies in, so that replicas at one cut give one text. */
export function makeCutTime(nowMs: number): number {
  return nowMs - (nowMs % cutTimeStepMs);
}

/**
 * The token's text: base64url of version, time, views by name with lineage and (partition, next offset, epoch + 1)
 * by partition, and a CRC-32 of all that. One cut at one time has one text. Names no topic. Remembers the last text
 * for each first view, so an unchanged cut costs a look-up.
 */
export function encodePosition(token: PositionToken): string {
  const [first] = token.views;
  const known = first === undefined ? undefined : encoded.get(first);
  if (known !== undefined && known.issuedAtMs === token.issuedAtMs && isSameList(known.views, token.views)) {
    return known.text;
  }
  const text = writeToken(token);
  if (first !== undefined) encoded.set(first, { issuedAtMs: token.issuedAtMs, views: [...token.views], text });
  return text;
}

/** Reads a token's text back. Throws `PositionInvalidError` for anything that `encodePosition` does not give. */
export function decodePosition(text: string): PositionToken {
  if (text.length > maxTokenLength) throw new PositionInvalidError({ found: `${text.length} characters` });
  const buffer = Buffer.from(text, "base64url");
  if (buffer.length < 5 || buffer.toString("base64url") !== text) {
    throw new PositionInvalidError({ found: "a text of another form" });
  }
  if (buffer[0] !== positionTokenVersion) {
    throw new PositionInvalidError({
      found: `a token of version ${buffer[0]}, this gateway knows ${positionTokenVersion}`,
    });
  }
  const body = buffer.subarray(0, -4);
  if (crc32(body) !== buffer.readUInt32BE(body.length)) {
    throw new PositionInvalidError({ found: "a token that is cut off or was changed" });
  }
  const token = readToken(body);
  if (writeToken(token) !== text) throw new PositionInvalidError({ found: "a token of another form" });
  return token;
}

function writeToken({ issuedAtMs, views }: PositionToken): string {
  const writer = new ByteWriter();
  writer.varint(positionTokenVersion);
  writer.varint(issuedAtMs);
  writer.varint(views.length);
  for (const view of [...views].sort((a, b) => compareText(a.view, b.view))) writeView(writer, view);
  const body = writer.toBuffer();
  const checksum = new ByteWriter();
  checksum.uint32(crc32(body));
  return Buffer.concat([body, checksum.toBuffer()]).toString("base64url");
}

function writeView(writer: ByteWriter, { view, lineage, positions, epochs }: ViewPosition): void {
  writer.text(view);
  const lineageBytes = Buffer.from(lineage, "hex");
  if (lineageBytes.toString("hex") !== lineage) throw new InvariantError(`lineage of view ${view} is not hex text`);
  writer.bytes(lineageBytes);
  writer.varint(positions.size);
  let former = -1;
  for (const [partition, nextOffset] of [...positions].sort(([a], [b]) => a - b)) {
    writer.varint(partition - former - 1);
    writer.varint(nextOffset);
    writer.varint((epochs.get(partition) ?? -1) + 1);
    former = partition;
  }
}

function readToken(body: Buffer): PositionToken {
  try {
    const reader = new ByteReader(body);
    reader.varint();
    const issuedAtMs = reader.varint();
    const views: ViewPosition[] = [];
    for (let left = reader.varint(); left > 0; left -= 1) views.push(readView(reader));
    if (reader.remaining > 0) throw new RangeError(`${reader.remaining} bytes too many`);
    return { issuedAtMs, views };
  } catch (cause) {
    throw new PositionInvalidError({ found: "a token with contents of another form", cause });
  }
}

function readView(reader: ByteReader): ViewPosition {
  const view = reader.text();
  const lineage = reader.bytes().toString("hex");
  const positions = new Map<number, number>();
  const epochs = new Map<number, number>();
  let former = -1;
  for (let left = reader.varint(); left > 0; left -= 1) {
    const partition = former + 1 + reader.varint();
    positions.set(partition, reader.varint());
    const epoch = reader.varint() - 1;
    if (epoch >= 0) epochs.set(partition, epoch);
    former = partition;
  }
  return { view, lineage, positions, epochs };
}

function isSameList(left: readonly ViewPosition[], right: readonly ViewPosition[]): boolean {
  return left.length === right.length && left.every((position, at) => position === right[at]);
}
