import type { Isolation } from "../../../mapping/view-definition.ts";
import { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

export interface FetchRequest {
  readonly topic: string;
  readonly isolation: Isolation;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  /** In the order in which the broker shall fill the answer. */
  readonly partitions: ReadonlyArray<{
    readonly partition: number;
    readonly fetchOffset: number;
    readonly currentLeaderEpoch: number;
    readonly maxBytes: number;
  }>;
}

/** A producer's aborted transaction that has records at or after the fetch offset. In no order that can be relied on. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

export interface FetchPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly abortedTransactions: readonly AbortedTransaction[];
  /** Record batches, the last perhaps incomplete: a view of the answer, not a copy. */
  readonly records: Buffer;
}

export interface FetchResponse {
  readonly errorCode: number;
  /** Never in the order of the request. */
  readonly topics: ReadonlyArray<{ readonly topic: string; readonly partitions: readonly FetchPartition[] }>;
}

const consumer = -1;
const noSession = { id: 0, epoch: -1 };
const noLogStart = -1;

/** Body of a Fetch v11 request, without a fetch session. */
export function encodeFetchRequest({
  topic,
  isolation,
  maxWaitMs,
  minBytes,
  maxBytes,
  partitions,
}: FetchRequest): Buffer {
  const writer = new WireWriter().int32(consumer).int32(maxWaitMs).int32(minBytes).int32(maxBytes);
  writer
    .int8(isolation === "READ_COMMITTED" ? 1 : 0)
    .int32(noSession.id)
    .int32(noSession.epoch);
  writer.array([topic], () => {
    writer
      .string(topic)
      .array(partitions, ({ partition, currentLeaderEpoch, fetchOffset, maxBytes: partitionBytes }) => {
        writer.int32(partition).int32(currentLeaderEpoch).int64(fetchOffset).int64(noLogStart).int32(partitionBytes);
      });
  });
  const forgottenTopics: never[] = [];
  const rack = "";
  return writer
    .array(forgottenTopics, () => undefined)
    .string(rack)
    .end();
}

/** Reads a Fetch v11 response. Throws `LogProtocolError` if it ends early. */
export function decodeFetchResponse(bytes: Buffer): FetchResponse {
  const reader = new WireReader(bytes, "Fetch");
  reader.int32(); // throttle time
  const errorCode = reader.int16();
  reader.int32(); // session
  const topics = reader.array(() => ({
    topic: reader.string() ?? "",
    partitions: reader.array(() => readPartition(reader)),
  }));
  return { errorCode, topics };
}

function readPartition(reader: WireReader): FetchPartition {
  const [partition, errorCode] = [reader.int32(), reader.int16()];
  const [highWatermark, lastStableOffset, logStartOffset] = [reader.int64(), reader.int64(), reader.int64()];
  const abortedTransactions = reader.array(() => ({ producerId: reader.bigInt64(), firstOffset: reader.int64() }));
  reader.int32(); // preferred read replica
  const records = reader.raw(Math.max(0, reader.int32()));
  return { partition, errorCode, highWatermark, lastStableOffset, logStartOffset, abortedTransactions, records };
}
