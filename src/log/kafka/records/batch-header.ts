import { crc32c } from "@node-rs/crc32";
import { LogUnsupportedError } from "../kafka-log-errors.ts";
import { type Codec, codecs } from "./compression.ts";
import { type BatchPlace, LogCorruptError } from "./log-corrupt-error.ts";

/** What stands before the records of a batch (format 2). */
export interface BatchHeader {
  readonly baseOffset: number;
  /** Stays when compaction takes the last records, so it may lie beyond the last of them. */
  readonly lastOffset: number;
  readonly leaderEpoch: number;
  readonly codec: Codec;
  readonly isTransactional: boolean;
  /** The records are markers of the broker's, whatever their keys look like. */
  readonly isControl: boolean;
  /** -1 if the producer has none. */
  readonly producerId: bigint;
  readonly baseTimestamp: number;
  /** If the broker's clock decides, the time of all records; else undefined. */
  readonly appendTimestamp: number | undefined;
  /** May be 0: compaction keeps some batches when all their records are gone. */
  readonly recordCount: number;
  /** Where the records are, perhaps compressed, and end. */
  readonly recordsAt: number;
  readonly endAt: number;
}

const lengthAt = 8;
const leaderEpochAt = 12;
const magicAt = 16;
const crcAt = 17;
const attributesAt = 21;
const lastOffsetDeltaAt = 23;
const baseTimestampAt = 27;
const maxTimestampAt = 35;
const producerIdAt = 43;
const recordCountAt = 57;
/** Size of the header; the records follow. */
const batchHeaderBytes = 61;
/** The batch's length counts what comes after it. */
const prefixBytes = 12;

const maxInt32 = 0x7fffffff;
const codecMask = 0x07;
const logAppendTimeMask = 0x08;
const transactionalMask = 0x10;
const controlMask = 0x20;

/**
 * Reads and checks the header of the batch at byte `at`; undefined if the bytes end before the batch does, as the last
 * one of an answer may. Throws `LogCorruptError` if it is no batch or its checksum is wrong: nothing of it is believed
 * before. Throws `LogUnsupportedError` if it is of format 0 or 1.
 */
export function readBatchHeader(
  records: Buffer,
  at: number,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): BatchHeader | undefined {
  if (at + magicAt >= records.length) return undefined;
  const baseOffset = int64At(records, at);
  const place = { topic, partition, offset: baseOffset };
  requireFormat(records.readInt8(at + magicAt), place);
  const length = records.readInt32BE(at + lengthAt);
  // The checksum does not cover the base offset: the broker sets it later.
  if (baseOffset < 0 || baseOffset > Number.MAX_SAFE_INTEGER - maxInt32) {
    throw new LogCorruptError({ ...place, expected: "an offset below 2^53", found: `${baseOffset}` });
  }
  if (length < batchHeaderBytes - prefixBytes) {
    throw new LogCorruptError({ ...place, expected: "a header", found: `a length of ${length} bytes` });
  }
  const endAt = at + prefixBytes + length;
  if (endAt > records.length) return undefined;
  requireChecksum(records, at, endAt, place);
  const attributes = records.readInt16BE(at + attributesAt);
  const codec = codecs[attributes & codecMask];
  if (codec === undefined) {
    throw new LogCorruptError({ ...place, expected: "a known codec", found: `number ${attributes & codecMask}` });
  }
  const lastOffsetDelta = records.readInt32BE(at + lastOffsetDeltaAt);
  const recordCount = records.readInt32BE(at + recordCountAt);
  if (lastOffsetDelta < 0 || recordCount < 0 || recordCount > lastOffsetDelta + 1) {
    const found = `${recordCount} records on ${lastOffsetDelta + 1} offsets`;
    throw new LogCorruptError({ ...place, expected: "at most one record for each offset", found });
  }
  return {
    baseOffset,
    lastOffset: baseOffset + lastOffsetDelta,
    leaderEpoch: records.readInt32BE(at + leaderEpochAt),
    codec,
    isTransactional: (attributes & transactionalMask) !== 0,
    isControl: (attributes & controlMask) !== 0,
    producerId: records.readBigInt64BE(at + producerIdAt),
    baseTimestamp: int64At(records, at + baseTimestampAt),
    appendTimestamp: (attributes & logAppendTimeMask) === 0 ? undefined : int64At(records, at + maxTimestampAt),
    recordCount,
    recordsAt: at + batchHeaderBytes,
    endAt,
  };
}

function requireFormat(magic: number, { topic, partition, offset }: BatchPlace): void {
  if (magic === 2) return;
  if (magic !== 0 && magic !== 1) {
    throw new LogCorruptError({ topic, partition, offset, expected: "record format 2", found: `format ${magic}` });
  }
  throw new LogUnsupportedError({
    expected: `record format 2 at ${topic}/${partition}@${offset}`,
    found: `format ${magic}, which brokers before 0.11 wrote`,
    remedy: "Copy the topic's records into a new topic by any newer producer, and name that topic in the view.",
  });
}

function requireChecksum(records: Buffer, at: number, endAt: number, place: BatchPlace): void {
  const wanted = records.readUInt32BE(at + crcAt);
  const computed = crc32c(records.subarray(at + attributesAt, endAt));
  if (wanted === computed) return;
  const expected = `the CRC-32C ${wanted.toString(16)} that its header names`;
  throw new LogCorruptError({ ...place, expected, found: computed.toString(16) });
}

function int64At(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}
