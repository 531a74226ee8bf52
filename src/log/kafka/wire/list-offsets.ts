import type { Isolation } from "../../../mapping/view-definition.ts";
import { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

export interface ListOffsetsRequest {
  readonly topic: string;
  readonly isolation: Isolation;
  /** `timestamp`: -2 for the start, -1 for the end (the last stable offset if READ_COMMITTED). */
  readonly partitions: ReadonlyArray<{
    readonly partition: number;
    readonly currentLeaderEpoch: number;
    readonly timestamp: number;
  }>;
}

export interface ListOffsetsResponse {
  readonly topics: ReadonlyArray<{
    readonly topic: string;
    readonly partitions: ReadonlyArray<{
      readonly partition: number;
      readonly errorCode: number;
      readonly offset: number;
      readonly leaderEpoch: number;
    }>;
  }>;
}

/** Body of a ListOffsets v5 request. */
export function encodeListOffsetsRequest({ topic, isolation, partitions }: ListOffsetsRequest): Buffer {
  const writer = new WireWriter().int32(-1).int8(isolation === "READ_COMMITTED" ? 1 : 0);
  writer.array([topic], () => {
    writer.string(topic).array(partitions, ({ partition, currentLeaderEpoch, timestamp }) => {
      writer.int32(partition).int32(currentLeaderEpoch).int64(timestamp);
    });
  });
  return writer.end();
}

/** Reads a ListOffsets v5 response. Throws `LogProtocolError` if it ends early. */
export function decodeListOffsetsResponse(bytes: Buffer): ListOffsetsResponse {
  const reader = new WireReader(bytes, "ListOffsets");
  reader.int32(); // throttle time
  const topics = reader.array(() => ({
    topic: reader.string() ?? "",
    partitions: reader.array(() => {
      const [partition, errorCode] = [reader.int32(), reader.int16()];
      reader.int64(); // timestamp
      return { partition, errorCode, offset: reader.int64(), leaderEpoch: reader.int32() };
    }),
  }));
  return { topics };
}
