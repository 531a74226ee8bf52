import fc from "fast-check";
import { memberNames } from "./decode-scanner-definitions.ts";
import { type Draw, oneIn, pick } from "./draws.ts";

/** JSON with white space to come: tokens, as texts, and objects whose members may still be moved. */
export type Node = string | { readonly members: Array<readonly [name: string, value: Node]> };

const tokens = [
  ...["0", "-0", "1", "12.5", "1e5", "1E-2", "true", "false", "null", '""', '"x"', "[]", "{}", "[1,2]", '["a"]'],
  ...[
    '{"a":{"b":[{}]}}',
    "nul",
    "-",
    "01",
    "1.",
    "+1",
    "NaN",
    "'x'",
    "[1,]",
    '{"a"}',
    '{"a":1,}',
    '"\\u12"',
    '"\\ud800"',
  ],
  ...[
    `${"[".repeat(70)}${"]".repeat(70)}`,
    "123456789012345678901234567890.5",
    "1e999",
    '"\t"',
    "// x",
    "[,]",
    '{"a" : [ ] }',
  ],
];

/** JSON of any kind, or nearly. */
export function drawText(draw: Draw, depth: number): string {
  if (depth === 0 || !oneIn(draw, 4)) return oneIn(draw, 5) ? JSON.stringify(drawString(draw)) : pick(draw, tokens);
  const count = draw(fc.nat, { max: 3 });
  const elements = Array.from({ length: count }, () => drawText(draw, depth - 1));
  if (oneIn(draw, 2)) return `[${elements.join(",")}]`;
  return `{${elements.map((element) => `${JSON.stringify(pick(draw, memberNames))}:${element}`).join(",")}}`;
}

/** JSON of any kind. */
export function drawGoodText(draw: Draw): string {
  return draw(fc.json);
}

function drawString(draw: Draw): string {
  return draw(fc.string, { unit: oneIn(draw, 2) ? "grapheme" : "binary" }).toWellFormed();
}

/** Prints with white space here and there, and names with escapes now and then. */
export function printText(draw: Draw, node: Node): string {
  if (typeof node === "string") return node;
  const isSpaced = oneIn(draw, 4);
  const space = (): string => (isSpaced && oneIn(draw, 2) ? pick(draw, [" ", "\n", "\t", "\r", "  "]) : "");
  const members = node.members.map(([name, value]) => {
    const printed = oneIn(draw, 30) ? escapeAll(name) : JSON.stringify(name);
    return `${space()}${printed}${space()}:${space()}${printText(draw, value)}${space()}`;
  });
  return `{${members.join(",")}${space()}}`;
}

function escapeAll(name: string): string {
  return `"${name
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("")}"`;
}

/** Some bytes changed, put in, taken out or doubled. */
export function damage(draw: Draw, bytes: Uint8Array): Uint8Array {
  let damaged = [...bytes];
  for (let times = draw(fc.integer, { min: 1, max: 3 }); times > 0; times -= 1) {
    const at = draw(fc.nat, { max: damaged.length });
    const byte = oneIn(draw, 2)
      ? pick(
          draw,
          [...'{}[]",:\\-.0e \n'].map((mark) => mark.charCodeAt(0)),
        )
      : draw(fc.nat, { max: 255 });
    const how = draw(fc.nat, { max: 4 });
    if (how === 0) damaged[at] = byte;
    else if (how === 1) damaged.splice(at, 0, byte);
    else if (how === 2) damaged.splice(at, 1);
    else if (how === 3) damaged = damaged.slice(0, at);
    else damaged.push(...damaged.slice(at, at + 5));
  }
  return Uint8Array.from(damaged);
}
