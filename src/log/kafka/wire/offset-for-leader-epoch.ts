import { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

export interface OffsetForLeaderEpochRequest {
  readonly topic: string;
  readonly partitions: ReadonlyArray<{
    readonly partition: number;
    readonly currentLeaderEpoch: number;
    readonly leaderEpoch: number;
  }>;
}

export interface OffsetForLeaderEpochResponse {
  readonly topics: ReadonlyArray<{
    readonly topic: string;
    /** `endOffset`: where the leader's log ends that epoch; -1 if it does not know it. */
    readonly partitions: ReadonlyArray<{
      readonly partition: number;
      readonly errorCode: number;
      readonly leaderEpoch: number;
      readonly endOffset: number;
    }>;
  }>;
}

/** Body of an OffsetForLeaderEpoch v3 request. */
export function encodeOffsetForLeaderEpochRequest({ topic, partitions }: OffsetForLeaderEpochRequest): Buffer {
  const writer = new WireWriter().int32(-1);
  writer.array([topic], () => {
    writer.string(topic).array(partitions, ({ partition, currentLeaderEpoch, leaderEpoch }) => {
      writer.int32(partition).int32(currentLeaderEpoch).int32(leaderEpoch);
    });
  });
  return writer.end();
}

/** Reads an OffsetForLeaderEpoch v3 response. Throws `LogProtocolError` if it ends early. */
export function decodeOffsetForLeaderEpochResponse(bytes: Buffer): OffsetForLeaderEpochResponse {
  const reader = new WireReader(bytes, "OffsetForLeaderEpoch");
  reader.int32(); // throttle time
  const topics = reader.array(() => ({
    topic: reader.string() ?? "",
    partitions: reader.array(() => {
      const [errorCode, partition] = [reader.int16(), reader.int32()];
      return { partition, errorCode, leaderEpoch: reader.int32(), endOffset: reader.int64() };
    }),
  }));
  return { topics };
}
