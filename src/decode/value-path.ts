import { rawNumberText } from "./raw-number.ts";
import type { FieldValue } from "./row-batch.ts";
import { memberPlace, reject, rethrowUnder } from "./value-problem.ts";

/** An object of a parsed JSON text. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads one field out of an object; `ValueProblem`s name the place below that object. */
export type ReadMember = (object: JsonObject) => FieldValue;

/** The value as an object; throws `ValueProblem` if it is anything else. */
export function requireObject(value: unknown): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && rawNumberText(value) === undefined) {
    // True by the checks above: what is left of a parsed JSON text is an object.
    return value as JsonObject;
  }
  return reject("an object", value);
}

/**
 * Makes the reader of what stands at `path`, parsed by `parse`. A missing or null member on the way counts as a missing
 * value; one that is neither is a `ValueProblem`. Only an object's own members are found, never its prototype's.
 */
export function readMemberAt(path: readonly string[], parse: (value: unknown) => FieldValue): ReadMember {
  const [name, ...rest] = path;
  if (name === undefined) return parse;
  const place = memberPlace(name);
  const parseMember = rest.length === 0 ? parse : readThrough(readMemberAt(rest, parse), parse);
  // Plain look-up where the prototype has nothing of that name; both ways find a member named `__proto__`.
  const get = name in {} ? ownMember(name) : (object: JsonObject) => object[name];
  return (object) => {
    try {
      return parseMember(get(object));
    } catch (error) {
      return rethrowUnder(error, place);
    }
  };
}

function readThrough(readRest: ReadMember, parse: (value: unknown) => FieldValue): (value: unknown) => FieldValue {
  return (value) => (value === undefined || value === null ? parse(value) : readRest(requireObject(value)));
}

function ownMember(name: string): (object: JsonObject) => unknown {
  return (object) => (Object.hasOwn(object, name) ? object[name] : undefined);
}
