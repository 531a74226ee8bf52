import { decompressFrameSync } from "lz4-napi";
import { uncompressSync } from "snappy";
import { keepGunzip, keepZstd } from "./kept-decompressor.ts";
import { type BatchPlace, LogCorruptError } from "./log-corrupt-error.ts";

/** The codecs of Kafka, by the number that stands in a batch's attributes. */
export const codecs = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
export type Codec = (typeof codecs)[number];

// One of each for the thread.
const gunzip = keepGunzip();
const zstd = keepZstd();

/**
 * The bytes as they were before compression; the same bytes if there was none. Throws `LogCorruptError` if they cannot
 * be decompressed. Synchronous: a batch is about 1 MB, and the thread pool costs more than it saves at that size.
 */
export function decompress(codec: Codec, bytes: Buffer, place: BatchPlace): Buffer {
  try {
    switch (codec) {
      case "none":
        return bytes;
      case "gzip":
        return gunzip.decompress(bytes);
      case "snappy":
        return isXerialHeader(bytes, 0) ? uncompressXerial(bytes) : uncompressSnappy(bytes);
      case "lz4":
        return decompressFrameSync(bytes);
      case "zstd":
        return zstd.decompress(bytes);
    }
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new LogCorruptError({ ...place, expected: `records compressed with ${codec}`, found, cause });
  }
}

/** Java's producers cut snappy into chunks, in a frame of their own; those on librdkafka write plain snappy. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
/** Magic, then two version numbers of four bytes that have never had a meaning. */
const xerialHeaderBytes = 16;

function isXerialHeader(bytes: Buffer, at: number): boolean {
  const end = at + xerialMagic.length;
  return bytes.length >= at + xerialHeaderBytes && bytes.compare(xerialMagic, 0, xerialMagic.length, at, end) === 0;
}

/** A header may also stand between chunks: streams that were written one after the other are one stream. */
function uncompressXerial(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (isXerialHeader(bytes, at)) {
      at += xerialHeaderBytes;
      continue;
    }
    const from = at + 4;
    const end = from + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new RangeError(`a chunk up to byte ${end} of ${bytes.length}`);
    chunks.push(uncompressSnappy(bytes.subarray(from, end)));
    at = end;
  }
  return Buffer.concat(chunks);
}

function uncompressSnappy(bytes: Buffer): Buffer {
  // Copied out: memory of another allocator that the collector has to give back costs four times the decompressing (measured).
  const plain = uncompressSync(bytes, { asBuffer: true, copyOutputData: true });
  return typeof plain === "string" ? Buffer.from(plain) : plain;
}
