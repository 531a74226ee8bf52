import { mkdir, readdir, readFile, readlink, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { appendRecords } from "../../../src/log/embedded/append-records.ts";
import { embeddedLogDefaults } from "../../../src/log/embedded/embedded-log.ts";
import { makeLogDirectory, story } from "./log-directory.ts";

const line = (value: number) => `{"key":"k${value}","value":${value}}\n`;

describe("a topic's file", () => {
  test("is looked at as soon as it changes, without a poll", async () => {
    const directory = await makeLogDirectory();
    await directory.write(line(1));
    const tape = directory.read();
    await tape.untilRecords(1);
    const pending = tape.untilRecords(2);
    await directory.append(line(2));
    await pending;
    expect(story(tape)).toEqual(["0@0 1", "0@1 2"]);
  });

  test("is polled where the operating system gives no notice", async () => {
    const directory = await makeLogDirectory();
    const elsewhere = join(directory.path, "elsewhere");
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, "file"), line(1));
    await symlink(join(elsewhere, "file"), directory.file());
    const tape = directory.read();
    await tape.untilRecords(1);
    const pending = tape.untilRecords(2);
    await writeFile(join(elsewhere, "file"), line(2), { flag: "a" });
    directory.clock.advance(embeddedLogDefaults.pollMs);
    await pending;
    expect(tape.values()).toEqual(["1", "2"]);
  });

  test("waits for the rest of a last line without its newline", async () => {
    const directory = await makeLogDirectory();
    const text = '{"key":"k","value":"é"}';
    const cut = Buffer.from(text).indexOf(0xc3) + 1; // in the middle of a character
    await directory.write(Buffer.concat([Buffer.from(line(1)), Buffer.from(text).subarray(0, cut)]));
    const tape = directory.read();
    await tape.untilRecords(1);
    expect(tape.opened.partitions[0]?.highWatermark).toBe(1);
    const pending = tape.untilRecords(2);
    await directory.append(Buffer.from(text).subarray(cut));
    await directory.append("\n");
    await pending;
    expect(Buffer.from(tape.values()[1] ?? "", "latin1").toString()).toBe('"é"');
  });

  test("that shrank is a re-created topic, although its first line is the same", async () => {
    const directory = await makeLogDirectory();
    const log = directory.log();
    await directory.write(line(1) + line(2));
    const first = directory.read({ log });
    await first.untilRecords(2);
    await truncate(directory.file(), line(1).length);
    expect(await first.next()).toMatchObject({ type: "lost", reason: "RECREATED" });
    const second = directory.read({ log });
    await second.untilRecords(1);
    expect(second.opened.incarnation).not.toBe(first.opened.incarnation);
  });

  test("that was written anew in place is a re-created topic, although it is longer", async () => {
    const directory = await makeLogDirectory();
    const log = directory.log();
    await directory.write(line(1) + line(2));
    const tape = directory.read({ log });
    await tape.untilRecords(2);
    await directory.write(line(1) + line(3) + line(4) + line(5));
    expect(await tape.next()).toMatchObject({ type: "lost", reason: "RECREATED" });
    const again = directory.read({ log });
    await again.untilRecords(4);
    expect(again.values()).toEqual(["1", "3", "4", "5"]);
  });

  test("that is gone is a missing topic, and the same file back is read on", async () => {
    const directory = await makeLogDirectory();
    await directory.write(line(1));
    const tape = directory.read();
    await tape.untilRecords(1);
    await rename(directory.file(), directory.file("away"));
    expect((await tape.until("stalled")).cause.code).toBe("TOPIC_MISSING");
    const pending = tape.untilRecords(2);
    await directory.append(line(2), "away");
    await rename(directory.file("away"), directory.file());
    await pending;
    expect(tape.events.map(({ type }) => type)).toEqual(["opened", "batch", "stalled", "resumed", "bounds", "batch"]);
  });

  test("that is gone and made anew is a re-created topic", async () => {
    const directory = await makeLogDirectory();
    await directory.write(line(1));
    const tape = directory.read();
    await tape.untilRecords(1);
    await rename(directory.file(), directory.file("away"));
    await tape.until("stalled");
    const pending = tape.untilThat("lost", ({ type }) => type === "lost");
    await directory.write(line(1));
    expect(await pending).toMatchObject({ reason: "RECREATED" });
  });

  test("may be in a directory that appears later", async () => {
    const directory = await makeLogDirectory();
    const log = directory.log({ directory: join(directory.path, "later") });
    const tape = directory.read({ log });
    await tape.until("stalled");
    const pending = tape.untilRecords(1);
    await mkdir(join(directory.path, "later"));
    await writeFile(join(directory.path, "later", "t.ndjson"), line(1));
    directory.clock.advance(embeddedLogDefaults.pollMs);
    await pending;
    expect(tape.values()).toEqual(["1"]);
  });

  test("that cannot be read is a stall, which ends when it can", async () => {
    const directory = await makeLogDirectory();
    await mkdir(directory.file());
    const tape = directory.read();
    const { cause } = await tape.until("stalled");
    expect(cause.code).toBe("LOG_UNAVAILABLE");
    expect(cause.message).toContain(directory.file());
    const pending = tape.untilRecords(1);
    await rm(directory.file(), { recursive: true });
    await directory.write(line(1));
    await pending;
    expect(tape.values()).toEqual(["1"]);
  });

  test.each(["../t", "a/b", "..\\t", "", "a b"])(
    "is not looked for under a name that Kafka does not allow: %j",
    async (topic) => {
      const directory = await makeLogDirectory();
      const { cause } = await directory.read({ topic }).until("stalled");
      expect(cause.code).toBe("LOG_UNSUPPORTED");
      expect(cause.message).toContain(JSON.stringify(topic));
    },
  );

  test.skipIf(process.platform !== "linux")("is closed when its read ends", async () => {
    const directory = await makeLogDirectory();
    await directory.write(line(1));
    const log = directory.log();
    const [one, two] = [directory.read({ log }), directory.read({ log })];
    await one.untilRecords(1);
    await two.untilRecords(1);
    expect(await openFilesIn(directory.path)).toHaveLength(2);
    await one.iterator.return?.();
    expect(await openFilesIn(directory.path)).toHaveLength(1);
    await log.close();
    expect(await openFilesIn(directory.path)).toHaveLength(0);
    expect(directory.clock.pendingTimers).toBe(0);
  });
});

describe("an incarnation", () => {
  test("holds in another process while lines are only appended", async () => {
    const directory = await makeLogDirectory();
    await directory.write(line(1) + line(2));
    const before = directory.read();
    await before.untilRecords(2);
    await directory.append(line(3));
    const { incarnation } = before.opened;
    const after = directory.read({ resume: { incarnation, positions: before.positions() } });
    await after.untilRecords(1);
    expect(after.opened.incarnation).toBe(incarnation);
    expect(after.values()).toEqual(["3"]);
  });

  test("of an empty file holds when lines have been appended", async () => {
    const directory = await makeLogDirectory();
    await directory.write("");
    const before = directory.read();
    const { incarnation } = await before.until("opened");
    await directory.append(line(1) + line(2));
    await before.untilRecords(2);
    const after = directory.read({ resume: { incarnation, positions: new Map([[0, 1]]) } });
    await after.untilRecords(1);
    expect(after.values()).toEqual(["2"]);
  });

  test("is refuted by a file that was written anew in place while nobody read", async () => {
    const directory = await makeLogDirectory();
    await directory.write(line(1) + line(2));
    const before = directory.read();
    await before.untilRecords(2);
    const { incarnation } = before.opened;
    await before.iterator.return?.();
    await directory.write(line(7) + line(8) + line(9));
    const after = directory.read({ resume: { incarnation, positions: before.positions() } });
    expect(await after.next()).toMatchObject({ type: "lost", reason: "RECREATED" });
  });

  test("is the same for all readers of a log", async () => {
    const directory = await makeLogDirectory();
    const log = directory.log();
    await directory.write("");
    const early = await directory.read({ log }).until("opened");
    await directory.append(line(1));
    const late = await directory.read({ log }).until("opened");
    expect(late.incarnation).toBe(early.incarnation);
  });
});

describe("appendRecords", () => {
  test("makes the file and writes lines that are read as the records they were", async () => {
    const directory = await makeLogDirectory();
    const target = { directory: directory.path, topic: "t" };
    await appendRecords(target, []);
    expect(await readFile(directory.file(), "utf8")).toBe("");
    await appendRecords(target, [
      { key: "a", value: { n: 1 }, headers: { h: "v", n: null }, timestamp: 5, partition: 1 },
      { key: null, value: [1] },
      { key: "a", value: null, partition: 1 },
    ]);
    const tape = directory.read();
    await tape.untilRecords(3);
    expect(tape.records).toMatchObject([
      {
        partition: 1,
        offset: 0,
        key: "a",
        value: '{"n":1}',
        timestamp: 5,
        headers: [
          ["h", "v"],
          ["n", null],
        ],
      },
      { partition: 1, offset: 1, key: "a", value: null, timestamp: -1 },
      { partition: 0, offset: 0, key: null, value: "[1]", headers: [] },
    ]);
  });

  test("ends a last line that was left without its newline", async () => {
    const directory = await makeLogDirectory();
    await directory.write('{"key":"cut');
    await appendRecords({ directory: directory.path, topic: "t" }, [{ key: "a", value: 1 }]);
    const tape = directory.read();
    await tape.untilRecords(2);
    expect(tape.values()).toEqual(['{"key":"cut', "1"]);
  });

  test("refuses what is no JSON value, and writes nothing of it", async () => {
    const directory = await makeLogDirectory();
    const target = { directory: directory.path, topic: "t" };
    await expect(
      appendRecords(target, [
        { key: "a", value: 1 },
        { key: "b", value: undefined },
      ]),
    ).rejects.toThrow("expected a JSON value to append, found undefined");
    expect(await readdir(directory.path)).toEqual([]);
  });
});

async function openFilesIn(directory: string): Promise<readonly string[]> {
  const targets = await Promise.all(
    (await readdir("/proc/self/fd")).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "closed meanwhile")),
  );
  return targets.filter((target) => target.startsWith(`${directory}/`));
}
