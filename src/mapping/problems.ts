import type { ASTNode } from "graphql";
import { InvariantError } from "../base/errors.ts";
import { compareText } from "../base/text-order.ts";
import { SchemaError, type SchemaProblem } from "./schema-error.ts";

/** Collects everything that is wrong with a schema, so that its author sees it all at once. */
export class Problems {
  readonly #problems: SchemaProblem[] = [];

  /** Notes a problem at the place where `node` begins. */
  report(node: ASTNode, message: string): void {
    this.add({ ...locate(node), message });
  }

  /** Notes a problem that has no node. */
  add(problem: SchemaProblem): void {
    this.#problems.push(problem);
  }

  /** Throws `SchemaError` with all problems noted so far, sorted by place; does nothing if there is none. */
  throwIfAny(): void {
    if (this.#problems.length > 0) throw new SchemaError(this.#problems.toSorted(compareProblems));
  }
}

/** Where a node begins, as `file:line:column`. */
export function printPlace(node: ASTNode): string {
  const { file, line, column } = locate(node);
  return `${file}:${line}:${column}`;
}

function locate(node: ASTNode): Omit<SchemaProblem, "message"> {
  if (node.loc === undefined) throw new InvariantError(`a parsed ${node.kind} has no location`);
  const { source, startToken } = node.loc;
  return { file: source.name, line: startToken.line, column: startToken.column };
}

function compareProblems(left: SchemaProblem, right: SchemaProblem): number {
  return (
    compareText(left.file, right.file) ||
    left.line - right.line ||
    left.column - right.column ||
    compareText(left.message, right.message)
  );
}
