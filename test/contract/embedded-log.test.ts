import { appendFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/base/system-clock.ts";
import { createEmbeddedLog } from "../../src/log/embedded/embedded-log.ts";
import { describeLogContract } from "./log-contract.ts";
import type { SampleRecord } from "./log-fixture.ts";

describeLogContract(
  "the embedded log",
  async () => {
    const directory = await mkdtemp(join(tmpdir(), "tailwater-contract-"));
    const log = createEmbeddedLog({ directory, clock: systemClock });
    const fileOf = (topic: string) => join(directory, `${topic}.ndjson`);
    return {
      log,
      createTopic: (topic) => writeFile(fileOf(topic), ""),
      append: (topic, records) => appendFile(fileOf(topic), records.map(toLine).join("")),
      addPartitions: async () => undefined, // a partition is there once a line names it
      recreateTopic: async (topic) => {
        await writeFile(`${fileOf(topic)}.new`, "");
        await rename(`${fileOf(topic)}.new`, fileOf(topic));
      },
      close: async () => {
        await log.close();
        await rm(directory, { recursive: true });
      },
    };
  },
  {
    missing: {
      emptyPartitions: "a partition is there once a line names it",
      binary: "a line is text",
      moveLogStart: "a file that loses lines at its start is another file",
      deleteCleanup: "no line goes away",
      truncate: "a file that shrank is a re-created topic",
      stall: "a file is there or missing",
      transactions: "a line is written or not",
    },
  },
);

/** Null headers and headers of one name can only be said in kcat's flat form. */
function toLine({ partition, key, value, headers, timestamp }: SampleRecord): string {
  const flat = headers?.flat();
  const line = { key, partition, ts: timestamp, headers: flat, payload: value };
  return `${JSON.stringify(line)}\n`;
}
