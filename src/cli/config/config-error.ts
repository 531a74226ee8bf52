import { TailwaterError } from "../../base/errors.ts";

/** One thing that is wrong with the configuration: where it stands and what to do. */
export interface ConfigProblem {
  /** `--port`, `TAILWATER_PORT` or `tailwater.yaml:3:7 port`. */
  readonly where: string;
  readonly message: string;
}

/** Wrong usage or configuration, all of it at once; exit code 2, nothing has listened. */
export class ConfigError extends TailwaterError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], cause?: unknown) {
    super({ code: "CONFIG_INVALID", message: problems.map((p) => `${p.where}: ${p.message}`).join("\n"), cause });
    this.problems = problems;
  }
}
