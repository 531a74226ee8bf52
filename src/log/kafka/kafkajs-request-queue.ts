import { createRequire } from "node:module";
import { requireKafkajsMember } from "./kafkajs-members.ts";

interface KafkajsRequestQueue {
  readonly pending: readonly unknown[];
}

interface QueueMethods {
  scheduleCheckPendingRequests(this: KafkajsRequestQueue): void;
}

const repaired: unique symbol = Symbol("repaired by tailwater");

/**
 * `scheduleCheckPendingRequests` re-arms its timer for ever, some 900 times a second for each client, and with a
 * negative delay, of which newer Nodes warn. Without pending requests there is nothing to check: a later request that
 * has to wait (for a throttle to end) calls it again.
 */
export function repairRequestQueue(): void {
  const require = createRequire(import.meta.url);
  // The cast is made true by the check that follows it.
  const queue = require("kafkajs/src/network/requestQueue") as {
    readonly prototype: QueueMethods & { [repaired]?: true };
  };
  requireKafkajsMember(queue.prototype?.scheduleCheckPendingRequests, "RequestQueue.scheduleCheckPendingRequests");
  if (queue.prototype[repaired]) return;
  const original = queue.prototype.scheduleCheckPendingRequests;
  queue.prototype.scheduleCheckPendingRequests = function (this: KafkajsRequestQueue) {
    if (this.pending.length > 0) original.call(this);
  };
  queue.prototype[repaired] = true;
}
