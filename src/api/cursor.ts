import { crc32 } from "node:zlib";
import { TailwaterError } from "../base/errors.ts";

/** A text is not a cursor of this list. */
export class CursorInvalidError extends TailwaterError {
  constructor({ argument, list }: { readonly argument: string; readonly list: string }) {
    super({
      code: "CURSOR_INVALID",
      message: `Expected \`${argument}\` to be a cursor of ${list} as \`edges { cursor }\` or \`pageInfo\` gave it, found another text; pass such a cursor unchanged, or leave \`${argument}\` out.`,
    });
  }
}

const version = 1;
const headerBytes = 5;

/** What a list and its order are called inside its cursors. A cursor fits every list of one scope, joined ones too. */
export interface CursorScope {
  /** For messages: `Order, by key`. */
  readonly name: string;
  readonly checksum: number;
}

/** The scope of the entities of one view in one order. */
export function makeCursorScope(list: string, order: string): CursorScope {
  const name = `${list}, by ${order}`;
  return { name, checksum: crc32(name) };
}

/** Base64url of version, a CRC-32 of scope and key, and the key: a cursor of another list or one that was changed is noticed. */
export function encodeCursor(scope: CursorScope, key: string): string {
  const bytes = Buffer.allocUnsafe(headerBytes + Buffer.byteLength(key));
  bytes[0] = version;
  bytes.write(key, headerBytes, "utf8");
  bytes.writeUInt32BE(crc32(bytes.subarray(headerBytes), scope.checksum), 1);
  return bytes.toString("base64url");
}

/** The key inside a cursor. Throws `CursorInvalidError`, naming the argument that it came in. */
export function decodeCursor(scope: CursorScope, cursor: string, argument: string): string {
  const bytes = Buffer.from(cursor, "base64url");
  const isWhole = bytes.length >= headerBytes && bytes[0] === version && bytes.toString("base64url") === cursor;
  const key = bytes.subarray(headerBytes);
  if (!isWhole || bytes.readUInt32BE(1) !== crc32(key, scope.checksum)) {
    throw new CursorInvalidError({ argument, list: scope.name });
  }
  return key.toString("utf8");
}
