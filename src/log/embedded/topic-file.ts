import type { BigIntStats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { LogFileError, TopicNameError } from "./embedded-log-errors.ts";

/** What tells one life of a file from another, and whether it has changed. */
export interface FileState {
  /** Inode and time of birth: another file has another one. (The device's number may change at a restart.) */
  readonly identity: string;
  readonly size: number;
  /** Anything written changes it, as far as the file system's clock is fine enough. */
  readonly version: string;
}

/** Path of a topic's file. Throws `TopicNameError` for a name that Kafka does not allow, so that none leads out of the directory. */
export function topicFilePath(directory: string, topic: string): string {
  if (!/^[A-Za-z0-9._-]{1,249}$/.test(topic)) throw new TopicNameError(topic);
  return join(directory, `${topic}.ndjson`);
}

/** Undefined if there is no file. Throws `LogFileError` if it cannot be read or is no file. */
export async function readFileState(path: string): Promise<FileState | undefined> {
  try {
    return stateOf(path, await stat(path, { bigint: true }));
  } catch (error) {
    return explain(path, error);
  }
}

/** Opens a file that is there; undefined if it is not (any more). Throws `LogFileError`. */
export async function openTopicFile(
  path: string,
): Promise<{ readonly file: FileHandle; readonly state: FileState } | undefined> {
  if ((await readFileState(path)) === undefined) return undefined; // looked at first: opening a pipe would wait for a writer
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    return { file, state: stateOf(path, await file.stat({ bigint: true })) };
  } catch (error) {
    await file?.close();
    return explain(path, error);
  }
}

/** Reads up to `length` bytes at `position`; fewer at the file's end. */
export async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read({
      buffer,
      offset: filled,
      length: length - filled,
      position: position + filled,
    });
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function stateOf(path: string, stats: BigIntStats): FileState {
  if (!stats.isFile()) throw new LogFileError({ path, found: "something that is not a file" });
  return {
    identity: [stats.ino, stats.birthtimeNs].map((part) => part.toString(36)).join("-"),
    size: Number(stats.size),
    version: `${stats.size}-${stats.mtimeNs}-${stats.ctimeNs}`,
  };
}

/** The fault as a cause of a stall, if the file system made it; undefined if it is a fault of ours. */
export function asFileError(path: string, error: unknown): LogFileError | undefined {
  if (error instanceof LogFileError) return error;
  const code = systemCode(error);
  return code === undefined ? undefined : new LogFileError({ path, found: code, cause: error });
}

function explain(path: string, error: unknown): undefined {
  const code = systemCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") return undefined;
  throw asFileError(path, error) ?? error;
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "syscall" in error && "code" in error ? String(error.code) : undefined;
}
