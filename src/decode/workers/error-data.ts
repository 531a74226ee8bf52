import { type ErrorCode, TailwaterError } from "../../base/errors.ts";

/** An error as it crosses from thread to thread: classes do not. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a `TailwaterError` only, as `retriable`. */
  readonly code: ErrorCode | undefined;
  readonly retriable: boolean;
  readonly cause: ErrorData | undefined;
}

/** Causes of causes beyond this are left out. */
const maxCauses = 8;

/** The error as data, with its causes. What is no error is one with its text as message. */
export function describeError(error: unknown, depth = 0): ErrorData {
  if (!(error instanceof Error)) {
    return {
      name: "Error",
      message: String(error),
      stack: undefined,
      code: undefined,
      retriable: false,
      cause: undefined,
    };
  }
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    stack,
    code: error instanceof TailwaterError ? error.code : undefined,
    retriable: error instanceof TailwaterError && error.retriable,
    cause: cause === undefined || depth === maxCauses ? undefined : describeError(cause, depth + 1),
  };
}

/** An error of another thread: code, message, name and stack are those that it had there. One that was none of ours is a defect. */
export class ForwardedError extends TailwaterError {
  constructor({ name, message, stack, code = "INVARIANT_BROKEN", retriable, cause }: ErrorData) {
    super({ code, message, retriable, cause: cause === undefined ? undefined : new ForwardedError(cause) });
    this.name = name;
    if (stack !== undefined) this.stack = stack;
  }
}
