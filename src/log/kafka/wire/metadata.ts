import { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

export interface MetadataPartition {
  readonly errorCode: number;
  readonly partition: number;
  /** -1 where nobody leads. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

export interface MetadataTopic {
  readonly errorCode: number;
  readonly name: string;
  /** As Kafka's tools print it: 22 characters of base64url. */
  readonly topicId: string;
  readonly partitions: readonly MetadataPartition[];
}

export interface MetadataResponse {
  readonly brokers: ReadonlyArray<{ readonly nodeId: number; readonly host: string; readonly port: number }>;
  readonly topics: readonly MetadataTopic[];
}

const topicIdBytes = 16;

/**
 * Body of a Metadata v12 request, which never creates a topic. A flexible version: its header ends with tagged fields,
 * which kafkajs does not write, so the body begins with their zero byte.
 */
export function encodeMetadataRequest({ topics }: { readonly topics: readonly string[] }): Buffer {
  const writer = new WireWriter().noTags();
  writer.compactArray(topics, (topic) => {
    writer.raw(Buffer.alloc(topicIdBytes)).compactString(topic).noTags();
  });
  const allowsCreation = 0;
  const includesOperations = 0;
  return writer.int8(allowsCreation).int8(includesOperations).noTags().end();
}

/** Reads a Metadata v12 response, with the tagged fields of its header in front. Throws `LogProtocolError` if it ends early. */
export function decodeMetadataResponse(bytes: Buffer): MetadataResponse {
  const reader = new WireReader(bytes, "Metadata");
  reader.tags();
  reader.int32(); // throttle time
  const brokers = reader.compactArray(() => {
    const broker = { nodeId: reader.int32(), host: reader.compactString() ?? "", port: reader.int32() };
    reader.compactString(); // rack
    reader.tags();
    return broker;
  });
  reader.compactString(); // cluster id
  reader.int32(); // controller
  return { brokers, topics: reader.compactArray(() => readTopic(reader)) };
}

function readTopic(reader: WireReader): MetadataTopic {
  const [errorCode, name] = [reader.int16(), reader.compactString() ?? ""];
  const topicId = reader.raw(topicIdBytes).toString("base64url");
  reader.int8(); // internal
  const partitions = reader.compactArray(() => readPartition(reader));
  reader.int32(); // authorized operations
  reader.tags();
  return { errorCode, name, topicId, partitions };
}

function readPartition(reader: WireReader): MetadataPartition {
  const partition = {
    errorCode: reader.int16(),
    partition: reader.int32(),
    leaderId: reader.int32(),
    leaderEpoch: reader.int32(),
  };
  for (const _list of ["replicas", "in sync", "offline"]) reader.compactArray(() => reader.int32());
  reader.tags();
  return partition;
}
