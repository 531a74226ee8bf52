import type { TailwaterError } from "../../base/errors.ts";
import { type BrokerAddress, formatBrokerAddress } from "./broker-connection.ts";
import { LogAuthenticationError, LogUnavailableError } from "./kafka-log-errors.ts";
import type { SaslOptions } from "./kafka-log-options.ts";

/** What kafkajs calls every failure of a login, whatever its cause. */
export const loginErrorName = "KafkaJSSASLAuthenticationError";

/** Where and when kafkajs failed. */
export interface FailurePlace {
  readonly address: BrokerAddress;
  readonly sasl: SaslOptions | undefined;
  /** The connection had been made and logged in. */
  readonly isConnected: boolean;
  /** The socket has ended: no answer of the broker was the cause. */
  readonly isSocketOver: boolean;
}

/** Says what a failure of kafkajs means: the login was refused, or the connection is gone, or never came to be. */
export function explainKafkajsFailure(error: unknown, place: FailurePlace): TailwaterError {
  const { name, code, type, message } = factsOf(error);
  const address = formatBrokerAddress(place.address);
  const isLogin = name === loginErrorName || type?.includes("SASL") === true;
  // A connection that breaks during a login is no refusal; a provider without a token fails on a connection that stands.
  const isRefusal = isLogin && !place.isSocketOver;
  if (isRefusal && type === "ILLEGAL_SASL_STATE" && place.isConnected) {
    const found = `that the login on this connection cannot be renewed (${address})`;
    return new LogUnavailableError({ reason: "closed", found, cause: error });
  }
  if (isRefusal) {
    const { sasl } = place;
    const user = sasl !== undefined && "username" in sasl ? sasl.username : undefined;
    const mechanism = sasl?.mechanism ?? "no mechanism";
    const found = type === "ILLEGAL_SASL_STATE" ? "that this listener takes no login" : message;
    return new LogAuthenticationError({ address, mechanism, user, found, cause: error });
  }
  const isClosed = isLogin || place.isConnected || name === "KafkaJSConnectionClosedError" || code === "ECONNRESET";
  return new LogUnavailableError({
    reason: isClosed ? "closed" : "unreachable",
    found: `${message} (${address})`,
    cause: error,
  });
}

/** What an error says; of anything else, its text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The parts of a kafkajs error that tell what it is. */
function factsOf(error: unknown): { name: string; code: unknown; type: string | undefined; message: string } {
  const message = messageOf(error);
  if (!(error instanceof Error)) return { name: "", code: undefined, type: undefined, message };
  const type: unknown = Reflect.get(error, "type");
  const code: unknown = Reflect.get(error, "code");
  return { name: error.name, code, type: typeof type === "string" ? type : undefined, message };
}
