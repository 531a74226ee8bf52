import type { Clock } from "../../base/clock.ts";
import { type Logger, silentLogger } from "../../base/logger.ts";
import type { Log } from "../log.ts";
import { OpenReads } from "../open-reads.ts";
import { DirectoryWatch } from "./directory-watch.ts";
import { EmbeddedReader } from "./embedded-reader.ts";
import { TopicLives } from "./topic-lives.ts";

export interface EmbeddedLogOptions {
  /** Holds one file `<topic>.ndjson` for each topic. It may appear later. */
  readonly directory: string;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  /** How often files are looked at where the operating system gives no notice. */
  readonly pollMs?: number | undefined;
  /** A longer line is a bad record, of which the first 4 KiB are kept. */
  readonly maxLineBytes?: number | undefined;
}

/** What an option is unless it is given. */
export const embeddedLogDefaults = {
  logger: silentLogger,
  pollMs: 2000,
  maxLineBytes: 64 * 1024 * 1024,
} as const;

/**
 * A log of NDJSON files. A line is a record, `{"key": "7", "value": {…}, "headers": {…}, "timestamp": …, "partition": 0}` or as
 * kcat's `-J` prints it. A key that is a string stands for its text's bytes; any other JSON value, and every value of the first form,
 * for the line's own text. A line that is no record is a `malformed` one of partition 0. A topic has the partitions that its
 * lines name, and partition 0. Both isolations see the same. A file that shrank, was replaced or was written anew is a
 * re-created topic. `deleteRetentionMs` is null and `hasDeleteCleanup` false: no line goes away.
 */
export function createEmbeddedLog({
  directory,
  clock,
  logger = embeddedLogDefaults.logger,
  pollMs = embeddedLogDefaults.pollMs,
  maxLineBytes = embeddedLogDefaults.maxLineBytes,
}: EmbeddedLogOptions): Log {
  const reads = new OpenReads();
  const parts = {
    directory,
    maxLineBytes,
    watch: new DirectoryWatch(directory, { clock, logger, pollMs }),
    lives: new TopicLives(),
    onCloseFailed: (error: unknown) => logger.warn({ directory, error }, "could not close a file of the log"),
  };
  return {
    read: (request) => reads.start(new EmbeddedReader(parts, request), request.signal),
    close: () => reads.close(),
  };
}
