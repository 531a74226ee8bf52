import type { TailwaterError } from "../../src/base/errors.ts";
import type { Log } from "../../src/log/log.ts";

/** A record to append. Text stands for its UTF-8 bytes. */
export interface SampleRecord {
  /** Default 0. */
  readonly partition?: number | undefined;
  readonly key: string | Uint8Array | null;
  readonly value: string | Uint8Array | null;
  readonly headers?: ReadonlyArray<readonly [name: string, value: string | null]> | undefined;
  /** Milliseconds since the Unix epoch. Absent: the log's own choice. */
  readonly timestamp?: number | undefined;
}

/** What a log may be unable to do, or a fixture to provoke. */
export const logCapabilities = [
  /** A topic can have a partition, other than partition 0, that has never had a record. */
  "emptyPartitions",
  /** Keys, values and headers may be any bytes. */
  "binary",
  /** Header values may be null. */
  "nullHeaders",
  "moveLogStart",
  /** It can be said whether the log drops records at its start by age or size. */
  "deleteCleanup",
  "truncate",
  "stall",
  "transactions",
] as const;
export type LogCapability = (typeof logCapabilities)[number];

/**
 * One log of one implementation, with the power to change what it holds. Every function resolves once the change is
 * visible to a reader that starts then. Topics have unique names, so that fixtures may share a broker.
 */
export interface LogFixture {
  readonly log: Log;
  createTopic(topic: string, partitions: number): Promise<void>;
  /** Appends in order; records of one partition get growing offsets. */
  append(topic: string, records: readonly SampleRecord[]): Promise<void>;
  /** Afterwards the topic has `partitions` partitions, or will have as soon as each has a record. */
  addPartitions(topic: string, partitions: number): Promise<void>;
  /** Deletes the topic and makes it anew, empty, under the same name. */
  recreateTopic(topic: string, partitions: number): Promise<void>;
  /** `moveLogStart`: the partition's log begins at `offset` from now on. */
  moveLogStart?(topic: string, partition: number, offset: number): Promise<void>;
  /** `deleteCleanup`: the topic's `cleanup.policy` has `delete` from now on, or not. */
  setDeleteCleanup?(topic: string, hasDeleteCleanup: boolean): Promise<void>;
  /** `truncate`: the partition's log ends at `offset` from now on, as after an unclean leader election. */
  truncate?(topic: string, partition: number, offset: number): Promise<void>;
  /** `stall`: readers cannot follow until `resume`. Returns the code they say. */
  stall?(): Promise<TailwaterError["code"]>;
  resume?(): Promise<void>;
  /** `transactions`: appends within a transaction that is left open; `end` commits or aborts it. */
  appendInTransaction?(topic: string, records: readonly SampleRecord[]): Promise<OpenTransaction>;
  /** Closes the log and removes what the fixture made. */
  close(): Promise<void>;
}

export interface OpenTransaction {
  end(outcome: "commit" | "abort"): Promise<void>;
}

/** Opens a fixture for one test. Start what is costly (a broker) once, in `beforeAll`, and share it. */
export type OpenLogFixture = () => Promise<LogFixture>;

export interface LogContractOptions {
  /** Capability → why this log does not have it. The reason stands in the name of each test that is skipped. */
  readonly missing?: Readonly<Partial<Record<LogCapability, string>>> | undefined;
}
