import type { TailwaterError } from "../../base/errors.ts";
import type { Doubt } from "./fetch-verdict.ts";
import { LogAuthorizationError, LogUnavailableError } from "./kafka-log-errors.ts";

/** Where an answer with an error code came from. */
export interface DoubtPlace {
  readonly topic: string;
  readonly partition: number;
  /** The request's name, for people: "Fetch". */
  readonly request: string;
  /** The code's name and number. */
  readonly found: string;
}

/** The error that says why a partition cannot be followed now. */
export function makeDoubtError(doubt: Doubt, { topic, partition, request, found }: DoubtPlace): TailwaterError {
  const place = `${found} for ${topic}/${partition} in the answer to ${request}`;
  switch (doubt) {
    case "unauthorized":
      return new LogAuthorizationError({ topic, operation: "read", found: place });
    case "broker-error":
    case "corrupt-on-broker":
      return new LogUnavailableError({ reason: "broker-error", found: place });
    case "moved":
    case "out-of-range":
    case "end-fell":
      return new LogUnavailableError({ reason: "moved", found: place });
  }
}
