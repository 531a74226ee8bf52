import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { partitionFolder } from "./broker-properties.ts";
import type { KafkaClient } from "./kafka-client.ts";

/** One batch as it lies on the broker's disk. */
export interface LoggedBatch {
  readonly segment: string;
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Records in it; 0 after compaction took them all and kept the header. */
  readonly count: number;
  readonly isControl: boolean;
  readonly isTransactional: boolean;
  readonly leaderEpoch: number;
  readonly compression: string;
  readonly sizeBytes: number;
}

/** Where a partition lies on disk, and who can read it. */
export interface PartitionOnDisk {
  readonly client: KafkaClient;
  readonly dataFolder: string;
  readonly topic: string;
  readonly partition: number;
}

/** All batches of a partition, in order, by Kafka's own DumpLogSegments. */
export async function dumpLog({
  client,
  dataFolder,
  topic,
  partition,
}: PartitionOnDisk): Promise<readonly LoggedBatch[]> {
  const folder = partitionFolder(dataFolder, topic, partition);
  for (;;) {
    const segments = await segmentsIn(folder);
    const text = await client.dumpLog(segments.map((name) => join(folder, name))).catch((error: unknown) => error);
    // The cleaner may have replaced a segment meanwhile.
    if (segments.join() !== (await segmentsIn(folder)).join()) continue;
    if (typeof text !== "string") throw text;
    return parseDump(text);
  }
}

async function segmentsIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".log")).sort();
}

function parseDump(text: string): readonly LoggedBatch[] {
  const batches: LoggedBatch[] = [];
  let segment = "";
  for (const line of text.split("\n")) {
    segment = /^Dumping .*?([^/]+\.log)$/.exec(line)?.[1] ?? segment;
    if (line.startsWith("baseOffset:")) batches.push(parseBatch(segment, line));
  }
  return batches;
}

function parseBatch(segment: string, line: string): LoggedBatch {
  const field = (name: string) => {
    const value = new RegExp(`\\b${name}: (\\S+)`).exec(line)?.[1];
    if (value === undefined) throw new Error(`Expected "${name}:" in a line of DumpLogSegments, found: ${line}`);
    return value;
  };
  if (field("isvalid") !== "true") throw new Error(`Expected a valid batch, found: ${line}`);
  return {
    segment,
    baseOffset: Number(field("baseOffset")),
    lastOffset: Number(field("lastOffset")),
    count: Number(field("count")),
    isControl: field("isControl") === "true",
    isTransactional: field("isTransactional") === "true",
    leaderEpoch: Number(field("partitionLeaderEpoch")),
    compression: field("compresscodec"),
    sizeBytes: Number(field("size")),
  };
}
