/** Who may see an error's message and code: `client` errors go out as they are, `internal` ones are masked. */
export type ErrorAudience = "client" | "internal";

/**
 * The codes that a client may see in `extensions.code`. Permanent: removing or renaming one breaks clients
 * (golden file `test/golden/error-codes.txt`).
 */
export const clientErrorCodes = [
  "BAD_USER_INPUT",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "CURSOR_INVALID",
  "POSITION_INVALID",
  "VIEW_NOT_READY",
  "VIEW_FAILED",
  "QUERY_TOO_DEEP",
  "QUERY_TOO_COSTLY",
  "TOO_MANY_SUBSCRIPTIONS",
  "SUBSCRIBER_TOO_SLOW",
  "SHUTTING_DOWN",
  "INTERNAL_SERVER_ERROR",
] as const;

/** Codes of errors that stay inside: they stand in logs, in `views { reason }` and in exit messages. */
export const internalErrorCodes = [
  "CONFIG_INVALID",
  "SCHEMA_INVALID",
  "RECORD_UNDECODABLE",
  "LOG_UNAVAILABLE",
  "LOG_AUTHENTICATION_FAILED",
  "LOG_AUTHORIZATION_FAILED",
  "LOG_CORRUPT",
  "LOG_PROTOCOL",
  "LOG_UNSUPPORTED",
  "TOPIC_MISSING",
  "MEMORY_LIMIT",
  "INGEST_WORKER_DIED",
  "INVARIANT_BROKEN",
] as const;

export type ClientErrorCode = (typeof clientErrorCodes)[number];
export type InternalErrorCode = (typeof internalErrorCodes)[number];
export type ErrorCode = ClientErrorCode | InternalErrorCode;

/** Facts of one error: its permanent code, whether trying again may help, and what caused it. */
export interface ErrorFacts {
  readonly code: ErrorCode;
  readonly message: string;
  /** Decided by the thrower; default false. */
  readonly retriable?: boolean | undefined;
  readonly cause?: unknown;
}

/**
 * The only class of error that Tailwater throws. Subclasses take facts and build the message:
 * what was expected, what was found, where, what to do.
 */
export abstract class TailwaterError extends Error {
  readonly code: ErrorCode;
  readonly retriable: boolean;

  constructor({ code, message, retriable = false, cause }: ErrorFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.retriable = retriable;
  }

  /** `client` if the code is one that clients may see, with the message as it is. */
  get audience(): ErrorAudience {
    return isClientErrorCode(this.code) ? "client" : "internal";
  }
}

/** True if `code` may reach a client with its own message. */
export function isClientErrorCode(code: string): code is ClientErrorCode {
  return (clientErrorCodes as readonly string[]).includes(code);
}

/** A promise of ours is broken: a defect of Tailwater. Never caught except to end what it concerns. */
export class InvariantError extends TailwaterError {
  constructor(message: string, cause?: unknown) {
    super({ code: "INVARIANT_BROKEN", message: `broken invariant: ${message}`, cause });
  }
}

/** Marks a `switch` over a union as total. Throws `InvariantError` with the value that had no case. */
export function assertNever(value: never): never {
  throw new InvariantError(`no case for ${JSON.stringify(value)}`);
}
