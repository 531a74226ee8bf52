import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteSink } from "../../src/api/compiled/byte-sink.ts";
import { makeCursorWriter } from "../../src/api/compiled/cursor-writer.ts";
import { beginRun } from "../../src/api/compiled/run.ts";
import { encodeCursor, makeCursorScope } from "../../src/api/cursor.ts";
import { createModelWorld } from "../api/compiled/kit/model-world.ts";
import { defineView } from "../support/view-definitions.ts";

describe("a cursor written from a column", () => {
  test("is the one that is encoded from the key", () => {
    const scope = makeCursorScope("Order", "key");
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 300 }), { minLength: 1, maxLength: 4 }), (keys) => {
        const world = createModelWorld([defineView()]);
        const view = world.view("Order");
        for (const key of keys) view.put(key, [key]);
        const reader = view.reader();
        const write = makeCursorWriter(scope, reader.column("id"));
        for (const row of reader.all().page({ limit: 9 })) {
          const sink = new ByteSink();
          write(row, beginRun(world.context(), { variables: {}, sink }));
          expect(sink.view().toString("latin1")).toBe(`"${encodeCursor(scope, reader.keyOf(row))}"`);
        }
      }),
    );
  });
});
