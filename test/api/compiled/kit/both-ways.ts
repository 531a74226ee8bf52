import { type ExecutionResult, execute, type GraphQLError, type GraphQLFormattedError, parse } from "graphql";
import { toClientError } from "../../../../src/api/client-errors.ts";
import type { OperationRequest } from "../../../../src/api/compiled/check-document.ts";
import {
  createOperationRunner,
  type OperationOutcome,
  type OperationRunner,
  type RefusedOperation,
} from "../../../../src/api/compiled/operation-runner.ts";
import { completeResult } from "../../../../src/api/complete-result.ts";
import type { ApiLimits } from "../../../../src/api/limits.ts";
import { InvariantError } from "../../../../src/base/errors.ts";
import { type Logger, silentLogger } from "../../../../src/base/logger.ts";
import type { Metrics } from "../../../../src/base/metrics.ts";
import type { ChangeSet } from "../../../../src/view/change-set.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import type { TestWorld } from "./test-world.ts";

/** Counts by metric. */
export type Counts = Map<string, number>;

/** Metrics that remember what was counted. */
export function countMetrics(): { readonly metrics: Metrics; readonly counts: Counts } {
  const counts: Counts = new Map();
  const counter: Metrics["counter"] =
    (name) =>
    (by = 1) =>
      counts.set(name, (counts.get(name) ?? 0) + by);
  return { counts, metrics: { counter, gauge: () => undefined, histogram: () => () => undefined } };
}

/** A logger for runners under test: a line at error level is a defect, so it throws. */
export const strictLogger: Logger = {
  ...silentLogger,
  error: ({ err }, message) => {
    throw new InvariantError(message, err);
  },
};

/** A runner over a world, and what it counted. */
export interface TestRunner extends OperationRunner {
  readonly counts: Counts;
}

export function createTestRunner({ schema, definitions }: TestWorld): TestRunner {
  const { metrics, counts } = countMetrics();
  const runner = createOperationRunner({
    schema,
    definitions,
    rules: [],
    maxTokens: 10_000,
    clock: new ManualClock(),
    logger: strictLogger,
    metrics,
  });
  return { ...runner, counts };
}

/** What graphql-js alone answers, as a transport would print it. */
export function interpret(world: TestWorld, request: OperationRequest, limits: Partial<ApiLimits> = {}): string {
  return printResult(executeAlone(world, request, { limits, set: undefined }));
}

/** The same for an event. */
export function interpretEvent(
  world: TestWorld,
  request: OperationRequest,
  set: ChangeSet,
  limits: Partial<ApiLimits> = {},
): string {
  return printResult(executeAlone(world, request, { limits, set }));
}

/** What a runner's outcome prints as. */
export function printOutcome(outcome: OperationOutcome | RefusedOperation): string {
  if (outcome.kind === "bytes") return outcome.bytes.toString("utf8");
  if (outcome.kind === "refused") return printResult({ errors: outcome.errors });
  if (outcome.result instanceof Promise) throw new InvariantError("a promise");
  return printResult(outcome.result);
}

function executeAlone(
  world: TestWorld,
  { query, operationName, variables }: OperationRequest,
  { limits, set }: { readonly limits: Partial<ApiLimits>; readonly set: ChangeSet | undefined },
): ExecutionResult {
  const contextValue = world.context(limits);
  const result = execute({
    schema: world.schema,
    document: parse(query),
    rootValue: set,
    contextValue,
    operationName: operationName ?? null,
    variableValues: variables ?? null,
  });
  if (result instanceof Promise) throw new InvariantError("execute gave a promise");
  return completeResult(result as ExecutionResult, contextValue);
}

/** A completed result, as a transport prints it. */
export function printResult({ errors, ...rest }: ExecutionResult): string {
  if (errors === undefined) return JSON.stringify(rest);
  return JSON.stringify({ ...rest, errors: errors.map(formatError) });
}

function formatError(error: GraphQLError): GraphQLFormattedError {
  return toClientError(error.toJSON(), error, silentLogger, () => "an id");
}
