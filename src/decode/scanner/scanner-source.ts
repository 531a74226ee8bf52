import type { ColumnLayout } from "../columns/column-layout.ts";
import { nameOf, nameOfDictionary, writeColumnUse, writeNull } from "./cell-source.ts";
import { type MemberOrders, maxUnrolledBytes, maxUnrolledMembers } from "./member-orders.ts";
import type { ScanMember, ScanNode, ScanPlan, ScanUse } from "./scan-plan.ts";

/** Bits of one variable that notes which members have been seen. */
const seenBits = 30;

/**
 * Writes the scanner of a plan as JavaScript source: the body of a function of `helpers`, `texts`, `dictionaries`, `names`, `enums`,
 * `printed` and `odd` that returns `{ bind, scan, followers }` (see `compile-scanner.ts`). Each object has a function that goes over
 * its members: it expects the member that came after this one last time, compares its name word by word, and looks the
 * name up if it is another one. Members whose usual order is known stand before that loop, without a loop. In it `v` is the view, `p` the place, `c` the byte there, `q` the place to go on from, `k`
 * the member (from 1 on; 0: one that nobody wants).
 *
 * Nothing that an author wrote is in the source: names stand there as numbers, their bytes, or not at all.
 */
export function writeScannerSource({ root, nodes }: ScanPlan, layout: ColumnLayout, orders: MemberOrders): string {
  const columns = layout.columns.filter(({ kind }) => kind !== "text");
  return [
    '"use strict";',
    "const { endOfNull, endOfPlainText, endOfValue, skipSpace, scanBase64, scanBoolean, scanDate, scanDateTime } = helpers;",
    "const { scanDecimal, scanDecimalText, scanEnum, scanFloat, scanInt, scanInteger, scanIntegerText } = helpers;",
    "const { scanMilliseconds, scanPrinted, scanString, scanTime, scanUuid } = helpers;",
    ...columns.map((column) => `let ${nameOf(column)};`),
    ...layout.textColumns.map(({ slot }) => `const ${nameOfDictionary(slot)} = dictionaries[${slot}];`),
    ...layout.columns
      .filter(({ type }) => type.kind === "enum")
      .map(({ index }) => `const enums${index} = enums[${index}], guesses${index} = guesses[${index}];`),
    "function bind(columns) {",
    ...columns.map((column) => `  ${nameOf(column)} = columns.${column.kind}s[${column.slot}];`),
    "}",
    ...nodes.flatMap((node) => writeNode(node, orders[node.index] ?? [], node === root)),
    "function scan(v, at, row) {",
    "  let p = skipSpace(v, at);",
    "  if (v.getUint8(p) !== 123) return -1;",
    `  p = object${root.index}(v, p + 1, row);`,
    "  return p < 0 ? -1 : skipSpace(v, p);",
    "}",
    `const followers = [${nodes.map(({ index }) => `next${index}`).join()}];`,
    "return { bind, scan, followers };",
  ].join("\n");
}

function writeNode(node: ScanNode, order: readonly number[], isRoot: boolean): string[] {
  const lines = writeObject(node, order);
  return isRoot ? lines : [...lines, ...writeMissing(node), ...writeAbsent(node)];
}

/** The function from the place after an object's opening brace to that after its closing one. */
function writeObject({ index, members }: ScanNode, order: readonly number[]): string[] {
  const masks = Array.from({ length: Math.ceil(members.length / seenBits) }, (_, mask) => mask);
  // By the last known member (0: none yet) the one expected next, + 1; after an unknown one further on.
  return [
    `const next${index} = new Uint16Array(${2 * (members.length + 1)});`,
    `const names${index} = names[${index}];`,
    `function object${index}(v, at, row) {`,
    "  let p = at, q = 0, c = 0, k = 0, last = 0;",
    ...masks.map((mask) => `  let seen${mask} = 0;`),
    ...writeUsualOrder(members, order),
    "  c = v.getUint8(p);",
    "  if (c <= 32) { p = skipSpace(v, p); c = v.getUint8(p); }",
    "  if (last !== 0) {",
    "    if (c === 44) {",
    "      p = skipSpace(v, p + 1);",
    "      c = v.getUint8(p);",
    "      if (c !== 34) return -1;",
    "    } else if (c !== 125) return -1;",
    "  }",
    "  if (c !== 125) for (;;) {",
    "    if (c !== 34) return -1;",
    `    k = next${index}[last];`,
    "    switch (k) {",
    ...members.map((member, at) => `      case ${at + 1}: ${writeNameTest(member, at, members.length, index)} break;`),
    "      default: q = 0;",
    "    }",
    "    if (q === 0) {",
    "      q = endOfPlainText(v, p + 1);",
    "      if (q < 0) return -1;",
    `      k = names${index}.find(v, p + 1, q) + 1;`,
    `      next${index}[last] = k;`,
    "      q = skipSpace(v, q + 1);",
    "      if (v.getUint8(q) !== 58) return -1;",
    "      q += 1;",
    "    }",
    "    p = q;",
    "    c = v.getUint8(p);",
    "    if (c <= 32) { p = skipSpace(v, p); c = v.getUint8(p); }",
    "    switch (k) {",
    ...members.flatMap((member, at) => writeMember(member, at)),
    "      default:",
    "        q = endOfValue(v, p);",
    "        if (q < 0) return -1;",
    "    }",
    "    p = q;",
    `    if (k !== 0) last = k; else if (last <= ${members.length}) last += ${members.length + 1};`,
    "    c = v.getUint8(p);",
    "    if (c <= 32) { p = skipSpace(v, p); c = v.getUint8(p); }",
    "    if (c === 125) break;",
    "    if (c !== 44) return -1;",
    "    p += 1;",
    "    c = v.getUint8(p);",
    "    if (c <= 32) { p = skipSpace(v, p); c = v.getUint8(p); }",
    "  }",
    ...members.map(
      ({ uses }, at) => `  if (${seenOf(at)} === 0) { ${uses.map(writeMissingUse("return -1;")).join(" ")} }`,
    ),
    "  return p + 1;",
    "}",
  ];
}

/**
 * The members in their usual order, one after the other: comma, name and colon are compared at once, and nothing is noted.
 * Where something else stands the loop goes on, from the end of the last member that was as expected.
 */
function writeUsualOrder(members: readonly ScanMember[], order: readonly number[]): string[] {
  const usual = order.flatMap((at) => {
    const member = members[at];
    return member === undefined ? [] : [{ at, ...member }];
  });
  if (usual.length === 0) return [];
  const lines = usual.map(({ at, name, uses }, place) => {
    const bytes = Uint8Array.of(...(place === 0 ? [] : [0x2c]), 0x22, ...new TextEncoder().encode(name), 0x22, 0x3a);
    return [
      `    c = v.getUint8(p + ${bytes.length});`,
      `    if (c <= 32 || !(${writeWordTests(bytes)})) break usual;`,
      `    p += ${bytes.length};`,
      ...uses.map((use) => `    ${writeUse(use)}`),
      `    p = q; last = ${at + 1}; seen${Math.floor(at / seenBits)} |= ${1 << (at % seenBits)};`,
    ];
  });
  const others = members.filter((_, at) => !order.includes(at));
  return [
    "  usual: {",
    ...lines.flat(),
    "    if (v.getUint8(p) !== 125) break usual;",
    ...others.flatMap(({ uses }) => uses.map((use) => `    ${writeMissingUse("return -1;")(use)}`)),
    "    return p + 1;",
    "  }",
  ];
}

function writeUse(use: ScanUse): string {
  return use.kind === "column" ? writeColumnUse(use.column) : writeObjectUse(use);
}

/** Sets `q` to the place after this member's name and colon if they stand at `p`, with nothing between; else to 0. */
function writeNameTest({ name }: ScanMember, at: number, memberCount: number, index: number): string {
  const bytes = new TextEncoder().encode(name);
  // No name of a JSON text has such bytes unless it is written with escapes, which is not scanned.
  if (bytes.some((byte) => byte < 0x20 || byte === 0x22 || byte === 0x5c)) return "q = 0;";
  const isUnrolled = memberCount <= maxUnrolledMembers && bytes.length <= maxUnrolledBytes;
  const end = bytes.length + 1;
  const test = isUnrolled
    ? writeWordTests(Uint8Array.of(0x22, ...bytes, 0x22, 0x3a))
    : `names${index}.isAt(${at}, v, p + 1, p + ${end}) && v.getUint16(p + ${end}) === ${0x223a}`;
  return `q = ${test} ? p + ${end + 2} : 0;`;
}

/** Compares at least four bytes with those at `p`, a word at a time; the last word may take some of the one before. */
function writeWordTests(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer);
  const places = Array.from({ length: Math.ceil(bytes.length / 4) }, (_, word) => Math.min(4 * word, bytes.length - 4));
  return places.map((place) => `v.getInt32(p + ${place}, true) === ${view.getInt32(place, true)}`).join(" && ");
}

/** A member that comes twice is not scanned: the last one counts, and the first may have been written. */
function writeMember({ uses }: ScanMember, at: number): string[] {
  return [
    `      case ${at + 1}:`,
    `        if (${seenOf(at)} !== 0) return -1;`,
    `        seen${Math.floor(at / seenBits)} |= ${1 << (at % seenBits)};`,
    ...uses.map((use) => `        ${writeUse(use)}`),
    "        break;",
  ];
}

function seenOf(at: number): string {
  return `(seen${Math.floor(at / seenBits)} & ${1 << (at % seenBits)})`;
}

function writeObjectUse(use: Exclude<ScanUse, { readonly kind: "column" }>): string {
  const presence = use.kind === "embedded" && use.presence !== undefined ? `${nameOf(use.presence)}[row] = 1;` : "";
  return [
    `if (c === 123) { q = object${use.node.index}(v, p + 1, row); if (q < 0) return -1; ${presence} }`,
    `else { q = endOfNull(v, p); if (q < 0) return -1; ${writeMissingUse("return -1;")(use)} }`,
  ].join(" ");
}

/** What becomes of a use whose value is missing or null; `fail` if it must be there. */
function writeMissingUse(fail: string): (use: ScanUse) => string {
  return (use) => {
    switch (use.kind) {
      case "column":
        return use.column.type.nullable ? writeNull(use.column) : fail;
      case "step":
        return `if (!missing${use.node.index}(row)) ${fail}`;
      case "embedded":
        return use.presence === undefined ? fail : `${writeNull(use.presence)} absent${use.node.index}(row);`;
    }
  };
}

/** The function that writes an object that is only a step of paths, and is not there; false if some of it must be. */
function writeMissing({ index, members }: ScanNode): string[] {
  return [
    `function missing${index}(row) {`,
    ...members.flatMap(({ uses }) => uses.map((use) => `  ${writeMissingUse("return false;")(use)}`)),
    "  return true;",
    "}",
  ];
}

/** The function that writes the columns of an embedded value that is not there. */
function writeAbsent({ index, members }: ScanNode): string[] {
  const writeUse = (use: ScanUse): string => {
    if (use.kind === "column") return writeNull(use.column);
    const presence = use.kind === "embedded" && use.presence !== undefined ? writeNull(use.presence) : "";
    return `${presence} absent${use.node.index}(row);`;
  };
  return [
    `function absent${index}(row) {`,
    ...members.flatMap(({ uses }) => uses.map((use) => `  ${writeUse(use)}`)),
    "}",
  ];
}
