import fc from "fast-check";
import type { LogRecord } from "../../src/log/log.ts";
import type { FieldDefinition, FieldType, ScalarName, ViewDefinition } from "../../src/mapping/view-definition.ts";
import { nearValues } from "../decode/scanner/near-values.ts";
import { scalarValues } from "./decode-arbitraries.ts";
import { drawDefinition, memberNames } from "./decode-scanner-definitions.ts";
import { damage, drawGoodText, drawText, type Node, printText } from "./decode-scanner-texts.ts";
import { type Draw, oneIn, pick } from "./draws.ts";

/** `calm` records are mostly good ones: each wrong part makes the whole one bad, and hides what else is in it. */
type Mood = "calm" | "wild";

/** A mapping, and records of one partition for it: good ones, odd ones and broken ones. */
export interface ScannedCase {
  readonly definition: ViewDefinition;
  readonly batches: ReadonlyArray<readonly Omit<LogRecord, "offset">[]>;
}

/** Any mapping with any records: their members are those of the mapping more often than not. */
export const scannedCase: fc.Arbitrary<ScannedCase> = fc.gen().map((draw) => {
  const definition = drawDefinition(draw);
  const count = draw(fc.integer, { min: 1, max: 2 });
  const batches = Array.from({ length: count }, () =>
    Array.from({ length: draw(fc.integer, { min: 1, max: 4 }) }, () => drawRecord(draw, definition)),
  );
  return { definition, batches };
});

function drawRecord(draw: Draw, definition: ViewDefinition): Omit<LogRecord, "offset"> {
  const mood = oneIn(draw, 3) ? "wild" : "calm";
  return {
    timestamp: pick(draw, mood === "wild" ? [-1, 0, 1_700_000_000_000] : [0, 1_700_000_000_000]),
    key: oneIn(draw, 20) ? null : drawKey(draw, definition, mood),
    value: oneIn(draw, 12) ? null : drawValue(draw, definition, mood),
    headers: mood === "calm" || oneIn(draw, 3) ? [["h", drawHeader(draw)] as const] : [],
  };
}

function drawHeader(draw: Draw): Uint8Array | null {
  return oneIn(draw, 5) ? null : utf8(pick(draw, ["1", "x", "true", "2024-05-31", "[]", "null", '{"a":1}', "\u00e9"]));
}

function drawKey(draw: Draw, { keyFormat, fields }: ViewDefinition, mood: Mood): Uint8Array {
  const type = fields[0]?.type;
  if (mood === "wild" && oneIn(draw, 2)) return draw(fc.uint8Array, { maxLength: 40 });
  const key = (): string => drawScalar(draw, type?.kind === "scalar" ? type.scalar : "ID");
  switch (keyFormat) {
    case "INT32":
      return draw(fc.uint8Array, { minLength: 4, maxLength: 4 });
    case "INT64":
      return oneIn(draw, 2)
        ? draw(fc.uint8Array, { minLength: 8, maxLength: 8 })
        : Uint8Array.of(0, 0, ...draw(fc.uint8Array, { minLength: 6, maxLength: 6 }));
    case "UUID":
      return oneIn(draw, 2) ? draw(fc.uint8Array, { minLength: 16, maxLength: 16 }) : utf8(drawScalar(draw, "UUID"));
    case "JSON":
      return utf8(fields[0]?.source.from === "key" && fields[0].source.path ? `{"k":${key()}}` : key());
    default:
      return utf8(bare(key()));
  }
}

function drawValue(draw: Draw, { fields }: ViewDefinition, mood: Mood): Uint8Array {
  const bytes = utf8(printText(draw, drawObject(draw, fields, { mood, depth: 0 })));
  return mood === "wild" && oneIn(draw, 2) ? damage(draw, bytes) : bytes;
}

interface Within {
  readonly mood: Mood;
  /** Of lists and embedded values around it. */
  readonly depth: number;
}

/** Where values of types that hold themselves end. */
const maxDepth = 6;

/** An object with most of what the fields want, at their paths, and other members. */
function drawObject(draw: Draw, fields: readonly FieldDefinition[], within: Within): Node {
  const { mood } = within;
  const root: Node & object = { members: [] };
  for (const { source, type } of fields) {
    const isLeftOut = (mood === "wild" || type.nullable) && oneIn(draw, 6);
    if (source.from === "value" && !isLeftOut) place(draw, root, source.path, drawTyped(draw, type, within));
  }
  while (oneIn(draw, 4)) {
    const name = mood === "wild" ? pick(draw, memberNames) : "another";
    root.members.push([name, mood === "wild" ? drawText(draw, 2) : drawGoodText(draw)]);
  }
  if (oneIn(draw, 3)) root.members.reverse();
  return root;
}

function place(draw: Draw, { members }: Node & object, path: readonly string[], value: Node): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    // Seldom twice.
    if (!members.some(([known]) => known === name) || oneIn(draw, 4)) members.push([name, value]);
    return;
  }
  const known = members.find(([found, node]) => found === name && typeof node !== "string")?.[1];
  const step = known !== undefined && typeof known !== "string" ? known : { members: [] };
  if (step !== known) members.push([name, step]);
  place(draw, step, rest, value);
}

function drawTyped(draw: Draw, type: FieldType, { mood, depth }: Within): Node {
  if (mood === "wild" && oneIn(draw, 8)) return drawText(draw, 2);
  if (type.nullable && (oneIn(draw, 4) || depth > maxDepth)) return "null";
  const below = { mood, depth: depth + 1 };
  switch (type.kind) {
    case "scalar":
      return drawScalar(draw, type.scalar);
    case "enum":
      return JSON.stringify(pick(draw, type.definition.values).name);
    case "list":
      return `[${Array.from({ length: draw(fc.nat, { max: 3 }) }, () =>
        printText(draw, drawTyped(draw, type.element, below)),
      ).join(",")}]`;
    case "embedded":
      return drawObject(draw, type.definition.fields, below);
  }
}

function drawScalar(draw: Draw, scalar: ScalarName): string {
  const near = nearValues[scalar];
  return oneIn(draw, 5) ? pick(draw, near) : draw(() => scalarValues[scalar]).json;
}

function bare(json: string): string {
  return json.startsWith('"') ? json.slice(1, -1) : json;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
