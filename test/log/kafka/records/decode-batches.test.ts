import { crc32c } from "@node-rs/crc32";
import { describe, expect, test } from "vitest";
import { codecs } from "../../../../src/log/kafka/records/compression.ts";
import { decodeBatches } from "../../../../src/log/kafka/records/decode-batches.ts";
import { LogCorruptError } from "../../../../src/log/kafka/records/log-corrupt-error.ts";
import { type EncodableRecord, encodeRecordBatch } from "../../../support/record-batch-encoder.ts";
import { decodeAll, offsetsOf, recordsOf, spansOf } from "./decoded.ts";

function records(count: number, value = "v"): readonly EncodableRecord[] {
  return Array.from({ length: count }, (_, at) => ({ key: `k${at}`, value }));
}

describe("a batch", () => {
  test.for([...codecs, "xerial"] as const)("compressed with %s is read as it was written", (codec) => {
    const written = Array.from({ length: 900 }, (_, at) => ({ key: `key-${at}`, value: `value ${at} `.repeat(9) }));
    const read = recordsOf(decodeAll([encodeRecordBatch({ baseOffset: 7, records: written, codec })]));
    expect(read.map(({ key, value }) => ({ key: `${key}`, value: `${value}` }))).toEqual(written);
  });

  test.for(codecs.filter((codec) => codec !== "none"))("whose %s bytes are damaged is corrupt", (codec) => {
    const attributes = codecs.indexOf(codec);
    const bytes = encodeRecordBatch({ baseOffset: 5, records: [{ value: "plain bytes that no codec wrote" }] });
    const damaged = withAttributes(bytes, attributes);
    expect(() => decodeAll([damaged])).toThrow(LogCorruptError);
  });

  test("gives keys, values, tombstones, times and headers, of which names may repeat", () => {
    const headers = [
      ["a", "1"],
      ["__proto__", null],
      ["a", "2"],
    ] as const;
    const batch = encodeRecordBatch({
      baseOffset: 2 ** 40,
      baseTimestamp: 1_000,
      records: [
        { key: "k", value: "v", headers, timestampDelta: -5 },
        { key: "", value: null, timestampDelta: 2 ** 41 },
      ],
    });
    const read = recordsOf(decodeAll([batch], { position: 2 ** 40 }));
    const contents = read.map(({ offset, timestamp, key, value, headers: own }) => ({
      offset,
      timestamp,
      key,
      value,
      headers: own,
    }));
    expect(contents).toEqual([
      {
        offset: 2 ** 40,
        timestamp: 995,
        key: Buffer.from("k"),
        value: Buffer.from("v"),
        headers: [
          ["a", Buffer.from("1")],
          ["__proto__", null],
          ["a", Buffer.from("2")],
        ],
      },
      { offset: 2 ** 40 + 1, timestamp: 1_000 + 2 ** 41, key: Buffer.alloc(0), value: null, headers: [] },
    ]);
  });

  test("timed by the broker gives that time to all records", () => {
    const timed = { isLogAppendTime: true, maxTimestamp: 77 };
    const batch = encodeRecordBatch({ baseOffset: 0, records: records(2), ...timed });
    expect(recordsOf(decodeAll([batch])).map(({ timestamp }) => timestamp)).toEqual([77, 77]);
  });

  test("of 200,000 records comes whole, in slices of at most 1,000", () => {
    const slices = decodeAll([encodeRecordBatch({ baseOffset: 0, records: records(200_000), codec: "gzip" })]);
    expect(slices.every((slice) => slice.records.length === 1_000)).toBe(true);
    expect(offsetsOf(slices)).toEqual(Array.from({ length: 200_000 }, (_, at) => at));
  });

  test("of large records comes in slices of at most 256 KiB, a larger record alone", () => {
    const sizes = [100_000, 100_000, 100_000, 300_000, 10];
    const batch = encodeRecordBatch({ baseOffset: 0, records: sizes.map((size) => ({ value: Buffer.alloc(size) })) });
    expect(decodeAll([batch]).map(({ sizeBytes }) => sizeBytes)).toEqual([200_000, 100_000, 300_000, 10]);
  });

  test("that cannot be read is told after all before it has been given, and nothing of it", () => {
    const good = encodeRecordBatch({ baseOffset: 0, records: records(2) });
    const bad = encodeRecordBatch({
      baseOffset: 2,
      records: [{ offsetDelta: 0 }, { offsetDelta: 0 }],
      lastOffsetDelta: 5,
    });
    const at = {
      topic: "orders",
      partition: 3,
      position: 0,
      isolation: "READ_COMMITTED",
      abortedTransactions: [],
    } as const;
    const slices = decodeBatches({ ...at, records: Buffer.concat([good, bad]) });
    expect(slices.next().value).toMatchObject({ nextOffset: 2, records: [{ offset: 0 }, { offset: 1 }] });
    expect(() => slices.next()).toThrow(LogCorruptError);
  });

  test("that cannot be read gives the slices that it filled", () => {
    const written = [...records(1_500), { offsetDelta: 1_400 }];
    const bad = encodeRecordBatch({ baseOffset: 0, records: written, lastOffsetDelta: 2_000 });
    const spans: Array<readonly [number, number]> = [];
    const readAll = (): void => {
      const place = { topic: "orders", partition: 3, position: 0, abortedTransactions: [] } as const;
      const slices = decodeBatches({ ...place, isolation: "READ_COMMITTED", records: bad });
      for (const slice of slices) spans.push(...spansOf([slice]));
    };
    expect(readAll).toThrow(LogCorruptError);
    expect(spans).toEqual([[0, 1_000]]);
  });

  test("is one slice with its neighbours if all of them fit, whatever their codecs", () => {
    const batches = codecs.map((codec, at) =>
      encodeRecordBatch({ baseOffset: 100 * at, records: records(100), codec }),
    );
    const slices = decodeAll(batches);
    expect(spansOf(slices)).toEqual([[0, 500]]);
    expect(recordsOf(slices).map(({ key }) => `${key}`)).toEqual(
      codecs.flatMap(() => records(100).map(({ key }) => key)),
    );
  });

  test("of another leader epoch begins a slice", () => {
    const batches = [3, 3, 4].map((partitionLeaderEpoch, at) =>
      encodeRecordBatch({ baseOffset: at, records: records(1), partitionLeaderEpoch }),
    );
    expect(decodeAll(batches).map(({ nextOffset, leaderEpoch }) => [nextOffset, leaderEpoch])).toEqual([
      [2, 3],
      [3, 4],
    ]);
  });

  test("names its leader epoch", () => {
    const batch = encodeRecordBatch({ baseOffset: 0, records: records(1), partitionLeaderEpoch: 12 });
    expect(decodeAll([batch])[0]?.leaderEpoch).toBe(12);
  });
});

describe("positions", () => {
  test("L1: an empty batch moves the position, also with a codec, also alone", () => {
    const empty = encodeRecordBatch({ baseOffset: 4, records: [], lastOffsetDelta: 9, codec: "zstd" });
    expect(spansOf(decodeAll([empty], { position: 4 }))).toEqual([[4, 14]]);
  });

  test("L1: holes before, in and after batches are passed at once", () => {
    const batches = [
      encodeRecordBatch({ baseOffset: 5, records: [{ offsetDelta: 1 }, { offsetDelta: 8 }], lastOffsetDelta: 20 }),
      encodeRecordBatch({ baseOffset: 40, records: records(1), lastOffsetDelta: 3 }),
    ];
    const slices = decodeAll(batches);
    expect(spansOf(slices)).toEqual([[0, 44]]);
    expect(offsetsOf(slices)).toEqual([6, 13, 40]);
  });

  test("L1: slices of one batch follow each other without gap up to the batch's end", () => {
    const batch = encodeRecordBatch({ baseOffset: 10, records: records(2_500), lastOffsetDelta: 3_000 });
    expect(spansOf(decodeAll([batch]))).toEqual([
      [0, 1_010],
      [1_010, 2_010],
      [2_010, 3_011],
    ]);
  });

  test("records before the position are left out, and batches before it too", () => {
    const batches = [0, 3, 6].map((baseOffset) => encodeRecordBatch({ baseOffset, records: records(3) }));
    const slices = decodeAll(batches, { position: 4 });
    expect(offsetsOf(slices)).toEqual([4, 5, 6, 7, 8]);
    expect(spansOf(slices)).toEqual([[4, 9]]);
  });

  test("L1: a batch whose last offsets are gone is passed from a position among these", () => {
    const batch = encodeRecordBatch({ baseOffset: 0, records: records(3), lastOffsetDelta: 9 });
    expect(spansOf(decodeAll([batch], { position: 5 }))).toEqual([[5, 10]]);
  });

  test("a batch cut off anywhere at the end of an answer is left for the next", () => {
    const whole = encodeRecordBatch({ baseOffset: 0, records: records(2) });
    const cut = encodeRecordBatch({ baseOffset: 2, records: records(2) });
    for (let length = 0; length < cut.length; length += 1) {
      expect(spansOf(decodeAll([whole, cut.subarray(0, length)]))).toEqual([[0, 2]]);
    }
  });
});

describe("corruption", () => {
  test("of any bit that the checksum covers is found, and the batch named", () => {
    const bytes = encodeRecordBatch({ baseOffset: 41, records: records(2) });
    for (let bit = 21 * 8; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => decodeAll([flipped])).toThrow(/orders\/3@41.*CRC|CRC.*orders\/3@41/);
    }
  });

  test("names topic, partition and offset", () => {
    const bytes = encodeRecordBatch({ baseOffset: 41, records: records(2), magic: 3 });
    const place = { topic: "orders", partition: 3, offset: 41, code: "LOG_CORRUPT", retriable: true };
    expect(() => decodeAll([bytes])).toThrow(expect.objectContaining(place));
  });

  test.for([0, 1])("is not what record format %i is: it is named, with what to do", (magic) => {
    const bytes = encodeRecordBatch({ baseOffset: 41, records: records(2), magic });
    const facts = {
      code: "LOG_UNSUPPORTED",
      message: expect.stringMatching(/orders\/3@41.*format \d.*newer producer/),
    };
    expect(() => decodeAll([bytes])).toThrow(expect.objectContaining(facts));
  });

  test.for([
    ["offsets that do not grow", { records: [{ offsetDelta: 1 }, { offsetDelta: 1 }], lastOffsetDelta: 5 }],
    ["an offset beyond the batch", { records: [{ offsetDelta: 3 }], lastOffsetDelta: 2 }],
    ["more records than offsets", { records: [{}, {}], lastOffsetDelta: 0 }],
  ] as const)("%s is found although the checksum is right", ([, batch]) => {
    expect(() => decodeAll([encodeRecordBatch({ baseOffset: 0, ...batch })])).toThrow(LogCorruptError);
  });
});

/** With other attributes and a checksum that fits them. */
function withAttributes(batch: Buffer, attributes: number): Buffer {
  const changed = Buffer.from(batch);
  changed.writeInt16BE(attributes, 21);
  changed.writeUInt32BE(crc32c(changed.subarray(21)), 17);
  return changed;
}
