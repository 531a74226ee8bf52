import { TailwaterError } from "../base/errors.ts";

/** New work while the gateway stops. */
export class ShuttingDownError extends TailwaterError {
  constructor() {
    super({
      code: "SHUTTING_DOWN",
      message:
        "Expected a gateway that takes new work, found one that is stopping; try again: another replica will answer.",
      retriable: true,
    });
  }
}

/** One socket has as many operations as it may have. */
export class TooManySubscriptionsError extends TailwaterError {
  constructor(max: number) {
    super({
      code: "TOO_MANY_SUBSCRIPTIONS",
      message: `Expected at most ${max} operations at a time on one WebSocket, found one more; complete one first, open another socket, or the operator of this gateway can raise \`limits.maxSubscriptionsPerSocket\`.`,
      retriable: true,
    });
  }
}
