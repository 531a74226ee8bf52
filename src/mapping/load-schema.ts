import { isUtf8 } from "node:buffer";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { compareText } from "../base/text-order.ts";
import { mapSchema } from "./read-schema.ts";
import { SchemaError, type SchemaProblem } from "./schema-error.ts";
import type { SdlSource } from "./sdl-document.ts";
import type { ViewDefinition } from "./view-definition.ts";

const newline = 0x0a;

/**
 * The views that the `*.graphql` files of a directory declare, files in the order of their names; hidden files (an
 * editor's) and directories below it do not count. Throws `SchemaError` if the directory or files cannot be read, there
 * is no such file, or the SDL is wrong.
 */
export async function loadSchema(directory: string): Promise<readonly ViewDefinition[]> {
  const names = await readNames(directory);
  const files = await Promise.all(names.map((name) => readSource(join(directory, name))));
  const failures = files.flatMap((file) => ("problem" in file ? file : []));
  if (failures.length > 0) {
    throw new SchemaError(
      failures.map(({ problem }) => problem),
      failures[0]?.cause,
    );
  }
  return mapSchema(files.flatMap((file) => ("problem" in file ? [] : file)));
}

async function readNames(directory: string): Promise<readonly string[]> {
  const found = await readdir(directory).catch((error: unknown) => {
    const message = `expected a directory with *.graphql files, found ${describe(error)}; create it or name another directory`;
    throw new SchemaError([{ ...nowhereIn(directory), message }], error);
  });
  const names = found.filter((name) => name.endsWith(".graphql") && !name.startsWith("."));
  if (names.length > 0) return names.sort(compareText);
  const message = "expected at least one *.graphql file, found none; add one or name another directory";
  throw new SchemaError([{ ...nowhereIn(directory), message }]);
}

/** Why a file gives no text. */
interface ReadFailure {
  readonly problem: SchemaProblem;
  readonly cause?: unknown;
}

async function readSource(path: string): Promise<SdlSource | ReadFailure> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const message = `expected a file that can be read, found ${describe(error)}; make it readable or remove it`;
    return { problem: { ...nowhereIn(path), message }, cause: error };
  }
  if (isUtf8(bytes)) return { name: path, text: new TextDecoder().decode(bytes) };
  const message = "expected UTF-8 text, found other bytes in this line; save the file as UTF-8";
  return { problem: { file: path, line: findBadLine(bytes), column: 1, message } };
}

/** Number, from 1, of the first line that is not UTF-8: no character's bytes hold a newline, so each line stands alone. */
function findBadLine(bytes: Uint8Array): number {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(newline, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    line += 1;
    start = end + 1;
  }
}

function nowhereIn(file: string): Omit<SchemaProblem, "message"> {
  return { file, line: 0, column: 0 };
}

function describe(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "nothing there";
  if (code === "ENOTDIR") return "a file";
  if (code === "EISDIR") return "a directory";
  return typeof code === "string" ? code : String(error);
}
