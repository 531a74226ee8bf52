import { makeTextParser } from "../decode/field-codec.ts";
import { makeKeyText } from "../decode/key-text.ts";
import type { FieldValue } from "../decode/row-batch.ts";
import { ValueProblem } from "../decode/value-problem.ts";
import type { FieldType, KeyFormat, ScalarName, ViewDefinition } from "../mapping/view-definition.ts";
import { getField } from "./get-field.ts";

/** How the content of a record key is read before it is read as its field's type. */
const formatScalars: { readonly [F in KeyFormat]?: ScalarName } = { INT32: "Int", INT64: "BigInt", UUID: "UUID" };

/**
 * Makes the function from an id as a client writes it to the key text that the view knows: a UUID in upper case, `007`
 * for an integer key. A text that cannot be a key of the view stays as it is: no entity has it.
 */
export function makeCanonicalKeyOf(definition: ViewDefinition): (id: string) => string {
  const ofType = makeCanonicalTextOf(getField(definition, definition.keyField).type);
  const scalar = formatScalars[definition.keyFormat];
  if (scalar === undefined) return (id) => ofType(id) ?? id;
  const ofFormat = makeCanonicalTextOf({ kind: "scalar", scalar, nullable: false });
  return (id) => ofType(ofFormat(id) ?? id) ?? id;
}

/** Makes the function from the value of a joining field, not null, to the key text that it stands for. */
export function makeJoinKeyOf(definition: ViewDefinition, field: string): (value: FieldValue) => string {
  return makeKeyText(getField(definition, field).type);
}

/**
 * Makes the function from a key text to the value that a joining field has where it stands for that key; undefined if
 * no value of its type does.
 */
export function makeJoinValueOf(definition: ViewDefinition, field: string): (key: string) => FieldValue | undefined {
  const { type } = getField(definition, field);
  const parse = makeTryParser(type);
  const toText = makeKeyText(type);
  return (key) => {
    const value = parse(key);
    return value !== undefined && toText(value) === key ? value : undefined;
  };
}

function makeCanonicalTextOf(type: FieldType): (text: string) => string | undefined {
  const parse = makeTryParser(type);
  const toText = makeKeyText(type);
  return (text) => {
    const value = parse(text);
    return value === undefined ? undefined : toText(value);
  };
}

/** A text that is no value of the type is an answer here, not a fault: undefined. */
function makeTryParser(type: FieldType): (text: string) => FieldValue | undefined {
  const parse = makeTextParser({ ...type, nullable: false });
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof ValueProblem) return undefined;
      throw error;
    }
  };
}
