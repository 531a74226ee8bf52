import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

const markerFile = ".complete";

/** Where what tests download and compile is kept, outside of the repository: `$XDG_CACHE_HOME/tailwater`, else `~/.cache/tailwater`. */
export function cacheRoot(): string {
  const { XDG_CACHE_HOME } = process.env;
  return join(
    XDG_CACHE_HOME === undefined || XDG_CACHE_HOME === "" ? join(homedir(), ".cache") : XDG_CACHE_HOME,
    "tailwater",
  );
}

/**
 * Fills a cache folder once and returns its path. `fill` works in a folder of its own, which takes the real name only
 * when its marker stands in it: a broken download is repeated, and processes that fill at once do not disturb each
 * other. `fingerprint` is of what the content is made from: another one fills anew.
 */
export async function cachedFolder(
  name: string,
  fingerprint: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cacheRoot(), name);
  if (await isComplete(folder, fingerprint)) return folder;
  const work = join(cacheRoot(), `.${name}.${randomUUID()}`);
  await mkdir(work, { recursive: true });
  try {
    await fill(work);
    await writeFile(join(work, markerFile), fingerprint);
    await putInPlace(work, folder, fingerprint);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

async function putInPlace(work: string, folder: string, fingerprint: string): Promise<void> {
  for (;;) {
    try {
      return await rename(work, folder);
    } catch (error) {
      if (!isNotEmpty(error)) throw error;
      if (await isComplete(folder, fingerprint)) return; // somebody else was quicker
      const outdated = `${work}.outdated`;
      await rename(folder, outdated).catch((cause: unknown) => {
        if (existsSync(folder)) throw cause;
      });
      await rm(outdated, { recursive: true, force: true });
    }
  }
}

async function isComplete(folder: string, fingerprint: string): Promise<boolean> {
  const marker = join(folder, markerFile);
  return existsSync(marker) && (await readFile(marker, "utf8")) === fingerprint;
}

function isNotEmpty(error: unknown): boolean {
  const code = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return code === "ENOTEMPTY" || code === "EEXIST";
}
