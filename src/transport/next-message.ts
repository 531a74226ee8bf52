import type { ExecutionResult } from "graphql";
import { toClientError } from "../api/client-errors.ts";
import type { OperationOutcome } from "../api/compiled/operation-runner.ts";
import type { Logger } from "../base/logger.ts";

/** The part of a `next` message of `graphql-transport-ws` that is one operation's: all that stands before the payload. */
export function makeNextHead(operationId: string): Uint8Array {
  return Buffer.from(`{"id":${JSON.stringify(operationId)},"type":"next","payload":`);
}

/** The rest of it, for whatever operation has this outcome; errors are masked. A promise if the outcome has one. */
export function makeNextTail(outcome: OperationOutcome, logger: Logger): Uint8Array | Promise<Uint8Array> {
  if (outcome.kind === "bytes") return Buffer.concat([outcome.bytes, messageEnd]);
  const { result } = outcome;
  return result instanceof Promise ? result.then((settled) => printTail(settled, logger)) : printTail(result, logger);
}

const messageEnd = Buffer.from("}");

function printTail({ data, errors, extensions }: ExecutionResult, logger: Logger): Uint8Array {
  const masked = errors?.map((error) => toClientError(error.toJSON(), error, logger));
  return Buffer.from(`${JSON.stringify({ data, extensions, errors: masked })}}`);
}
