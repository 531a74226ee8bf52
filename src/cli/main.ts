import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { systemClock } from "../base/system-clock.ts";
import { run } from "./run.ts";
import { Screen } from "./screen.ts";

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  });
}

process.exitCode = await run({
  args: process.argv.slice(2),
  env: process.env,
  clock: systemClock,
  random: Math.random,
  readFile: (path) => {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  },
  physicalBytes: totalmem(),
  print: (text) => process.stdout.write(text),
  screen: new Screen(process.stderr),
  stopSignal: stop.signal,
});
