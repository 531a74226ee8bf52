import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type NameNode, parse, visit } from "graphql";
import { describe, expect, test } from "vitest";
import { createSeededRandom } from "../../src/cli/demo/seeded-random.ts";
import { createShop, type ShopRecords } from "../../src/cli/demo/shop.ts";
import { loadSchema } from "../../src/mapping/load-schema.ts";
import { decodeRecords, type RecordText } from "../decode/decode-records.ts";

const nowMs = 1_700_000_000_000;
const schemaDirectory = fileURLToPath(new URL("../../schema", import.meta.url));

describe("the demo's schema", () => {
  test("describes every type, field and enum value", () => {
    const bare: string[] = [];
    const note = (node: { readonly name: NameNode; readonly description?: unknown }): void => {
      if (node.description === undefined) bare.push(node.name.value);
    };
    for (const file of readdirSync(schemaDirectory)) {
      visit(parse(readFileSync(join(schemaDirectory, file), "utf8")), {
        ObjectTypeDefinition: note,
        EnumTypeDefinition: note,
        FieldDefinition: note,
        EnumValueDefinition: note,
      });
    }
    expect(bare).toEqual([]);
  });

  test("takes every record of the demo's shop, as it opens and as it changes", async () => {
    const views = await loadSchema(schemaDirectory);
    const shop = createShop(createSeededRandom(1));
    const moments = [shop.open(nowMs), ...Array.from({ length: 600 }, (_, at) => shop.step(nowMs + at))];
    for (const view of views) {
      const records = moments.flatMap((moment) => recordsOf(moment, view.topic));
      const { badRecords, rows } = decodeRecords(view, records);
      expect(badRecords.map(({ error }) => error)).toEqual([]);
      expect(rows).toHaveLength(records.length);
    }
  });
});

function recordsOf(moment: ShopRecords, topic: string): readonly RecordText[] {
  const ofTopic = Object.entries(moment).find(([name]) => name === topic)?.[1] ?? [];
  return ofTopic.map(({ key, value, headers }) => ({
    key,
    value,
    timestamp: nowMs,
    headers: Object.entries(headers ?? {}),
  }));
}
