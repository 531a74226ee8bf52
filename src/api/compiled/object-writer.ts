import { closeBracket, comma, openBracket } from "../../base/json-bytes.ts";
import { encode, type FixedText } from "./fixed-text.ts";
import type { Run, Write } from "./run.ts";

/** One member of an object: its value as JSON text, or what writes it. */
export type Member<Source> =
  | { readonly name: string; readonly json: string }
  | { readonly name: string; readonly write: Write<Source> };

/** Makes the writer of an object with these members, in order. */
export function makeObjectWriter<Source>(members: ReadonlyArray<Member<Source>>): Write<Source> {
  const writers: Array<Write<Source>> = [];
  const prefixes: FixedText[] = [];
  let text = "{";
  for (const [at, member] of members.entries()) {
    text += `${at === 0 ? "" : ","}${JSON.stringify(member.name)}:`;
    if ("json" in member) text += member.json;
    else {
      prefixes.push(encode(text));
      writers.push(member.write);
      text = "";
    }
  }
  const end = encode(`${text}}`);
  return (source, run) => {
    const { sink } = run;
    for (let at = 0; at < writers.length; at += 1) {
      // Both have as many, and `at` is below that.
      sink.putFixed(prefixes[at] as FixedText);
      (writers[at] as Write<Source>)(source, run);
    }
    sink.putFixed(end);
  };
}

/** Writes a list, each element by `write`. */
export function writeList<Source>(elements: readonly Source[], write: Write<Source>, run: Run): void {
  const { sink } = run;
  sink.putByte(openBracket);
  for (let at = 0; at < elements.length; at += 1) {
    if (at > 0) sink.putByte(comma);
    write(elements[at] as Source, run); // below the length
  }
  sink.putByte(closeBracket);
}

/** Writes null. */
export function writeNull({ sink }: Run): void {
  sink.putFixed(nullText);
}

const nullText = encode("null");
