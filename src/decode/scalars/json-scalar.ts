import { canonicalJson } from "../canonical-json.ts";
import { parseJsonText } from "../json-text.ts";
import { rawNumberText } from "../raw-number.ts";
import type { JsonValue } from "../row-batch.ts";
import { requireWellFormed } from "../strict-text.ts";
import { memberPlace, reject, rethrowUnder } from "../value-problem.ts";
import type { ScalarCodec } from "./scalar-codec.ts";

/** JSON: any value, numbers exact, all text well-formed. */
export const jsonScalar: ScalarCodec<JsonValue> = {
  parseJson: (value) => {
    checkJson(value);
    return { json: value };
  },
  parseText: (text) => {
    const json = parseJsonText(text, { isExact: true });
    checkJson(json);
    return { json };
  },
  formatText: ({ json }) => canonicalJson(json),
};

/** Throws `ValueProblem` for a number that is not finite and for a lone surrogate, in names as well. */
function checkJson(value: unknown): void {
  if (typeof value === "string") requireWellFormed(value);
  else if (typeof value === "number" && !Number.isFinite(value)) reject("a finite number", value);
  else if (Array.isArray(value)) value.forEach(checkElement);
  else if (typeof value === "object" && value !== null && rawNumberText(value) === undefined) {
    for (const [name, member] of Object.entries(value)) {
      try {
        requireWellFormed(name);
        checkJson(member);
      } catch (error) {
        rethrowUnder(error, memberPlace(name));
      }
    }
  }
}

function checkElement(element: unknown, at: number): void {
  try {
    checkJson(element);
  } catch (error) {
    rethrowUnder(error, `[${at}]`);
  }
}
