import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { makeColumnLayout } from "../../../src/decode/columns/column-layout.ts";
import { makeScanPlan } from "../../../src/decode/scanner/scan-plan.ts";
import { writeScannerSource } from "../../../src/decode/scanner/scanner-source.ts";
import type { ViewDefinition } from "../../../src/mapping/view-definition.ts";
import { defineView } from "../../support/view-definitions.ts";
import { makeBatch, valuesOf } from "../decode-records.ts";
import { expectSameBothWays } from "./both-ways.ts";

/** Texts that would leave a string, a template, a comment or a regular expression of a source that has them in it. */
const hostile = [
  '"; globalThis.hacked = true; //',
  "'; globalThis.hacked = true; //",
  "`; globalThis.hacked = true; //",
  "$" + "{(globalThis.hacked = true)}",
  "*/ globalThis.hacked = true; /*",
  '\\"; globalThis.hacked = true; //',
  "\u2028globalThis.hacked = true;",
  "\u2029globalThis.hacked = true;",
  "\n globalThis.hacked = true;",
  "\r globalThis.hacked = true;",
  "}}} globalThis.hacked = true; {{{",
  "</script><script>globalThis.hacked = true</script>",
  "__proto__",
  "constructor",
  "\u0000",
];

describe("the source of a scanner", () => {
  test.each(hostile)("does not have a member's name in it: %j", (name) => {
    const view = viewOf(name);
    expect(valuesOf(view, { value: JSON.stringify({ [name]: 7, in: { [name]: { [name]: "x" } } }) })).toStrictEqual([
      "7",
      7,
      "x",
    ]);
    expect(valuesOf(view, { value: "{}" })).toStrictEqual(["7", null, null]);
    expectSameBothWays(view, [makeBatch([{ value: { [name]: 7 } }, { value: `{"${name}":7}` }])]);
    expect("hacked" in globalThis).toBe(false);
  });

  test("has the same words whatever an author wrote: only numbers differ", () => {
    const harmless = hostile.map((name, at) => `${at}`.padStart(Math.max(2, Buffer.byteLength(name)), "n"));
    const source = sourceOf(viewOfAll(hostile));
    expect(wordsOf(source)).toStrictEqual(wordsOf(sourceOf(viewOfAll(harmless))));
    expect(source).toMatch(/^[\x20-\x7e\n]*$/);
    // The one string is the directive in front.
    expect(source.replace('"use strict";', "")).not.toMatch(/["'`]|\/\/|\/\*/);
  });

  test("does not take a name for the names that it would be if it were put into a JSON text as it is", () => {
    const view = defineView({ fields: { a: { type: "Int", path: ['a":1,"b'] }, b: "Int" } });
    expectSameBothWays(view, [makeBatch([{ value: '{"a":1,"b":2}' }, { value: '{"a":1,"b":3}' }])]);
    expect(valuesOf(view, { value: '{"a":1,"b":2}' })).toStrictEqual(["7", null, 2]);
    expect(valuesOf(view, { value: '{"a\\":1,\\"b":5}' })).toStrictEqual(["7", 5, null]);
  });

  test("is not made for a name that UTF-8 cannot hold", () => {
    const view = defineView({ fields: { a: { type: "Int", path: ["\ud800"] } } });
    expect(makeScanPlan(view, makeColumnLayout(view))).toBeUndefined();
    expect(valuesOf(view, { value: '{"\\ud800":1,"\ufffd":2}' })).toStrictEqual(["7", 1]);
  });

  test("is good for very many and very long names", () => {
    const names = Array.from({ length: 300 }, (_, at) => `${"long ".repeat(at % 12)}${at}`);
    const view = defineView({
      fields: Object.fromEntries(names.map((name, at) => [name, at % 3 === 0 ? "Int" : "String"])),
    });
    const value = Object.fromEntries(names.map((name, at) => [name, at % 3 === 0 ? at : `${at}`]));
    expect(valuesOf(view, { value })).toStrictEqual(["7", ...Object.values(value)]);
    const some = Object.fromEntries(Object.entries(value).filter((_, at) => at % 2 === 0));
    expectSameBothWays(view, [makeBatch([{ value }, { value: some }, { value }])]);
  });

  test("is not made where code must not be generated: records are parsed", () => {
    const script = `
      const { createJsonDecoder } = await import(${JSON.stringify(moduleUrl("src/decode/json-decoder.ts"))});
      const { canGenerateCode } = await import(${JSON.stringify(moduleUrl("src/decode/scanner/compile-scanner.ts"))});
      const { defineView } = await import(${JSON.stringify(moduleUrl("test/support/view-definitions.ts"))});
      const decoder = createJsonDecoder(defineView({ fields: { n: "Int!" } }), { hashSeed: 7, dictionary: "d" });
      const text = (content) => new TextEncoder().encode(content);
      const record = { offset: 0, timestamp: 0, key: text("7"), value: text('{"n":1}'), headers: [] };
      const batch = { partition: 0, fromOffset: 0, nextOffset: 1, leaderEpoch: 0, records: [record], sizeBytes: 8 };
      const { rowCount } = decoder.decode(batch, { topic: "t", generation: 1, incarnation: "life" });
      console.log(JSON.stringify({ canGenerateCode: canGenerateCode(), rowCount }));`;
    const run = (...flags: readonly string[]) => {
      const { stdout, stderr } = spawnSync(process.execPath, [...flags, "--input-type=module", "-e", script], {
        encoding: "utf8",
      });
      return stdout === "" ? stderr : (JSON.parse(stdout) as unknown);
    };
    expect(run("--disallow-code-generation-from-strings")).toStrictEqual({ canGenerateCode: false, rowCount: 1 });
    expect(run()).toStrictEqual({ canGenerateCode: true, rowCount: 1 });
  });
});

/** A view that looks for this name, at the top and deeper. */
function viewOf(name: string): ViewDefinition {
  return defineView({ fields: { a: { type: "Int", path: [name] }, b: { type: "String", path: ["in", name, name] } } });
}

/** A view that has these names wherever an author can put one. */
function viewOfAll(names: readonly string[]): ViewDefinition {
  const fields = names.flatMap((name, at) => [
    [name, { type: "Part", path: [name] }] as const,
    [`x${at}`, { type: "Colour", path: ["x", name] }] as const,
  ]);
  return defineView({
    fields: Object.fromEntries(fields),
    embedded: { Part: Object.fromEntries(names.map((name) => [name, "String"])) },
    enums: { Colour: names },
  });
}

function wordsOf(source: string): ReadonlySet<string> {
  return new Set(source.match(/[A-Za-z_$]+/g));
}

function sourceOf(view: ViewDefinition): string {
  const layout = makeColumnLayout(view);
  const plan = makeScanPlan(view, layout);
  if (plan === undefined) throw new Error("the view is not scanned");
  // All members in an order that is known.
  return writeScannerSource(
    plan,
    layout,
    plan.nodes.map(({ members }) => members.map((_, at) => at)),
  );
}

function moduleUrl(path: string): string {
  return new URL(`../../../${path}`, import.meta.url).href;
}
