import { closeBracket, comma, openBracket } from "../../base/json-bytes.ts";
import type { Run, Write } from "./run.ts";

/** One member of an object: its value as JSON text, or what writes it. */
export type Member<Source> =
  | { readonly name: string; readonly json: string }
  | { readonly name: string; readonly write: Write<Source> };

/** Makes the writer of an object with these members, in order. */
export function makeObjectWriter<Source>(members: ReadonlyArray<Member<Source>>): Write<Source> {
  const writers: Array<Write<Source>> = [];
  const prefixes: Uint8Array[] = [];
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
      sink.putBytes(prefixes[at] as Uint8Array);
      (writers[at] as Write<Source>)(source, run);
    }
    sink.putBytes(end);
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
  sink.putBytes(nullText);
}

/** JSON text as bytes, for `ByteSink.putBytes`. */
export function encode(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "utf8"));
}

const nullText = encode("null");
