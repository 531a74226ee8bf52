import type { TailwaterError } from "../../base/errors.ts";
import type { LogEvent } from "../log.ts";

/** Turns what is in the way now into `stalled` and `resumed`, each said once. */
export class StallTracker {
  #saidCode: string | undefined;

  /** What to say, given what is in the way now (undefined: nothing); undefined if that has been said. */
  update(cause: TailwaterError | undefined): LogEvent | undefined {
    // By code: a broker that is away is first reset, then refuses, then times out, and that is one story.
    if (cause?.code === this.#saidCode) return undefined;
    this.#saidCode = cause?.code;
    return cause === undefined ? { type: "resumed" } : { type: "stalled", cause };
  }
}
