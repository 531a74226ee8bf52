#!/usr/bin/env node
// The command: the built program where there is no source beside it (the published package), else the source itself, so
// that `npx tailwater` in a checkout runs what is there. Plain JavaScript that an old Node can read too.
import { existsSync } from "node:fs";
import module from "node:module";
import v8 from "node:v8";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`Expected Node 22.18 or newer, found ${process.versions.node}; install a newer one.\n`);
  process.exit(2);
}
// The loops over records call many small functions: with twice V8's limit they are compiled into the loops, on all threads.
// One function is optimised at a time, since what replays is at work on other cores. Measured: bench/README.md. Before the
// cache, which holds for one set of options.
v8.setFlagsFromString("--max-inlined-bytecode-size-cumulative=2000");
v8.setFlagsFromString("--concurrent-turbofan-max-threads=1");
// What Node has compiled is kept from start to start (NODE_DISABLE_COMPILE_CACHE=1: not). Threads learn of it by the
// environment only: an ingest worker is there in half the time.
const { directory } = module.enableCompileCache();
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory;
const source = new URL("../src/cli/main.ts", import.meta.url);
await import(existsSync(source) ? source.href : new URL("../dist/cli/main.js", import.meta.url).href);
