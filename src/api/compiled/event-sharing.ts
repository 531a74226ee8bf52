import type { Metrics } from "../../base/metrics.ts";
import type { ViewCatalog } from "../../view/readable-view.ts";
import type { OperationContext } from "../operation-context.ts";
import { makeExcessError } from "../output-budget.ts";
import { EventGroup } from "./event-group.ts";
import { type EventReceiver, EventSubscriber } from "./event-subscriber.ts";
import type { PreparedOperation } from "./operation-cache.ts";
import type { OperationOutcome, OperationRunner } from "./operation-runner.ts";

export interface EventSharingOptions<Payload> {
  readonly runner: OperationRunner;
  readonly views: ViewCatalog;
  readonly createContext: () => OperationContext;
  /** What all receivers of an event get. Bytes are lent: what is kept of them is a copy. */
  readonly encode: (outcome: OperationOutcome) => Payload | Promise<Payload>;
  readonly metrics: Metrics;
}

/** Drives compiled subscriptions: those with equal events share one evaluation and one payload for each change set. */
export interface EventSharing<Payload> {
  /**
   * Undefined if the subscription cannot be compiled: then graphql-js has to `subscribe`. Registers with the first
   * `takeNext()`. Throws `GraphQLError`, VIEW_NOT_READY, VIEW_FAILED.
   */
  open(operation: PreparedOperation, receiver: EventReceiver<Payload>): EventSubscriber<Payload> | undefined;
}

/**
 * Creates what drives the subscriptions of one runner. What a step of a view gives to its subscribers is evaluated in one
 * microtask of that step: by then all views of the topic have taken the step, and nothing can have changed since (G1). A
 * subscriber that is behind has changes merged, so a set, and an evaluation, of its own.
 */
export function createEventSharing<Payload>(options: EventSharingOptions<Payload>): EventSharing<Payload> {
  const { runner, views, createContext, encode, metrics } = options;
  const groups = new Map<string, EventGroup<Payload>>();
  const countEvaluations = metrics.counter(
    "subscription_evaluations",
    "Executions of compiled subscriptions: one for each change set and distinct operation.",
  );
  const countMessages = metrics.counter("subscription_messages", "Events of compiled subscriptions, by subscriber.");
  const countShared = metrics.counter("subscription_messages_shared", "Those that took the evaluation of another.");
  metrics.gauge("distinct_subscriptions", "Distinct operations among the compiled subscriptions.", [], () => [
    { labels: {}, value: groups.size },
  ]);

  let due: Array<EventGroup<Payload>> = [];
  const evaluateDue = (): void => {
    const round = due;
    due = [];
    for (const group of round) {
      const { evaluations, messages } = group.evaluateDue();
      countEvaluations(evaluations);
      countMessages(messages);
      countShared(messages - evaluations);
    }
  };

  const createGroup = (identity: string, operation: PreparedOperation): EventGroup<Payload> =>
    new EventGroup({
      evaluate: (set) => {
        const context = createContext();
        return encode(refuseExcess(runner.executeEvent(operation, set, context), context));
      },
      onDue: (group) => {
        if (due.push(group) === 1) queueMicrotask(evaluateDue);
      },
      onEmpty: () => groups.delete(identity),
    });

  return {
    open: (operation, receiver) => {
      const followed = runner.followedChanges(operation);
      const view = followed && views.get(followed.view);
      if (followed === undefined || view === undefined) return undefined;
      const { key, needsPrevious, identity } = followed;
      return new EventSubscriber({
        changes: view.openChanges({ key, needsPrevious }),
        receiver,
        joinGroup: () => {
          const group = groups.get(identity) ?? createGroup(identity, operation);
          groups.set(identity, group);
          return group;
        },
      });
    },
  };
}

/** Throws for an event that would hold too much: left out, while others follow, it would leave subscribers with wrong lists. */
function refuseExcess(outcome: OperationOutcome, { budget }: OperationContext): OperationOutcome {
  const requireFit = <Value>(value: Value): Value => {
    if (budget.exceeded !== undefined) throw makeExcessError(budget.exceeded);
    return value;
  };
  if (outcome.kind === "bytes" || !(outcome.result instanceof Promise)) return requireFit(outcome);
  return { kind: "result", result: outcome.result.then(requireFit) };
}
