import { ValueProblem } from "./value-problem.ts";

// Keeps a byte order mark as a character, so that one in a value is refused as JSON does and one in a key is not lost.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes as text, a copy. Throws `ValueProblem` unless they are UTF-8 throughout (which excludes surrogates). */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ValueProblem({ expected: "UTF-8 text", found: "bytes that are not UTF-8" });
  }
}

/** The text if it is well-formed Unicode, else `ValueProblem`: a lone surrogate (from an escape) has no UTF-8. */
export function requireWellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw new ValueProblem({ expected: "well-formed Unicode text", found: "text with a lone surrogate" });
}

/** A copy of the text that keeps nothing of a longer text that it was cut from. */
export function copyText(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
