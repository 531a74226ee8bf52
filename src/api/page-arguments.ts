import type { RowPage } from "../view/view-reader.ts";
import { type CursorScope, decodeCursor } from "./cursor.ts";
import { BadUserInputError } from "./input-errors.ts";
import { type ApiLimits, howToRaise } from "./limits.ts";

/** A connection's arguments as GraphQL hands them over: null and absent mean the same. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** The rows that the arguments ask for. Throws `BadUserInputError` or `CursorInvalidError`. */
export function makeRowPage(page: PageArguments, scope: CursorScope, limits: ApiLimits): RowPage {
  const first = checkSize("first", page.first, limits);
  const last = checkSize("last", page.last, limits);
  if (first !== undefined && last !== undefined) {
    throw new BadUserInputError("Expected `first` or `last`, found both; pass one of them.");
  }
  return {
    after: decodeBound("after", page.after, scope),
    before: decodeBound("before", page.before, scope),
    limit: first ?? last ?? limits.defaultPageSize,
    fromEnd: last !== undefined,
  };
}

/** Undefined if the argument was not given. Throws `BadUserInputError` if it is negative or too great. */
export function checkSize(name: string, size: number | null | undefined, limits: ApiLimits): number | undefined {
  if (size === null || size === undefined) return undefined;
  if (size >= 0 && size <= limits.maxPageSize) return size;
  throw new BadUserInputError(
    `Expected \`${name}\` from 0 to ${limits.maxPageSize}, found ${size}; ask for a page of that size and go on from its \`pageInfo\`, or ${howToRaise("maxPageSize")}.`,
  );
}

function decodeBound(
  name: "after" | "before",
  cursor: string | null | undefined,
  scope: CursorScope,
): string | undefined {
  return cursor === null || cursor === undefined ? undefined : decodeCursor(scope, cursor, name);
}
