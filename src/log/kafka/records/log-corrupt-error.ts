import { TailwaterError } from "../../../base/errors.ts";

/** Where a batch lies: the offset is that of the batch. */
export interface BatchPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Bytes of a partition that are no batch, or not the batch that was written. Fetching them again may help. */
export class LogCorruptError extends TailwaterError {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;

  /** `expected` if something more telling than a whole batch was looked for. */
  constructor(
    facts: BatchPlace & { readonly expected?: string | undefined; readonly found: string; readonly cause?: unknown },
  ) {
    const { topic, partition, offset, expected = "a whole, sound batch", found, cause } = facts;
    super({
      code: "LOG_CORRUPT",
      message: `Expected ${expected} at ${topic}/${partition}@${offset}, found ${found}. It is fetched again; if that does not help, look at the segment with kafka-dump-log.sh --deep-iteration.`,
      retriable: true,
      cause,
    });
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
  }
}
