import { gzipSync, zstdCompressSync } from "node:zlib";
import { crc32c } from "@node-rs/crc32";
import { compressFrameSync } from "lz4-napi";
import { compressSync } from "snappy";
import { type Codec, codecs } from "../../src/log/kafka/records/compression.ts";
import { WireWriter } from "./wire-writer.ts";

/** A record to encode. The offset delta is its place in the batch if it is not given. */
export interface EncodableRecord {
  readonly offsetDelta?: number | undefined;
  readonly timestampDelta?: number | undefined;
  readonly key?: Uint8Array | string | null | undefined;
  readonly value?: Uint8Array | string | null | undefined;
  readonly headers?: ReadonlyArray<readonly [name: string, value: Uint8Array | string | null]> | undefined;
}

/** A batch to encode; what is not given is as a plain producer without transactions writes it. */
export interface EncodableBatch {
  readonly baseOffset: number;
  readonly records: readonly EncodableRecord[];
  /** Larger than the last record's if compaction took the last records. */
  readonly lastOffsetDelta?: number | undefined;
  readonly partitionLeaderEpoch?: number | undefined;
  readonly producerId?: number | undefined;
  readonly producerEpoch?: number | undefined;
  readonly isTransactional?: boolean | undefined;
  readonly isControl?: boolean | undefined;
  readonly isLogAppendTime?: boolean | undefined;
  /** `xerial` is snappy in the frame of Java's producers. */
  readonly codec?: Codec | "xerial" | undefined;
  readonly baseTimestamp?: number | undefined;
  readonly maxTimestamp?: number | undefined;
  readonly magic?: number | undefined;
}

/** One batch in record format 2. */
export function encodeRecordBatch(batch: EncodableBatch): Buffer {
  const { records, codec = "none", baseTimestamp = 1_700_000_000_000 } = batch;
  const codecNumber = codec === "xerial" ? codecs.indexOf("snappy") : codecs.indexOf(codec);
  const attributes =
    codecNumber |
    (batch.isLogAppendTime === true ? 0x08 : 0) |
    (batch.isTransactional === true ? 0x10 : 0) |
    (batch.isControl === true ? 0x20 : 0);
  const lastDelta = records.at(-1)?.offsetDelta ?? Math.max(0, records.length - 1);
  const plain = Buffer.concat(records.map(encodeRecord));
  const checked = new WireWriter()
    .int16(attributes)
    .int32(batch.lastOffsetDelta ?? lastDelta)
    .int64(baseTimestamp)
    .int64(batch.maxTimestamp ?? baseTimestamp)
    .int64(batch.producerId ?? -1)
    .int16(batch.producerEpoch ?? -1)
    .int32(-1)
    .int32(records.length)
    // A batch that compaction has emptied keeps its codec and has nothing to decompress.
    .raw(records.length === 0 ? plain : compress(codec, plain))
    .end();
  return new WireWriter()
    .int64(batch.baseOffset)
    .int32(checked.length + 9)
    .int32(batch.partitionLeaderEpoch ?? 0)
    .int8(batch.magic ?? 2)
    .int32(crc32c(checked) | 0)
    .raw(checked)
    .end();
}

/** The broker's marker at the end of a transaction. */
export function encodeControlBatch(marker: {
  readonly baseOffset: number;
  readonly producerId: number;
  readonly type: "abort" | "commit";
}): Buffer {
  const key = new WireWriter()
    .int16(0)
    .int16(marker.type === "abort" ? 0 : 1)
    .end();
  const { baseOffset, producerId } = marker;
  const records = [{ key, value: Buffer.alloc(6) }];
  return encodeRecordBatch({ baseOffset, producerId, records, isTransactional: true, isControl: true });
}

function encodeRecord(record: EncodableRecord, at: number): Buffer {
  const writer = new WireWriter()
    .int8(0)
    .varint(record.timestampDelta ?? 0)
    .varint(record.offsetDelta ?? at);
  writeField(writer, record.key ?? null);
  writeField(writer, record.value ?? null);
  const headers = record.headers ?? [];
  writer.varint(headers.length);
  for (const [name, value] of headers) {
    writeField(writer, name);
    writeField(writer, value);
  }
  const bytes = writer.end();
  return new WireWriter().varint(bytes.length).raw(bytes).end();
}

function writeField(writer: WireWriter, field: Uint8Array | string | null): void {
  if (field === null) {
    writer.varint(-1);
    return;
  }
  const bytes = Buffer.from(field);
  writer.varint(bytes.length).raw(bytes);
}

function compress(codec: Codec | "xerial", plain: Buffer): Buffer {
  switch (codec) {
    case "none":
      return plain;
    case "gzip":
      return gzipSync(plain);
    case "snappy":
      return compressSync(plain);
    case "xerial":
      return compressXerial(plain);
    case "lz4":
      return compressFrameSync(plain);
    case "zstd":
      return zstdCompressSync(plain);
  }
}

/** Chunks of at most 32 KiB, as snappy-java writes them. */
function compressXerial(plain: Buffer): Buffer {
  const writer = new WireWriter().raw(Buffer.from("82534e4150505900", "hex")).int32(1).int32(1);
  for (let at = 0; at < plain.length; at += 32_768) writer.bytes(compressSync(plain.subarray(at, at + 32_768)));
  return writer.end();
}
