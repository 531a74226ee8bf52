import { TailwaterError } from "../../base/errors.ts";

/**
 * How a broker could not be reached. `closed`: a connection that stood was closed, which every restart of a broker
 * does; `moved`: the broker answers but does not lead the partition (now). Both are worth one quiet try again.
 */
export type UnavailableReason = "unreachable" | "closed" | "timeout" | "moved" | "broker-error";

/** A broker does not answer, or answers that it cannot serve now. Trying again helps. */
export class LogUnavailableError extends TailwaterError {
  readonly reason: UnavailableReason;

  constructor({ reason, found, cause }: { reason: UnavailableReason; found: string; cause?: unknown }) {
    super({
      code: "LOG_UNAVAILABLE",
      message: `Expected an answer from Kafka, found: ${found}. Trying again; check the brokers, the network, and whether the listener wants TLS or SASL.`,
      retriable: true,
      cause,
    });
    this.reason = reason;
  }
}

/** The broker refused the login. Names mechanism and user, never the password. */
export class LogAuthenticationError extends TailwaterError {
  constructor(facts: { address: string; mechanism: string; user: string | undefined; found: string; cause?: unknown }) {
    const who = facts.user === undefined ? facts.mechanism : `${facts.mechanism} as user "${facts.user}"`;
    super({
      code: "LOG_AUTHENTICATION_FAILED",
      message: `Expected ${facts.address} to accept the login by ${who}, found: ${facts.found}. Check user, password and mechanism.`,
      retriable: true,
      cause: facts.cause,
    });
  }
}

/** The broker knows us but does not let us do this. */
export class LogAuthorizationError extends TailwaterError {
  constructor({ topic, operation, found }: { topic: string; operation: string; found: string }) {
    super({
      code: "LOG_AUTHORIZATION_FAILED",
      message: `Expected leave to ${operation} topic "${topic}", found ${found}. Grant READ and DESCRIBE on the topic to the user of this gateway.`,
      retriable: true,
    });
  }
}

/** The broker, or the installed client library, lacks something that Tailwater needs. */
export class LogUnsupportedError extends TailwaterError {
  constructor({ expected, found, remedy }: { expected: string; found: string; remedy: string }) {
    super({ code: "LOG_UNSUPPORTED", message: `Expected ${expected}, found ${found}. ${remedy}` });
  }
}

/**
 * An answer that does not fit the question, or its own lengths: a part is missing, a name is another one, a number
 * cannot be. `where`: the request's name, or the partition.
 */
export class LogProtocolError extends TailwaterError {
  constructor({ expected, found, where }: { expected: string; found: string; where: string }) {
    super({
      code: "LOG_PROTOCOL",
      message: `Expected ${expected} from ${where}, found ${found}. Trying again; report it if it stays.`,
      retriable: true,
    });
  }
}
