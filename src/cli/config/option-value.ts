import type { OptionSpec, OptionValue } from "./option-spec.ts";

/** What came of reading one option's value. */
export type ParsedValue =
  | { readonly ok: true; readonly value: OptionValue }
  | { readonly ok: false; readonly message: string };

/** Reads one option's value from text (a flag, a variable) or from what the file holds. Pure. */
export function parseOptionValue(spec: OptionSpec, raw: unknown): ParsedValue {
  switch (spec.kind) {
    case "integer":
      return parseInteger(spec, raw);
    case "boolean":
      if (raw === true || raw === "true") return { ok: true, value: true };
      if (raw === false || raw === "false") return { ok: true, value: false };
      return expected("true or false", raw);
    case "list":
      return parseList(raw);
    case "choice":
      return typeof raw === "string" && (spec.choices ?? []).includes(raw)
        ? { ok: true, value: raw }
        : expected(`one of ${(spec.choices ?? []).join(", ")}`, raw);
    case "text":
      return typeof raw === "string" && raw !== ""
        ? { ok: true, value: raw }
        : expected("a text that is not empty", raw);
  }
}

function parseInteger({ min, max }: OptionSpec, raw: unknown): ParsedValue {
  const range = `an integer${min === undefined ? "" : ` of at least ${min}`}${max === undefined ? "" : `, at most ${max}`}`;
  const value = typeof raw === "string" && /^-?\d+$/.test(raw) ? Number(raw) : raw;
  if (typeof value !== "number" || !Number.isSafeInteger(value)) return expected(range, raw);
  if ((min !== undefined && value < min) || (max !== undefined && value > max)) return expected(range, raw);
  return { ok: true, value };
}

function parseList(raw: unknown): ParsedValue {
  if (typeof raw === "string") {
    return {
      ok: true,
      value: raw
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    };
  }
  if (Array.isArray(raw) && raw.every((part): part is string => typeof part === "string"))
    return { ok: true, value: raw };
  return expected("texts separated by commas, or a list of texts", raw);
}

function expected(what: string, found: unknown): ParsedValue {
  return { ok: false, message: `expected ${what}, found ${JSON.stringify(found)}` };
}
