import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createEmbeddedLog, type EmbeddedLogOptions } from "../../../src/log/embedded/embedded-log.ts";
import type { Log, ResumePoint } from "../../../src/log/log.ts";
import { LogTape } from "../../contract/log-tape.ts";
import { ManualClock } from "../../support/manual-clock.ts";

/** A directory of topics for one test, removed after it. Its clock stands still: without the test's doing nothing is polled. */
export class LogDirectory {
  readonly path: string;
  readonly clock = new ManualClock();

  readonly #shared: Log | undefined;

  /** `log`: for reads that name no other. Default: each read has a new one. */
  constructor(path: string, log?: Log | undefined) {
    this.path = path;
    this.#shared = log;
  }

  file(topic = "t"): string {
    return join(this.path, `${topic}.ndjson`);
  }

  write(text: string | Buffer, topic?: string): Promise<void> {
    return writeFile(this.file(topic), text);
  }

  append(text: string | Buffer, topic?: string): Promise<void> {
    return appendFile(this.file(topic), text);
  }

  /** A new log over the directory, as after a restart of the process. Closed after the test. */
  log(options: Partial<EmbeddedLogOptions> = {}): Log {
    const log = createEmbeddedLog({ directory: this.path, clock: this.clock, ...options });
    onTestFinished(() => log.close());
    return log;
  }

  read({ log = this.#shared ?? this.log(), topic = "t", resume }: ReadOptions = {}): LogTape {
    return new LogTape(log, topic, {
      resume: resume && { incarnation: resume.incarnation, points: pointsOf(resume.positions) },
    });
  }
}

interface ReadOptions {
  readonly log?: Log | undefined;
  readonly topic?: string | undefined;
  readonly resume?: { readonly incarnation: string; readonly positions: ReadonlyMap<number, number> } | undefined;
}

export async function makeLogDirectory(): Promise<LogDirectory> {
  const path = await mkdtemp(join(tmpdir(), "tailwater-embedded-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return new LogDirectory(path);
}

/** What a tape has read, short: partition@offset value. */
export function story(tape: LogTape): readonly string[] {
  return tape.records.map(({ partition, offset, value }) => `${partition}@${offset} ${value}`);
}

function pointsOf(positions: ReadonlyMap<number, number>): ReadonlyMap<number, ResumePoint> {
  return new Map([...positions].map(([partition, offset]) => [partition, { offset, leaderEpoch: -1 }]));
}
