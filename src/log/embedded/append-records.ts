import { open } from "node:fs/promises";
import { InvariantError } from "../../base/errors.ts";
import { topicFilePath } from "./topic-file.ts";

/** A record to append to a topic's file. */
export interface EmbeddedRecord {
  readonly key: string | null;
  /** Any JSON value; null is a tombstone. */
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, string | null>> | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp?: number | undefined;
  /** Default 0. */
  readonly partition?: number | undefined;
}

/**
 * Appends records to the file of a topic, each as a line, all by one write, so that readers and other writers see whole
 * lines. Makes the file if there is none; without records that is all it does. A last line that somebody left without
 * its newline is ended first. Throws `TopicNameError`, and the file system's errors.
 */
export async function appendRecords(
  { directory, topic }: { readonly directory: string; readonly topic: string },
  records: readonly EmbeddedRecord[],
): Promise<void> {
  const lines = records.map(toLine).join("");
  const file = await open(topicFilePath(directory, topic), "a+");
  try {
    if (lines === "") return;
    const bytes = Buffer.from((await endsInsideLine(file)) ? `\n${lines}` : lines);
    for (let written = 0; written < bytes.length; ) {
      written += (await file.write(bytes, written)).bytesWritten; // all at once, unless the disk is full
    }
  } finally {
    await file.close();
  }
}

function toLine({ key, value, headers, timestamp, partition }: EmbeddedRecord): string {
  const valueText: string | undefined = JSON.stringify(value);
  if (valueText === undefined) throw new InvariantError(`expected a JSON value to append, found ${typeof value}`);
  const rest = JSON.stringify({ headers, timestamp, partition }).slice(1);
  return `{"key":${JSON.stringify(key)},"value":${valueText}${rest === "}" ? "" : ","}${rest}\n`;
}

async function endsInsideLine(file: Awaited<ReturnType<typeof open>>): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return bytesRead === 1 && buffer[0] !== 0x0a;
}
