import { createZstdCompress, gzipSync, zstdCompressSync } from "node:zlib";
import { compressFrameSync } from "lz4-napi";
import { compressSync } from "snappy";
import { describe, expect, test } from "vitest";
import { type Codec, codecs, decompress } from "../../../../src/log/kafka/records/compression.ts";

const place = { topic: "orders", partition: 3, offset: 41 };
/** Longer than a block of any codec, and partly compressible. */
const plain = Buffer.from(Array.from({ length: 200_000 }, (_, at) => ((at * at) >> 3) & 0x3f));
const xerialHeader = Buffer.from("82534e41505059000000000100000001", "hex");

const compress: Readonly<Record<Exclude<Codec, "none">, (bytes: Buffer) => Buffer>> = {
  gzip: gzipSync,
  snappy: compressSync,
  lz4: compressFrameSync,
  zstd: zstdCompressSync,
};
const compressed = Object.entries(compress).map(([name, undo]) => [toCodec(name), undo(plain)] as const);

/** Xerial's chunk: length, then plain snappy. */
function chunk(bytes: Buffer): Buffer {
  const block = compressSync(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(block.length);
  return Buffer.concat([length, block]);
}

describe("decompress", () => {
  test("gives the same bytes, not copies, where nothing was compressed", () => {
    expect(decompress("none", plain, place)).toBe(plain);
  });

  test.for(compressed)("undoes %s", ([codec, bytes]) => {
    expect(decompress(codec, bytes, place)).toEqual(plain);
  });

  test("undoes snappy in one xerial stream of several chunks", () => {
    const chunks = [
      chunk(plain.subarray(0, 32_768)),
      chunk(plain.subarray(32_768, 32_769)),
      chunk(plain.subarray(32_769)),
    ];
    expect(decompress("snappy", Buffer.concat([xerialHeader, ...chunks]), place)).toEqual(plain);
  });

  test("undoes snappy in xerial streams that follow each other", () => {
    const streams = [xerialHeader, chunk(plain.subarray(0, 9)), xerialHeader, xerialHeader, chunk(plain.subarray(9))];
    expect(decompress("snappy", Buffer.concat(streams), place)).toEqual(plain);
  });

  test("undoes lz4 with checksums", () => {
    const bytes = compressFrameSync(plain, { blockChecksums: true, contentChecksum: true });
    expect(decompress("lz4", bytes, place)).toEqual(plain);
  });

  test("undoes lz4 whose blocks lean on the ones before, as its frame allows", () => {
    const header = "04224d184040c0";
    const stored = `10000080${Buffer.from("0123456789abcdef").toString("hex")}`;
    // No literals, 12 bytes from 16 before: inside the former block. Then five literals, as every block ends.
    const leaning = `09000000${"081000"}${"50"}${Buffer.from("vwxyz").toString("hex")}`;
    const bytes = Buffer.from(`${header}${stored}${leaning}00000000`, "hex");
    expect(`${decompress("lz4", bytes, place)}`).toBe("0123456789abcdef0123456789abvwxyz");
  });

  test.for(compressed)("finds %s that ends early, and says where", ([codec, bytes]) => {
    const half = bytes.subarray(0, bytes.length >> 1);
    expect(() => decompress(codec, half, place)).toThrow(
      expect.objectContaining({ code: "LOG_CORRUPT", ...place, message: expect.stringContaining(codec) }),
    );
  });

  test("finds a xerial stream that ends early wherever it ends inside a chunk", () => {
    const whole = Buffer.concat([xerialHeader, chunk(Buffer.from("a chunk of snappy"))]);
    for (let length = xerialHeader.length + 1; length < whole.length; length += 1) {
      expect(() => decompress("snappy", whole.subarray(0, length), place)).toThrow(/orders\/3@41/);
    }
  });

  const kept = compressed.filter(([codec]) => codec === "gzip" || codec === "zstd");

  test.for(kept)("undoes %s with the same decompressor after bytes that it could not undo", ([codec, bytes]) => {
    const truncated = bytes.subarray(0, bytes.length >> 1);
    const garbled = bytes.map((byte, at) => (at < 40 ? byte : byte ^ 0x55));
    for (const bad of [truncated, Buffer.from(garbled), Buffer.alloc(0), Buffer.from("neither"), truncated]) {
      expect(() => decompress(codec, bad, place)).toThrow(expect.objectContaining({ code: "LOG_CORRUPT" }));
      expect(decompress(codec, bytes, place)).toEqual(plain);
    }
  });

  test.for(compressed)("gives bytes of %s that the next batch leaves alone", ([codec, bytes]) => {
    const first = decompress(codec, bytes, place);
    const kept = Buffer.from(first);
    decompress(codec, compress[codec](Buffer.alloc(plain.length, 0x61)), place);
    expect(first).toEqual(kept);
  });

  test("undoes zstd that was written piece by piece, as Java's producers do, so that it does not name its length", async () => {
    const stream = createZstdCompress();
    const pieces = stream.toArray();
    for (let at = 0; at < plain.length; at += 20_000) stream.write(plain.subarray(at, at + 20_000));
    stream.end();
    expect(decompress("zstd", Buffer.concat(await pieces), place)).toEqual(plain);
  });

  test("keeps what the codec said as the cause", () => {
    expect(() => decompress("gzip", Buffer.from("no gzip"), place)).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ message: "incorrect header check" }) }),
    );
  });
});

function toCodec(name: string): Exclude<Codec, "none"> {
  const codec = codecs.find((known) => known === name);
  if (codec === undefined || codec === "none") throw new Error(`no codec ${name}`);
  return codec;
}
