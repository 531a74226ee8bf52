import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Command } from "../support/command.ts";

describe("a checkout", () => {
  test("has the command, by `npx tailwater`, without a build", () => {
    const printed = execFileSync("npx", ["tailwater", "print-schema", "--schema", "schema"], { stdio: "pipe" });
    expect(String(printed)).toContain("type Query {");
  });
});

/** Installing the package asks the registry for every dependency: only in CI. */
const reason = process.env["CI"] === undefined ? " (skipped: set CI to build, pack and install the package)" : "";

describe.skipIf(reason !== "")(`the published package${reason}`, () => {
  test("runs the demo where it is installed, reading in a worker", { timeout: 300_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), "tailwater-package-"));
    try {
      execFileSync("npm", ["run", "build"], { stdio: "pipe" });
      execFileSync("npm", ["pack", "--pack-destination", directory], { stdio: "pipe" });
      const tarball = readdirSync(directory).find((name) => name.endsWith(".tgz")) ?? "";
      writeFileSync(join(directory, "package.json"), '{"private":true}');
      execFileSync("npm", ["install", "--no-audit", "--no-fund", `./${tarball}`], { cwd: directory, stdio: "pipe" });
      const entry = join(directory, "node_modules", "tailwater", "bin", "tailwater.js");
      await using command = new Command(["demo", "--host", "127.0.0.1", "--port", "0", "--admin-port", "0"], {
        cwd: directory,
        entry,
      });
      const [, url = "", admin = ""] = await command.untilPrinted(/API +(\S+).*\n *admin +(\S+)/);
      while ((await fetch(new URL("/readyz", url))).status !== 200)
        await new Promise((resolve) => setImmediate(resolve));
      expect(await (await fetch(new URL("/metrics", admin))).text()).toMatch(/^tailwater_ingest_workers 1$/m);
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: "{ __typename }" }),
      });
      expect(await response.json()).toMatchObject({ data: { __typename: "Query" } });
      command.process.kill("SIGTERM");
      expect(await command.exited).toBe(0);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
