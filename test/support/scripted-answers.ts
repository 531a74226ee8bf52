import type { ScriptedCluster } from "./scripted-broker.ts";
import type { ScriptedPartition } from "./scripted-topic.ts";
import { WireReader, WireWriter } from "./wire-writer.ts";

/** One partition of a Fetch request. */
export interface AskedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly currentLeaderEpoch: number;
  readonly fetchOffset: number;
  readonly maxBytes: number;
}

/** A Fetch request, as a script sees it. */
export interface AskedFetch {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly isCommitted: boolean;
  readonly partitions: readonly AskedPartition[];
}

/** What a script may do to one partition of a Fetch answer. */
export interface FetchOverride {
  readonly errorCode?: number;
  readonly records?: Buffer;
  readonly highWatermark?: number;
  readonly lastStableOffset?: number;
}

export const apiVersions = [
  [1, 4, 18],
  [2, 1, 11],
  [3, 0, 13],
  [17, 0, 1],
  [18, 0, 4],
  [23, 2, 4],
  [32, 1, 4],
  [36, 0, 2],
] as const;

export function answerApiVersions(ranges: ReadonlyArray<readonly number[]>): Buffer {
  const writer = new WireWriter().int16(0);
  writer.array(ranges, ([key = 0, min = 0, max = 0]) => writer.int16(key).int16(min).int16(max));
  return writer.int32(0).end();
}

/** Metadata v12: flexible, so a tag section ends the header of request and answer. */
export function answerMetadata(body: Buffer, cluster: ScriptedCluster): Buffer {
  const reader = new WireReader(body);
  reader.unsignedVarint();
  const names = reader.compactArray(() => {
    reader.raw(16);
    const name = reader.compactString();
    reader.unsignedVarint();
    return name;
  });
  const writer = new WireWriter().noTags().int32(0);
  writer.compactArray([...cluster.brokers.values()], ({ nodeId, host, port }) => {
    writer.int32(nodeId).compactString(host).int32(port).compactString(null).noTags();
  });
  writer.compactString("scripted").int32(1);
  writer.compactArray(names, (name) => {
    const topic = cluster.topics.get(name);
    writer.int16(topic === undefined ? 3 : topic.metadataError).compactString(name);
    writer.raw(topic?.topicId ?? Buffer.alloc(16)).int8(0);
    writer.compactArray(topic?.metadataError === 0 ? topic.partitions : [], (partition) => {
      writer.int16(partition.leaderId < 0 ? 5 : 0).int32(topic?.partitions.indexOf(partition) ?? 0);
      writer.int32(partition.leaderId).int32(partition.leaderEpoch);
      for (let list = 0; list < 3; list += 1) writer.compactArray([1], (id) => writer.int32(id));
      writer.noTags();
    });
    writer.int32(-2147483648).noTags();
  });
  return writer.noTags().end();
}

export function answerListOffsets(body: Buffer, cluster: ScriptedCluster, nodeId: number): Buffer {
  const reader = new WireReader(body);
  reader.int32();
  const isCommitted = reader.int8() === 1;
  const topics = reader.array(() => ({
    name: reader.string(),
    partitions: reader.array(() => [reader.int32(), reader.int32(), reader.int64()] as const),
  }));
  const writer = new WireWriter().int32(0);
  writer.array(topics, ({ name, partitions }) => {
    writer.string(name).array(partitions, ([partition, epoch, timestamp]) => {
      const found = cluster.topics.get(name)?.partitions[partition];
      const error = cluster.listOffsetsError?.(partition) ?? leaderError(found, nodeId, epoch);
      const end = isCommitted ? (found?.lastStableOffset ?? found?.highWatermark) : found?.highWatermark;
      const offset = timestamp === -2 ? found?.startOffset : end;
      writer
        .int32(partition)
        .int16(error)
        .int64(-1)
        .int64(error === 0 ? (offset ?? -1) : -1)
        .int32(found?.leaderEpoch ?? -1);
    });
  });
  return writer.end();
}

export function answerOffsetForLeaderEpoch(body: Buffer, cluster: ScriptedCluster, nodeId: number): Buffer {
  const reader = new WireReader(body);
  reader.int32();
  const topics = reader.array(() => ({
    name: reader.string(),
    partitions: reader.array(() => [reader.int32(), reader.int32(), reader.int32()] as const),
  }));
  const writer = new WireWriter().int32(0);
  writer.array(topics, ({ name, partitions }) => {
    writer.string(name).array(partitions, ([partition, currentEpoch, epoch]) => {
      const found = cluster.topics.get(name)?.partitions[partition];
      const error = leaderError(found, nodeId, currentEpoch);
      const end = found?.endOfEpoch(epoch);
      writer
        .int16(error)
        .int32(partition)
        .int32(end?.epoch ?? -1)
        .int64(end?.endOffset ?? -1);
    });
  });
  return writer.end();
}

export function answerDescribeConfigs(body: Buffer, cluster: ScriptedCluster): Buffer {
  const reader = new WireReader(body);
  const names = reader.array(() => {
    reader.int8();
    const name = reader.string();
    reader.array(() => reader.string());
    return name;
  });
  const writer = new WireWriter().int32(0);
  writer.array(names, (name) => {
    const topic = cluster.topics.get(name);
    const error = topic === undefined ? 3 : topic.configError;
    if (topic !== undefined) topic.configReads += 1;
    writer.int16(error).string(null).int8(2).string(name);
    writer.array(error === 0 ? [...(topic?.configs ?? [])] : [], ([config, value]) => {
      writer.string(config).string(value).int8(0).int8(1).int8(0).int32(0);
    });
  });
  return writer.end();
}

export function readFetch(body: Buffer): AskedFetch {
  const reader = new WireReader(body);
  reader.int32();
  const maxWaitMs = reader.int32();
  reader.int32();
  const maxBytes = reader.int32();
  const isCommitted = reader.int8() === 1;
  reader.int32();
  reader.int32();
  const topics = reader.array(() => {
    const topic = reader.string();
    return reader.array(() => {
      const partition = reader.int32();
      const currentLeaderEpoch = reader.int32();
      const fetchOffset = reader.int64();
      reader.int64();
      return { topic, partition, currentLeaderEpoch, fetchOffset, maxBytes: reader.int32() };
    });
  });
  return { maxWaitMs, maxBytes, isCommitted, partitions: topics.flat() };
}

/** Answers as a broker does: partitions in the order of the request, a batch above the limits only if it is the first. */
export function answerFetch(
  asked: AskedFetch,
  cluster: ScriptedCluster,
  nodeId: number,
  override: (partition: AskedPartition) => FetchOverride | undefined,
): { readonly body: Buffer; readonly isEmpty: boolean } {
  let roomBytes = asked.maxBytes;
  let isEmpty = true;
  const writer = new WireWriter().int32(0).int16(0).int32(0);
  writer.array([...Map.groupBy(asked.partitions, ({ topic }) => topic)], ([topic, partitions]) => {
    writer.string(topic).array(partitions, (wanted) => {
      const found = cluster.topics.get(topic)?.partitions[wanted.partition];
      const script = override(wanted);
      const highWatermark = script?.highWatermark ?? found?.highWatermark ?? -1;
      const stable = script?.lastStableOffset ?? found?.lastStableOffset ?? highWatermark;
      const errorCode = script?.errorCode ?? fetchError(found, nodeId, wanted);
      const end = asked.isCommitted ? stable : highWatermark;
      const limitBytes = Math.min(wanted.maxBytes, roomBytes);
      const records =
        errorCode === 0
          ? (script?.records ?? takeRecords(found, wanted, end, { limitBytes, isFirst: isEmpty }))
          : Buffer.alloc(0);
      roomBytes -= records.length;
      if (records.length > 0 || errorCode !== 0) isEmpty = false;
      const known = errorCode === 0;
      writer
        .int32(wanted.partition)
        .int16(errorCode)
        .int64(known ? highWatermark : -1)
        .int64(known ? stable : -1);
      writer
        .int64(known ? (found?.startOffset ?? -1) : -1)
        .array([], () => undefined)
        .int32(-1)
        .bytes(records);
    });
  });
  return { body: writer.end(), isEmpty };
}

function takeRecords(
  found: ScriptedPartition | undefined,
  { fetchOffset }: AskedPartition,
  end: number,
  { limitBytes, isFirst }: { limitBytes: number; isFirst: boolean },
): Buffer {
  const taken: Buffer[] = [];
  let sizeBytes = 0;
  for (const batch of found?.batches ?? []) {
    if (batch.nextOffset <= fetchOffset || batch.nextOffset > end) continue;
    const mustCome = isFirst && taken.length === 0;
    if (!mustCome && sizeBytes + batch.bytes.length > limitBytes) break;
    taken.push(batch.bytes);
    sizeBytes += batch.bytes.length;
  }
  return Buffer.concat(taken);
}

function fetchError(found: ScriptedPartition | undefined, nodeId: number, asked: AskedPartition): number {
  const error = leaderError(found, nodeId, asked.currentLeaderEpoch);
  if (error !== 0 || found === undefined) return error;
  return asked.fetchOffset < found.startOffset || asked.fetchOffset > found.highWatermark ? 1 : 0;
}

function leaderError(found: ScriptedPartition | undefined, nodeId: number, currentEpoch: number): number {
  if (found === undefined) return 3;
  if (found.leaderId !== nodeId) return 6;
  if (currentEpoch >= 0 && currentEpoch < found.leaderEpoch) return 74;
  return currentEpoch > found.leaderEpoch ? 75 : 0;
}
