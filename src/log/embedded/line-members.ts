import { stringBytes } from "./json-string.ts";

/** The members of a line that mean something; `value` and `timestamp` in the first form, the last five in kcat's only. */
export const members = [
  "key",
  "partition",
  "headers",
  "value",
  "timestamp",
  "payload",
  "offset",
  "ts",
  "key_error",
  "payload_error",
] as const;
export type Member = (typeof members)[number];

/** Index in `members` of the member whose name stands, JSON-escaped, in `bytes[from, to)`; -1 if it is none of them. */
export function memberNamed(bytes: Buffer, from: number, to: number): number {
  const found = namedExactly(bytes, from, to);
  if (found >= 0) return found;
  let at = from;
  while (at < to && bytes[at] !== 0x5c) at += 1;
  if (at === to) return -1;
  const name = stringBytes(bytes, from, to);
  return namedExactly(name, 0, name.length);
}

interface NamedMember {
  readonly index: number;
  readonly name: Buffer;
}

/** By the name's length. */
const byLength: ReadonlyArray<readonly NamedMember[]> = Array.from({ length: 14 }, (_, length) =>
  members.flatMap((member, index) => (member.length === length ? [{ index, name: Buffer.from(member) }] : [])),
);

function namedExactly(bytes: Buffer, from: number, to: number): number {
  for (const { index, name } of byLength[to - from] ?? []) {
    let at = 0;
    while (at < name.length && bytes[from + at] === name[at]) at += 1;
    if (at === name.length) return index;
  }
  return -1;
}
