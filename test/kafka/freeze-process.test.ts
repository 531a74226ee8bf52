import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { freezeProcess } from "./kit/freeze-process.ts";

/** A process that ends at the end of its input, as brokers do. */
function startReader(): ChildProcess {
  const reader = spawn("cat", { stdio: ["pipe", "ignore", "inherit"] });
  onTestFinished(() => void reader.kill("SIGKILL"));
  return reader;
}

test("a frozen process does not run, and runs again when it is thawed", async () => {
  const reader = startReader();
  const thaw = await freezeProcess(reader.pid ?? -1);
  const ended = once(reader, "exit");
  reader.stdin?.end();
  expect(await stateOf(reader.pid)).toBe("T");
  await thaw();
  expect(await ended).toEqual([0, null]);
});

test("a frozen process runs again when the process that froze it is killed, so that it can end", async () => {
  const kit = join(import.meta.dirname, "kit", "freeze-process.ts");
  const source = `
    import { spawn } from "node:child_process";
    import { freezeProcess } from ${JSON.stringify(kit)};
    const reader = spawn("cat", { stdio: ["pipe", "ignore", "inherit"] });
    await freezeProcess(reader.pid);
    console.log(reader.pid);
    setInterval(() => undefined, 1000);
  `;
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void holder.kill("SIGKILL"));
  const [line] = await once(createInterface({ input: holder.stdout }), "line");
  const pid = Number(line);
  expect(await stateOf(pid)).toBe("T");
  holder.kill("SIGKILL");
  // Nobody may be there to collect it: a zombie has ended.
  await expect.poll(() => stateOf(pid), { timeout: 60_000 }).toMatch(/^(Z|gone)$/);
});

/** The letter that Linux gives the state of a process; "gone" if there is none. */
async function stateOf(pid: number | undefined): Promise<string> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    return /^State:\s+(\S)/m.exec(status)?.[1] ?? "unknown";
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, "code") === "ENOENT") return "gone";
    throw error;
  }
}
