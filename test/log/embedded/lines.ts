import { LineParser } from "../../../src/log/embedded/line-parser.ts";

/** What one line is, as text; undefined for a blank one. */
export function parseLine(line: string | Buffer) {
  const parser = new LineParser();
  const text = Buffer.from(line);
  // Something before and after, as in a chunk of a file.
  const bytes = Buffer.concat([Buffer.from('"}\n'), text, Buffer.from("\n1}")]);
  if (!parser.parse(bytes, 3, 3 + text.length)) return undefined;
  const { malformed, partition, offset, timestamp } = parser;
  if (malformed !== undefined) return { malformed };
  const headers = parser.headers.map(([name, value]) => [name, value === null ? null : Buffer.from(value).toString()]);
  const key = parser.key();
  const value = parser.value();
  return { partition, offset, timestamp, headers, key: key?.toString() ?? null, value: value?.toString() ?? null };
}
