import { afterEach, describe, expect, test } from "vitest";
import { positionScalar } from "../../src/api/scalars.ts";
import { defineView } from "../support/view-definitions.ts";
import { openWorld, type World } from "./kit/open-world.ts";

let world: World | undefined;
afterEach(() => world?.close());

const fields = {
  text: "String",
  int: "Int",
  float: "Float",
  flag: "Boolean",
  moment: "DateTime",
  day: "Date",
  time: "Time",
  big: "BigInt",
  exact: "Decimal",
  uuid: "UUID",
  json: "JSON",
  bytes: "Bytes",
  moments: "[DateTime]",
  bigs: "[BigInt!]",
};

async function answer(value: string): Promise<string> {
  world = await openWorld({ definitions: [defineView({ name: "Thing", topic: "things", fields })] });
  await world.append("things", [{ key: "1", value }]);
  const { data, errors } = world.query(`{ thing(id: "1") { ${Object.keys(fields).join(" ")} } }`);
  if (errors !== undefined) throw errors[0];
  return JSON.stringify(data?.["thing"]);
}

describe("scalars as JSON", () => {
  test("have the forms that the API promises", async () => {
    const printed = await answer(`{
      "text": "ä\\n", "int": -7, "float": 0.5, "flag": true, "moment": "2026-01-31T13:00:00.5+01:00",
      "day": "2026-01-31", "time": "13:00:00+01:00", "big": 123456789012345678901234567890, "exact": "12.50",
      "uuid": "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", "json": {"a": [1, null, "x"]}, "bytes": "AAH/",
      "moments": [0, null], "bigs": [1, "2"]
    }`);
    expect(JSON.parse(printed)).toEqual({
      text: "ä\n",
      int: -7,
      float: 0.5,
      flag: true,
      moment: "2026-01-31T12:00:00.500Z",
      day: "2026-01-31",
      time: "12:00:00.000Z",
      big: "123456789012345678901234567890",
      exact: "12.5",
      uuid: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
      json: { a: [1, null, "x"] },
      bytes: "AAH/",
      moments: ["1970-01-01T00:00:00.000Z", null],
      bigs: ["1", "2"],
    });
  });

  test("keep every digit of a number inside JSON", async () => {
    const printed = await answer('{"json": {"big": 12345678901234567890123, "long": 0.1234567890123456789012}}');
    expect(printed).toContain('"json":{"big":12345678901234567890123,"long":0.1234567890123456789012}');
  });

  test("are null where the record has nothing", async () => {
    expect(JSON.parse(await answer("{}"))).toEqual(Object.fromEntries(Object.keys(fields).map((name) => [name, null])));
  });
});

describe("Position", () => {
  test("refuses a text that is no token", () => {
    expect(() => positionScalar.parseValue("7")).toThrow(/Expected a position token/);
  });
});
