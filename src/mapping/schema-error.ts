import { TailwaterError } from "../base/errors.ts";

/** One thing that is wrong with the schema. `line` and `column` count from 1; both are 0 when it concerns no place in a text. */
export interface SchemaProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The schema author's SDL cannot be served: all problems at once, sorted by place. The message has one line for each. */
export class SchemaError extends TailwaterError {
  readonly problems: readonly SchemaProblem[];

  constructor(problems: readonly SchemaProblem[], cause?: unknown) {
    super({ code: "SCHEMA_INVALID", message: problems.map(printProblem).join("\n"), cause });
    this.problems = problems;
  }
}

function printProblem({ file, line, column, message }: SchemaProblem): string {
  return line === 0 ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}
