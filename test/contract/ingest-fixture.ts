import { appendFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../../src/base/logger.ts";
import { noMetrics } from "../../src/base/metrics.ts";
import { systemClock } from "../../src/base/system-clock.ts";
import type { IngestService } from "../../src/decode/ingest.ts";
import { createInlineIngest } from "../../src/decode/inline-ingest.ts";
import { createWorkerIngest } from "../../src/decode/workers/worker-ingest.ts";
import { createEmbeddedLog } from "../../src/log/embedded/embedded-log.ts";
import { createMemoryLog, type MemoryLog } from "../../src/log/memory/memory-log.ts";
import { IngestBorder } from "../support/ingest-border.ts";

/** A record whose value, if it has one, is JSON. */
export interface IngestRecord {
  readonly key: string | null;
  readonly value: unknown;
  readonly partition?: number | undefined;
}

/** An ingest with the power to change what its log holds. */
export interface IngestFixture {
  readonly service: IngestService;
  createTopic(topic: string, partitions: number): Promise<void>;
  append(topic: string, records: readonly IngestRecord[]): Promise<void>;
  addPartitions(topic: string, partitions: number): Promise<void>;
  /** Deletes the topic and makes it anew, empty, under the same name. */
  recreateTopic(topic: string, partitions: number): Promise<void>;
  /** Closes the ingest and removes what the fixture made. */
  close(): Promise<void>;
}

const hashSeed = 7;
const parts = { hashSeed, clock: systemClock, logger: silentLogger, metrics: noMetrics, random: Math.random };

/** Over a log in memory, on this thread. */
export async function openInlineFixture(): Promise<IngestFixture> {
  const log = createMemoryLog();
  return overMemory(log, createInlineIngest({ log, hashSeed }));
}

/** Over a log in memory that workers read without threads, across a border of messages. */
export async function openBorderFixture(workers: number): Promise<IngestFixture> {
  const log = createMemoryLog();
  const { spawn } = new IngestBorder(log);
  return overMemory(log, createWorkerIngest({ ...parts, log: { kind: "kafka", brokers: [] }, workers, spawn }));
}

/** Over files, on this thread (no workers) or in real ones. */
export async function openFileFixture(workers: number): Promise<IngestFixture> {
  const directory = await mkdtemp(join(tmpdir(), "tailwater-ingest-"));
  const fileOf = (topic: string) => join(directory, `${topic}.ndjson`);
  const service =
    workers === 0
      ? createInlineIngest({ log: createEmbeddedLog({ directory, clock: systemClock }), hashSeed })
      : createWorkerIngest({ ...parts, log: { kind: "embedded", directory }, workers });
  return {
    service,
    createTopic: (topic) => writeFile(fileOf(topic), ""),
    append: (topic, records) =>
      appendFile(fileOf(topic), records.map((record) => `${JSON.stringify(record)}\n`).join("")),
    addPartitions: async () => undefined, // a partition is there once a line names it
    recreateTopic: async (topic) => {
      await writeFile(`${fileOf(topic)}.new`, "");
      await rename(`${fileOf(topic)}.new`, fileOf(topic));
    },
    close: async () => {
      await service.close();
      await rm(directory, { recursive: true });
    },
  };
}

function overMemory(log: MemoryLog, service: IngestService): IngestFixture {
  return {
    service,
    createTopic: async (topic, partitions) => log.createTopic(topic, { partitions }),
    append: async (topic, records) => {
      const encode = (value: unknown) => (value === null ? null : JSON.stringify(value));
      log.append(
        topic,
        records.map(({ value, ...record }) => ({ ...record, value: encode(value) })),
      );
    },
    addPartitions: async (topic, partitions) => log.addPartitions(topic, partitions),
    recreateTopic: async (topic, partitions) => {
      log.deleteTopic(topic);
      log.createTopic(topic, { partitions });
    },
    close: async () => {
      await service.close();
      await log.close();
    },
  };
}
