import { inspect } from "node:util";
import type { LogFields, Logger } from "../../base/logger.ts";
import { describeError, type ErrorData } from "./error-data.ts";
import type { FromWorker, LogLevel } from "./ingest-protocol.ts";

type LogMessage = Extract<FromWorker, { readonly type: "log" }>;

/** A logger whose lines are written by another thread. */
export function createPostedLogger(post: (line: LogMessage) => void, ownFields: LogFields = {}): Logger {
  const write = (level: LogLevel) => (fields: LogFields, message: string) => {
    const errors: Record<string, ErrorData> = {};
    const plain: Record<string, unknown> = {};
    for (const [name, value] of Object.entries({ ...ownFields, ...fields })) {
      if (value instanceof Error) errors[name] = describeError(value);
      else plain[name] = makePlain(value);
    }
    post({ type: "log", level, fields: plain, errors, message });
  };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (fields) => createPostedLogger(post, { ...ownFields, ...fields }),
  };
}

/** What is no data is told as text, as a line that cannot be written would be worse. */
function makePlain(value: unknown): unknown {
  if (value === null || (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol")) {
    return value;
  }
  try {
    return structuredClone(value);
  } catch {
    return inspect(value);
  }
}
