import { WireReader, WireWriter } from "./wire-writer.ts";

/** Who may log in at a scripted cluster, and for how long. */
export interface LoginRules {
  /** Users and passwords of SASL PLAIN; undefined: no login. */
  readonly users: ReadonlyMap<string, string> | undefined;
  /** How long a login holds, by `process.hrtime`; 0: for ever. */
  readonly sessionMs: number;
}

const illegalSaslState = 34;
const authenticationFailed = 58;
const shortestPauseMs = 1_000;

/** The login on one connection, by Kafka's rules, those of KIP-368 (renewal on the same connection) included. */
export class ScriptedLogin {
  readonly #rules: LoginRules;
  #state: "none" | "begun" | "done" = "none";
  #endsAtMs = Number.POSITIVE_INFINITY;
  #renewalBeganAtMs = Number.NEGATIVE_INFINITY;

  constructor(rules: LoginRules) {
    this.#rules = rules;
  }

  /** False if a request other than for a login ends the connection now. */
  get admits(): boolean {
    if (this.#rules.users === undefined) return true;
    return this.#state === "done" && nowMs() < this.#endsAtMs;
  }

  answerHandshake(): Buffer {
    const errorCode = this.#begin() ? 0 : illegalSaslState;
    return new WireWriter().int16(errorCode).int32(2).string("PLAIN").string("OAUTHBEARER").end();
  }

  answerAuthenticate(body: Buffer): Buffer {
    const reader = new WireReader(body);
    const [, user = "", password] = reader.raw(reader.int32()).toString().split("\0");
    const isRight = this.#state === "begun" && this.#rules.users?.get(user) === password;
    this.#state = isRight ? "done" : "none";
    const { sessionMs } = this.#rules;
    this.#endsAtMs = sessionMs === 0 ? Number.POSITIVE_INFINITY : nowMs() + sessionMs;
    return new WireWriter()
      .int16(isRight ? 0 : authenticationFailed)
      .string(isRight ? null : "Authentication failed: Invalid username or password")
      .bytes(Buffer.alloc(0))
      .int64(sessionMs)
      .end();
  }

  /** A login may begin once; it may be renewed if it ends at all, and at most once a second. */
  #begin(): boolean {
    if (this.#rules.users === undefined) return false;
    if (this.#state === "done") {
      if (this.#rules.sessionMs === 0 || nowMs() - this.#renewalBeganAtMs < shortestPauseMs) return false;
      this.#renewalBeganAtMs = nowMs();
    }
    this.#state = "begun";
    return true;
  }
}

function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
