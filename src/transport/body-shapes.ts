import { type CacheBounds, WeightedCache } from "../api/compiled/weighted-cache.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** What stands in a body beside its variables; and how long it was in all. */
interface Beside {
  readonly members: JsonObject;
  readonly characters: number;
}

/** Bodies that begin alike, up to the value of `variables`: how they end → what they say. */
type Endings = Map<string, Beside>;

const variablesMember = '"variables":';
const openBrace = 0x7b;
const closeBrace = 0x7d;
const quote = 0x22;
const backslash = 0x5c;

/** As a text, and again as what it says. */
const bytesOfCharacter = 8;
/** Longer ones are not remembered. */
const maxCharacters = 16 * 1024;
/** Of one beginning. */
const maxEndings = 4;
/** Far more than frontends have operations. */
const defaultBounds: CacheBounds = { maxEntries: 1_000, maxBytes: 8 * 1024 * 1024, maxEntryBytes: 256 * 1024 };

/**
 * Reads JSON bodies of which all but the variables was read before: a client sends the same operation again and again, and
 * to parse its text is the dearest thing about a point query. Gives what `JSON.parse` gives, or nothing.
 *
 * That is exact because of how JSON is made. A body is known as the text before and behind a value, which together parsed
 * with `null` there and with `0` there, and what they said was that `variables` is this value. So a value stands at that
 * place, and what stands beside it says the same whatever it is. The value of a new body is parsed for itself; if it is
 * one, the body is JSON that says what is known beside it.
 */
export class BodyShapes {
  readonly #shapes: WeightedCache<Endings>;

  constructor(bounds: CacheBounds = defaultBounds) {
    this.#shapes = new WeightedCache(bounds);
  }

  /** Undefined if it is not known, or no JSON: parse it. What it gives is partly what it gave before, so not to be changed. */
  read(text: string): JsonObject | undefined {
    const place = findVariables(text);
    if (place === undefined) return undefined;
    const beside = this.#shapes.get(text.slice(0, place.start))?.get(text.slice(place.end));
    if (beside === undefined) return undefined;
    const variables = parseObject(text.slice(place.start, place.end));
    return variables === undefined ? undefined : { ...beside.members, variables };
  }

  /** Remembers a body that was parsed to this value, if it is one whose like can be read. */
  learn(text: string, value: unknown): void {
    const place = findVariables(text);
    if (place === undefined || !isObject(value)) return;
    const [before, behind] = [text.slice(0, place.start), text.slice(place.end)];
    const characters = before.length + behind.length;
    if (characters > maxCharacters || !isVariablesPlace(before, behind)) return;
    const { variables: _, ...members } = value;
    const endings = this.#shapes.get(before) ?? new Map();
    if (endings.size === maxEndings) endings.clear();
    endings.set(copyText(behind), { members, characters });
    let bytes = 0;
    for (const beside of endings.values()) bytes += bytesOfCharacter * beside.characters;
    this.#shapes.set(copyText(before), endings, bytes);
  }
}

/** From the opening brace of what seems to be the variables to behind its closing one. */
function findVariables(text: string): { readonly start: number; readonly end: number } | undefined {
  const found = text.indexOf(variablesMember);
  if (found < 0) return undefined;
  const start = found + variablesMember.length;
  if (text.charCodeAt(start) !== openBrace) return undefined;
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === openBrace) depth += 1;
    else if (unit === closeBrace) {
      depth -= 1;
      if (depth === 0) return { start, end: at + 1 };
    } else if (unit === quote) {
      at += 1;
      while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
    }
  }
  return undefined;
}

function isVariablesPlace(before: string, behind: string): boolean {
  return ["null", "0"].every((value) => {
    const probe = parseObject(`${before}${value}${behind}`);
    return probe !== undefined && JSON.stringify(probe["variables"]) === value;
  });
}

/** Undefined if the text is no JSON, or no object. */
function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // Whoever parses the whole body finds the same mistake, and says where it is.
    return undefined;
  }
}

/** For values that JSON gives. */
function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A part of a text keeps all of it. */
function copyText(text: string): string {
  return Buffer.from(text).toString();
}
