import { TailwaterError } from "../../base/errors.ts";

/** A topic's file is there but cannot be read. */
export class LogFileError extends TailwaterError {
  constructor({ path, found, cause }: { path: string; found: string; cause?: unknown }) {
    super({
      code: "LOG_UNAVAILABLE",
      message: `Expected a readable file at ${path}, found ${found}; see its type and rights. It is tried again.`,
      retriable: true,
      cause,
    });
  }
}

/** A topic's name cannot be the name of a file in the log's directory. */
export class TopicNameError extends TailwaterError {
  constructor(topic: string) {
    super({
      code: "LOG_UNSUPPORTED",
      message: `Expected a topic name of letters, digits, ".", "_" and "-" (at most 249), found ${JSON.stringify(topic)}; correct \`@view(topic: …)\`.`,
    });
  }
}
