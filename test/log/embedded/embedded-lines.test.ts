import { describe, expect, test } from "vitest";
import { makeLogDirectory, story } from "./log-directory.ts";

describe("lines of a topic's file", () => {
  test("both forms may be mixed; a line that names no offset has the one after the last", async () => {
    const directory = await makeLogDirectory();
    await directory.write(
      [
        '{"key":"a","value":1}',
        '{"topic":"t","partition":0,"offset":7,"tstype":"create","ts":5,"broker":1,"key":"b","payload":"2"}',
        '{"key":"c","value":3}',
        '{"partition":1,"offset":100,"key":"d","payload":"4"}',
        '{"key":"e","value":5,"partition":1}',
        '{"partition":0,"offset":20,"key":"f","payload":null}',
        '{"key":"g","value":7,"partition":2}',
        "",
      ].join("\n"),
    );
    const tape = directory.read();
    await tape.untilRecords(7);
    expect(story(tape).toSorted()).toEqual(["0@0 1", "0@20 null", "0@7 2", "0@8 3", "1@100 4", "1@101 5", "2@0 7"]);
    expect(tape.opened.partitions).toEqual([
      { partition: 0, startOffset: 0, lastStableOffset: 21, highWatermark: 21 },
      { partition: 1, startOffset: 100, lastStableOffset: 102, highWatermark: 102 },
      { partition: 2, startOffset: 0, lastStableOffset: 1, highWatermark: 1 },
    ]);
  });

  test("partition 0 is there without a record, and then starts wherever its first line says", async () => {
    const directory = await makeLogDirectory();
    await directory.write('{"partition":3,"offset":5,"key":"a","payload":"1"}\n');
    const tape = directory.read();
    await tape.untilRecords(1);
    expect(tape.opened.partitions).toEqual([
      { partition: 0, startOffset: 0, lastStableOffset: 0, highWatermark: 0 },
      { partition: 3, startOffset: 5, lastStableOffset: 6, highWatermark: 6 },
    ]);
    await directory.append('{"partition":0,"offset":9,"key":"b","payload":"2"}\n');
    await tape.untilRecords(2);
    expect(tape.batches.at(-1)).toMatchObject({ partition: 0, fromOffset: 0, nextOffset: 10 });
  });

  test("an offset that does not grow makes a bad record of partition 0, and of its own partition nothing", async () => {
    const directory = await makeLogDirectory();
    await directory.write(
      [
        '{"partition":1,"offset":5,"key":"a","payload":"1"}',
        '{"partition":1,"offset":5,"key":"b","payload":"2"}',
        '{"partition":1,"offset":6,"key":"c","payload":"3"}',
        "",
      ].join("\n"),
    );
    const tape = directory.read();
    await tape.untilRecords(3);
    const bad = tape.batches.find(({ partition }) => partition === 0)?.records[0];
    expect(bad).toMatchObject({ offset: 0, key: null, timestamp: -1, headers: [] });
    expect(bad?.malformed).toBe("expected an offset of at least 6 in partition 1, found 5");
    expect(String(bad?.value)).toBe('{"partition":1,"offset":5,"key":"b","payload":"2"}');
    expect(tape.values(1)).toEqual(["1", "3"]);
  });

  test("a line that is neither form is a bad record of partition 0 with an offset of its own", async () => {
    const directory = await makeLogDirectory();
    await directory.write(
      '{"key":"a","value":1}\nnot JSON\r\n{"key":"b","partition":4}\n{"key":"c","value":3}\n{"key":"d","value":4,"partition":4}\n',
    );
    const tape = directory.read();
    await tape.untilRecords(5);
    const [batch] = tape.batches.filter(({ partition }) => partition === 0);
    expect(batch?.records.map(({ offset, value, malformed }) => [offset, String(value), malformed])).toEqual([
      [0, "1", undefined],
      [1, "not JSON", "expected a JSON object, found what is no JSON at byte 2 of the line"],
      [2, '{"key":"b","partition":4}', "expected a member value, or payload as kcat prints it, found neither"],
      [3, "3", undefined],
    ]);
    expect(tape.records.filter(({ partition }) => partition === 4)).toMatchObject([{ offset: 0, value: "4" }]);
  });

  test("blank lines are nothing", async () => {
    const directory = await makeLogDirectory();
    await directory.write('\n\r\n{"key":"a","value":1}\n \t\n\n{"key":"b","value":2}\n\n');
    const tape = directory.read();
    await tape.untilRecords(2);
    expect(story(tape)).toEqual(["0@0 1", "0@1 2"]);
    expect(tape.opened.partitions[0]?.highWatermark).toBe(2);
  });

  test("a byte order mark and carriage returns are nothing", async () => {
    const directory = await makeLogDirectory();
    await directory.write('\ufeff{"key":"a","value":{"n":1}}\r\n{"key":"b","value":2}\r\n');
    const tape = directory.read();
    await tape.untilRecords(2);
    expect(story(tape)).toEqual(['0@0 {"n":1}', "0@1 2"]);
  });

  test("bytes that are no UTF-8 reach the reader as they are", async () => {
    const directory = await makeLogDirectory();
    const bytes = Buffer.concat([
      Buffer.from('{"offset":1,"key":"'),
      Buffer.from([0xff, 0x80]),
      Buffer.from('","payload":"\\u0000'),
    ]);
    await directory.write(Buffer.concat([bytes, Buffer.from([0xc3, 0x28]), Buffer.from('"}\n')]));
    const [record] = await directory.read().untilRecords(1);
    expect(record).toMatchObject({ key: "\xff\x80", value: "\x00\xc3\x28" });
  });

  test("a line beyond the limit is a bad record of which the beginning is kept; what follows is read", async () => {
    const directory = await makeLogDirectory();
    const log = directory.log({ maxLineBytes: 300_000 });
    const long = `{"key":"long","value":"${"x".repeat(2_000_000)}"}`;
    await directory.write(`{"key":"a","value":1}\n${long}\n{"key":"b","value":2}\n`);
    const tape = directory.read({ log });
    await tape.untilRecords(3);
    expect(tape.values()).toEqual(["1", long.slice(0, 4096), "2"]);
    expect(tape.batches.flatMap(({ records }) => records.map(({ malformed }) => malformed))).toEqual([
      undefined,
      "expected a line of at most 300000 bytes, found a longer one",
      undefined,
    ]);
    await directory.append('{"key":"c","value":3}\n');
    await tape.untilRecords(4);
    expect(tape.values().at(-1)).toBe("3");
  });

  test("a line beyond the limit that has not ended yet takes no offset and little memory", async () => {
    const directory = await makeLogDirectory();
    const log = directory.log({ maxLineBytes: 300_000 });
    await directory.write(`{"key":"a","value":1}\n${"x".repeat(1_000_000)}`);
    const tape = directory.read({ log });
    await tape.untilRecords(1);
    expect(tape.opened.partitions[0]?.highWatermark).toBe(1);
    const pending = tape.untilRecords(3);
    await directory.append("y".repeat(1_000_000));
    await directory.append('z\n{"key":"b","value":2}\n');
    await pending;
    expect(tape.values()).toEqual(["1", "x".repeat(4096), "2"]);
  });
});
