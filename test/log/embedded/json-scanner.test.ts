import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { skipValue } from "../../../src/log/embedded/json-scanner.ts";
import { stringBytes } from "../../../src/log/embedded/json-string.ts";

/** True if the text, between spaces, is one JSON value; both judges agree on what is around it. */
function isValue(text: string): boolean {
  const bytes = Buffer.from(`${text}\n`);
  return skipValue(bytes, 0) === bytes.length - 1;
}

function isValueToJsonParse(text: string): boolean {
  try {
    JSON.parse(text);
    return text.trim() === text && !/[\n]/.test(text);
  } catch {
    return false;
  }
}

/** JSON with spaces in all places where they may stand. */
function spread(value: unknown): string {
  return JSON.stringify(value, null, "\t").replaceAll("\n", " \r");
}

describe("skipValue", () => {
  test("ends where a JSON value ends, whatever the value and its spaces", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary", maxDepth: 6 }), fc.string(), (value, after) => {
        for (const text of [JSON.stringify(value), spread(value)]) {
          const bytes = Buffer.from(`${text},${after}\n`);
          expect(skipValue(bytes, 0)).toBe(Buffer.byteLength(text));
        }
      }),
    );
  });

  test("accepts of damaged JSON exactly what JSON.parse accepts", () => {
    const damage = fc.record({
      at: fc.nat(),
      removed: fc.nat(3),
      added: fc.string({ unit: fc.constantFrom(...'{}[],:"\\/0123456789-+.eEtruefalsn \tbu\u0001é'), maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), damage, (value, { at, removed, added }) => {
        const text = JSON.stringify(value);
        const start = at % (text.length + 1);
        const damaged = text.slice(0, start) + added + text.slice(start + removed);
        expect(isValue(damaged.trim())).toBe(isValueToJsonParse(damaged.trim()));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ...["0", "-0", "12345678901234567890", "1e400", "-1.5E-07", "1.0e+3", '""', '"\\u0000"', '"\\ud800"', "[[[]],{}]"],
    ...["", "01", "+1", "1.", ".5", "-", "1e", "0x1", "NaN", "Infinity", "nul", "truefalse", "'a'", '"\t"', '"\\x"'],
    ...[
      '"\\u12g4"',
      '"a',
      "[1,]",
      "[,1]",
      "[1 2]",
      "[1",
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      "{a:1}",
      '{"a":1]',
      "[1}",
      "]",
    ],
  ])("judges %s as JSON.parse does", (text) => {
    expect(isValue(text)).toBe(isValueToJsonParse(text));
  });

  test("walks over nesting of any depth", () => {
    const depth = 200_000;
    expect(isValue("[".repeat(depth) + "]".repeat(depth))).toBe(true);
    expect(isValue(`${"[".repeat(depth)}}${"]".repeat(depth - 1)}`)).toBe(false);
  });

  test("names the byte that cannot stand there", () => {
    expect(skipValue(Buffer.from('{"a": 1, "b": ?}\n'), 0)).toBe(~14);
    expect(skipValue(Buffer.from('["never closed\n"]\n'), 0)).toBe(~14);
  });
});

describe("stringBytes", () => {
  const bytesOf = (json: string | Buffer) => {
    const bytes = Buffer.from(json);
    return stringBytes(bytes, 1, bytes.length - 1);
  };

  test("gives the UTF-8 of what JSON.parse gives, however the string is escaped", () => {
    const escaped = fc
      .array(fc.tuple(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), fc.boolean()))
      .map((parts) =>
        parts.map(([text, isEscaped]) => (isEscaped ? escapeUnits(text) : JSON.stringify(text).slice(1, -1))).join(""),
      );
    fc.assert(
      fc.property(escaped, (text) => {
        const parsed: string = JSON.parse(`"${text}"`);
        fc.pre(parsed.isWellFormed());
        expect(bytesOf(`"${text}"`).toString("hex")).toBe(Buffer.from(parsed).toString("hex"));
      }),
      { numRuns: 1000 },
    );
  });

  test("keeps a lone surrogate visible as bytes that are no UTF-8", () => {
    expect(bytesOf('"a\\ud83d\\ud83d\\ude00\\ude00"').toString("hex")).toBe("61eda0bdf09f9880edb880");
    expect(bytesOf('"\\ud83dx"').toString("hex")).toBe("eda0bd78");
  });

  test("keeps bytes that are no UTF-8", () => {
    expect(bytesOf(Buffer.from([0x22, 0xff, 0x5c, 0x6e, 0xfe, 0x22]))).toEqual(Buffer.from([0xff, 0x0a, 0xfe]));
  });

  test("does not copy a string without escapes", () => {
    const bytes = Buffer.from('"plain"');
    expect(stringBytes(bytes, 1, 6).buffer).toBe(bytes.buffer);
  });
});

function escapeUnits(text: string): string {
  return text
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
