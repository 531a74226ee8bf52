import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { type FileState, readBytes } from "./topic-file.ts";

/** Most bytes of the first line that are part of a topic's name for its life. */
const headBytes = 64 * 1024;

/**
 * Names the lives of topics: incarnations. A name is a claim that can be checked against a file at any time, also by
 * another process: `<inode>-<birth>.<bytes>.<hash of so many bytes at its start>`, the bytes being the first line
 * as it was when the name was made (none of an empty file). So it holds while the file is only appended to, and
 * fails if it is replaced or written anew from its start in place. What a file that shrank has lost cannot be seen
 * later; whoever saw it ends that life here, which counts up a number at the name's end.
 */
export class TopicLives {
  /** By topic: the name in use, undefined once that life has ended; and how many lives have ended. */
  readonly #lives = new Map<string, { readonly name: string | undefined; readonly ended: number }>();

  /** The incarnation of the topic whose file this is. The same for all while it lives; if none is in use yet, `claimed`, if that is true. */
  async identify(topic: string, file: FileHandle, state: FileState, claimed?: string | undefined): Promise<string> {
    const inUse = this.#lives.get(topic);
    if (inUse?.name !== undefined && (await isTrueOf(inUse.name, file, state))) return inUse.name;
    const ended = inUse?.ended ?? 0;
    const isClaimTrue = inUse === undefined && claimed !== undefined && (await isTrueOf(claimed, file, state));
    const name = isClaimTrue ? claimed : await newName(file, state, ended);
    const meanwhile = this.#lives.get(topic);
    if (meanwhile !== inUse) return this.identify(topic, file, state, claimed); // another reader was faster
    this.#lives.set(topic, { name, ended: isClaimTrue ? endedOf(claimed) : ended });
    return name;
  }

  /** The life of this name is over although the name still fits the file. */
  end(topic: string, name: string): void {
    const life = this.#lives.get(topic);
    if (life?.name === name) this.#lives.set(topic, { name: undefined, ended: life.ended + 1 });
  }
}

/** True if the file is still the one that was given this name. */
export async function isTrueOf(name: string, file: FileHandle, state: FileState): Promise<boolean> {
  const [identity, length = "", hash] = name.split(".");
  if (identity !== state.identity || !/^\d{1,5}$/.test(length)) return false;
  const head = await readBytes(file, 0, Math.min(Number(length), headBytes));
  return head.length === Number(length) && hashOf(head) === hash;
}

async function newName(file: FileHandle, state: FileState, ended: number): Promise<string> {
  const start = await readBytes(file, 0, Math.min(state.size, headBytes));
  const newline = start.indexOf(0x0a);
  const head =
    newline >= 0 ? start.subarray(0, newline + 1) : start.length === headBytes ? start : start.subarray(0, 0);
  const name = `${state.identity}.${head.length}.${hashOf(head)}`;
  return ended === 0 ? name : `${name}.${ended}`;
}

function endedOf(name: string): number {
  return Number(name.split(".")[3] ?? 0);
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 16);
}
