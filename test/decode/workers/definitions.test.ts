import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadSchema } from "../../../src/mapping/load-schema.ts";
import { decodeRecords } from "../decode-records.ts";

const schemaDirectory = fileURLToPath(new URL("../../../schema", import.meta.url));

test("view definitions are plain data: what crosses to another thread is the same, and decodes the same", async () => {
  const definitions = await loadSchema(schemaDirectory);
  const crossed = structuredClone(definitions);
  expect(crossed).toStrictEqual(definitions);
  for (const [at, definition] of definitions.entries()) {
    const copy = crossed[at];
    if (copy === undefined) throw new Error("a definition was lost");
    const record = { key: "k1", value: {} };
    const { dictionary: _, buffer: __, ...there } = decodeRecords(copy, [record]);
    expect(there).toMatchObject({ view: definition.name, rows: decodeRecords(definition, [record]).rows });
  }
});
