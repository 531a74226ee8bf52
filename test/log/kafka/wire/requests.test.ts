import { describe, expect, test } from "vitest";
import {
  decodeDescribeConfigsResponse,
  encodeDescribeConfigsRequest,
} from "../../../../src/log/kafka/wire/describe-configs.ts";
import { formatErrorCode } from "../../../../src/log/kafka/wire/error-codes.ts";
import { decodeFetchResponse, encodeFetchRequest } from "../../../../src/log/kafka/wire/fetch.ts";
import { decodeListOffsetsResponse, encodeListOffsetsRequest } from "../../../../src/log/kafka/wire/list-offsets.ts";
import { decodeMetadataResponse, encodeMetadataRequest } from "../../../../src/log/kafka/wire/metadata.ts";
import {
  decodeOffsetForLeaderEpochResponse,
  encodeOffsetForLeaderEpochRequest,
} from "../../../../src/log/kafka/wire/offset-for-leader-epoch.ts";
import { WireWriter } from "../../../support/wire-writer.ts";

const largestId = 2n ** 63n - 1n;

const answers = {
  Fetch: {
    decode: decodeFetchResponse,
    body: new WireWriter()
      .int32(0)
      .int16(0)
      .int32(0)
      .int32(1)
      .string("orders")
      .int32(1)
      .int32(3)
      .int16(0)
      .int64(2 ** 40)
      .int64(2 ** 40 - 1)
      .int64(12)
      .int32(1)
      .raw(Buffer.from("7fffffffffffffff", "hex"))
      .int64(9)
      .int32(-1)
      .bytes(Buffer.from("batches"))
      .end(),
    meaning: {
      errorCode: 0,
      topics: [
        {
          topic: "orders",
          partitions: [
            {
              partition: 3,
              errorCode: 0,
              highWatermark: 2 ** 40,
              lastStableOffset: 2 ** 40 - 1,
              logStartOffset: 12,
              abortedTransactions: [{ producerId: largestId, firstOffset: 9 }],
              records: Buffer.from("batches"),
            },
          ],
        },
      ],
    },
  },
  ListOffsets: {
    decode: decodeListOffsetsResponse,
    body: new WireWriter()
      .int32(0)
      .int32(1)
      .string("orders")
      .int32(1)
      .int32(3)
      .int16(0)
      .int64(-1)
      .int64(77)
      .int32(4)
      .end(),
    meaning: {
      topics: [{ topic: "orders", partitions: [{ partition: 3, errorCode: 0, offset: 77, leaderEpoch: 4 }] }],
    },
  },
  OffsetForLeaderEpoch: {
    decode: decodeOffsetForLeaderEpochResponse,
    body: new WireWriter().int32(0).int32(1).string("orders").int32(1).int16(74).int32(3).int32(-1).int64(-1).end(),
    meaning: {
      topics: [{ topic: "orders", partitions: [{ partition: 3, errorCode: 74, leaderEpoch: -1, endOffset: -1 }] }],
    },
  },
  Metadata: { decode: decodeMetadataResponse, body: metadataAnswer(), meaning: metadataMeaning() },
  DescribeConfigs: {
    decode: decodeDescribeConfigsResponse,
    body: new WireWriter()
      .int32(0)
      .int32(1)
      .int16(0)
      .string(null)
      .int8(2)
      .string("orders")
      .int32(1)
      .string("cleanup.policy")
      .string("compact")
      .int8(0)
      .int8(1)
      .int8(0)
      .int32(1)
      .string("log.cleanup.policy")
      .string(null)
      .int8(5)
      .end(),
    meaning: {
      resources: [{ errorCode: 0, name: "orders", configs: [{ name: "cleanup.policy", value: "compact" }] }],
    },
  },
};
function metadataMeaning() {
  const partitions = [{ partition: 0, errorCode: 0, leaderId: 1, leaderEpoch: 6 }];
  return {
    brokers: [{ nodeId: 1, host: "broker-1", port: 9092 }],
    topics: [{ errorCode: 0, name: "orders", topicId: "AAECAwQFBgcICQoLDA0ODw", partitions }],
  };
}

/** With a tagged field in it, which a newer broker may send and a reader skips. */
function metadataAnswer(): Buffer {
  const writer = new WireWriter().noTags().int32(0);
  writer.compactArray([1], () => {
    writer.int32(1).compactString("broker-1").int32(9092).compactString(null);
    writer.unsignedVarint(1).unsignedVarint(200).unsignedVarint(3).raw(Buffer.from("new"));
  });
  writer.compactString("cluster").int32(1);
  writer.compactArray([1], () => {
    writer
      .int16(0)
      .compactString("orders")
      .raw(Buffer.from(Array.from({ length: 16 }, (_, at) => at)))
      .int8(0);
    writer.compactArray([1], () => {
      writer.int16(0).int32(0).int32(1).int32(6);
      for (let list = 0; list < 3; list += 1) writer.compactArray([1, 2], (id) => writer.int32(id));
      writer.noTags();
    });
    writer.int32(-2147483648).noTags();
  });
  return writer.noTags().end();
}

describe("an answer", () => {
  test.for(Object.entries(answers))("to %s is read as the protocol defines it", ([, { decode, body, meaning }]) => {
    expect(decode(body)).toMatchObject(meaning);
  });

  test.for(Object.entries(answers))("to %s that ends early is refused wherever it ends", ([name, { decode, body }]) => {
    // The last byte of Metadata is its section of tags, of which the reader needs nothing.
    const last = name === "Metadata" ? body.length - 1 : body.length;
    for (let length = 0; length < last; length += 1) {
      const refusal = { code: "LOG_PROTOCOL", message: expect.stringContaining(` from ${name}, `) };
      expect(() => decode(body.subarray(0, length))).toThrow(expect.objectContaining(refusal));
    }
  });

  test("to Fetch gives views of its bytes, not copies", () => {
    const { body } = answers.Fetch;
    expect(decodeFetchResponse(body).topics[0]?.partitions[0]?.records.buffer).toBe(body.buffer);
  });
});

describe("a request", () => {
  test("for Fetch is one of a consumer without session and rack", () => {
    const partitions = [{ partition: 3, fetchOffset: 2 ** 40, currentLeaderEpoch: 5, maxBytes: 1_000 }];
    const limits = { maxWaitMs: 500, minBytes: 1, maxBytes: 9_000 };
    const expected = new WireWriter().int32(-1).int32(500).int32(1).int32(9_000).int8(1).int32(0).int32(-1);
    expected
      .int32(1)
      .string("orders")
      .int32(1)
      .int32(3)
      .int32(5)
      .int64(2 ** 40)
      .int64(-1)
      .int32(1_000);
    expected.int32(0).string("");
    const body = encodeFetchRequest({ topic: "orders", isolation: "READ_COMMITTED", ...limits, partitions });
    expect(body).toEqual(expected.end());
  });

  test.for([
    ["READ_COMMITTED", 1],
    ["READ_UNCOMMITTED", 0],
  ] as const)("for ListOffsets asks with %s", ([isolation, level]) => {
    const partitions = [{ partition: 3, currentLeaderEpoch: 5, timestamp: -2 }];
    const expected = new WireWriter().int32(-1).int8(level).int32(1).string("orders").int32(1);
    expected.int32(3).int32(5).int64(-2);
    expect(encodeListOffsetsRequest({ topic: "orders", isolation, partitions })).toEqual(expected.end());
  });

  test("for OffsetForLeaderEpoch names the epoch that is known and the one that is asked for", () => {
    const partitions = [{ partition: 3, currentLeaderEpoch: 5, leaderEpoch: 4 }];
    const expected = new WireWriter().int32(-1).int32(1).string("orders").int32(1).int32(3).int32(5).int32(4);
    expect(encodeOffsetForLeaderEpochRequest({ topic: "orders", partitions })).toEqual(expected.end());
  });

  test("for Metadata begins with the tags of its header and creates no topic", () => {
    const expected = new WireWriter().noTags().unsignedVarint(2).raw(Buffer.alloc(16)).compactString("orders").noTags();
    expected.int8(0).int8(0).noTags();
    expect(encodeMetadataRequest({ topics: ["orders"] })).toEqual(expected.end());
  });

  test("for DescribeConfigs names a topic and settings", () => {
    const expected = new WireWriter().int32(1).int8(2).string("ordérs").int32(2).string("a").string("b").int8(0);
    expect(encodeDescribeConfigsRequest({ topic: "ordérs", names: ["a", "b"] })).toEqual(expected.end());
  });
});

test("an error code is told by name and number, an unknown one by its number", () => {
  expect(formatErrorCode(74)).toBe("FENCED_LEADER_EPOCH (74)");
  expect(formatErrorCode(12_345)).toContain("12345");
});
