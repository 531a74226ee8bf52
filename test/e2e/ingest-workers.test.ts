import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Command } from "../support/command.ts";

const root = join(import.meta.dirname, "..", "..");
const anyPort = ["--host", "127.0.0.1", "--port", "0", "--admin-port", "0"];
const sdl = `"An order." type Order @view(topic: "orders") { "Its id." id: ID! @key "A number." n: Int! }`;

let directory: string;
let buildDirectory: string;

beforeAll(() => {
  // Inside the project, so that the packages it imports are found.
  const cache = join(root, ".cache");
  mkdirSync(cache, { recursive: true });
  buildDirectory = mkdtempSync(join(cache, "build-"));
  const compiler = join(root, "node_modules", ".bin", "tsc");
  execFileSync(compiler, ["-p", join(root, "tsconfig.build.json"), "--outDir", buildDirectory], { stdio: "pipe" });
});
afterAll(() => rmSync(buildDirectory, { recursive: true, force: true }));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tailwater-test-"));
  writeFileSync(join(directory, "order.graphql"), sdl);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function append(first: number, count: number): void {
  const lines = Array.from({ length: count }, (_, at) => `{"key":"${first + at}","value":{"n":${first + at}}}\n`);
  appendFileSync(join(directory, "orders.ndjson"), lines.join(""));
}

function serve(workers: number, entry?: string): Command {
  const log = ["--schema", directory, "--log", `ndjson:${directory}`, "--ingest-workers", String(workers)];
  return new Command(["serve", ...log, ...anyPort], entry === undefined ? {} : { entry });
}

async function addressesOf(command: Command): Promise<{ readonly api: string; readonly admin: string }> {
  const [, api = "", admin = ""] = await command.untilPrinted(/API +(\S+).*\n *admin +(\S+)/);
  return { api, admin };
}

async function readN(api: string, id: number): Promise<unknown> {
  const response = await fetch(api, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: `{ order(id: "${id}") { n } }` }),
  });
  const { data } = (await response.json()) as { data?: { order: { n: number } | null } | null }; // as the schema says
  return data?.order?.n;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

describe.each([
  ["the source", (): string | undefined => undefined],
  ["the build", (): string | undefined => join(buildDirectory, "cli", "main.js")],
] as const)("tailwater serve from %s", (_, entry) => {
  test.each([0, 1, 2])("reads and decodes in %i workers, follows, and ends with 0 on SIGTERM", async (workers) => {
    append(0, 3_000);
    await using command = serve(workers, entry());
    const { api, admin } = await addressesOf(command);
    await until(async () => (await readN(api, 2_999)) === 2_999);
    append(3_000, 5);
    await until(async () => (await readN(api, 3_004)) === 3_004);
    const metrics = await (await fetch(new URL("/metrics", admin))).text();
    command.process.kill("SIGTERM");
    expect(await command.exited).toBe(0);
    // A topic of an embedded log is one worker's; the others have nothing to read.
    expect(/^tailwater_ingest_workers (\d+)$/m.exec(metrics)?.[1]).toBe(workers === 0 ? undefined : "1");
    expect(command.errors).not.toMatch(/"level":(40|50|60)/);
  });
});

test("SIGTERM ends a gateway in the middle of its replay, its worker too", async () => {
  append(0, 400_000);
  await using command = serve(1);
  const { admin } = await addressesOf(command);
  const views = "{ views { phase recordsApplied } }";
  const isReplaying = async () => {
    const response = await fetch(admin, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: views }),
    });
    return JSON.stringify(await response.json()).includes("REPLAYING");
  };
  await until(isReplaying);
  command.process.kill("SIGTERM");
  expect(await command.exited).toBe(0);
});
