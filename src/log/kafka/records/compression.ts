import { createRequire } from "node:module";
import { keepGunzip, keepZstd } from "./kept-decompressor.ts";
import { type BatchPlace, LogCorruptError } from "./log-corrupt-error.ts";

/** The codecs of Kafka, by the number that stands in a batch's attributes. */
export const codecs = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
export type Codec = (typeof codecs)[number];

/** Undoes the compression of one batch. Throws if the bytes are not of the codec, or not whole. */
type Undo = (bytes: Buffer) => Buffer;

/** One of each codec for the thread, since its first batch. */
const undoing: Partial<Record<Codec, Undo>> = {};

/**
 * The bytes as they were before compression; the same bytes if there was none. Throws `LogCorruptError` if they cannot
 * be decompressed. Synchronous: a batch is about 1 MB, and the thread pool costs more than it saves at that size.
 */
export function decompress(codec: Codec, bytes: Buffer, place: BatchPlace): Buffer {
  undoing[codec] ??= makeUndo(codec);
  const undo = undoing[codec];
  try {
    return undo(bytes);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new LogCorruptError({ ...place, expected: `records compressed with ${codec}`, found, cause });
  }
}

/**
 * Loads the codec's package, which takes milliseconds of a thread's start that few threads need. The casts are true because
 * packages are what their types say.
 */
function makeUndo(codec: Codec): Undo {
  const require = createRequire(import.meta.url);
  switch (codec) {
    case "none":
      return (bytes) => bytes;
    case "gzip":
      return keepGunzip(require("minizlib") as typeof import("minizlib"));
    case "snappy":
      return makeUncompress(require("snappy") as typeof import("snappy"));
    case "lz4":
      return (require("lz4-napi") as typeof import("lz4-napi")).decompressFrameSync;
    case "zstd":
      return keepZstd(require("minizlib") as typeof import("minizlib"));
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

/** Undoes snappy with Xerial's frame or without. */
function makeUncompress({ uncompressSync }: typeof import("snappy")): Undo {
  const uncompress: Undo = (bytes) => {
    // Copied out: memory of another allocator, which the collector has to give back, costs four times the decompressing (measured).
    const plain = uncompressSync(bytes, { asBuffer: true, copyOutputData: true });
    return typeof plain === "string" ? Buffer.from(plain) : plain;
  };
  return (bytes) => (isXerialHeader(bytes, 0) ? uncompressXerial(bytes, uncompress) : uncompress(bytes));
}

/** A header may also stand between chunks: streams that were written one after the other are one stream. */
function uncompressXerial(bytes: Buffer, uncompress: Undo): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (isXerialHeader(bytes, at)) {
      at += xerialHeaderBytes;
      continue;
    }
    const from = at + 4;
    const end = from + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new RangeError(`a chunk up to byte ${end} of ${bytes.length}`);
    chunks.push(uncompress(bytes.subarray(from, end)));
    at = end;
  }
  return Buffer.concat(chunks);
}
