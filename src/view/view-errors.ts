import { TailwaterError } from "../base/errors.ts";

/** The view has no complete generation yet (V5). */
export class ViewNotReadyError extends TailwaterError {
  constructor(view: string) {
    super({
      code: "VIEW_NOT_READY",
      message: `Expected ${view} to be complete, found it still being read from the log; try again in a few seconds.`,
      retriable: true,
    });
  }
}

/** The view is FAILED: what it would answer could be wrong. The reason is for operators only. */
export class ViewFailedError extends TailwaterError {
  constructor(view: string) {
    super({
      code: "VIEW_FAILED",
      message: `Expected ${view} to be served, found it stopped by a failure; the operator of this gateway finds the reason in its admin API.`,
    });
  }
}

/** A subscriber has not taken its changes for so long that more keys are pending than it may have. */
export class SubscriberTooSlowError extends TailwaterError {
  constructor(view: string, maxPendingKeys: number) {
    super({
      code: "SUBSCRIBER_TOO_SLOW",
      message: `Expected the subscriber of ${view} to take its changes, found more than ${maxPendingKeys} changed keys waiting for it; query again and subscribe again, or the operator of this gateway can raise \`limits.maxPendingKeys\`.`,
      retriable: true,
    });
  }
}
