import { describe, expect, test } from "vitest";
import { InvariantError } from "../../../src/base/errors.ts";
import { describeError, ForwardedError } from "../../../src/decode/workers/error-data.ts";
import type { FromWorker } from "../../../src/decode/workers/ingest-protocol.ts";
import { createPostedLogger } from "../../../src/decode/workers/posted-logger.ts";
import { LogUnavailableError } from "../../../src/log/kafka/kafka-log-errors.ts";

describe("a logger whose lines cross to another thread", () => {
  test("posts what can be cloned: level, message, fields of its own and of the line, errors beside them", () => {
    const lines: FromWorker[] = [];
    const logger = createPostedLogger((line) => lines.push(structuredClone(line))).child({ topic: "t" });
    logger.warn({ err: new InvariantError("x"), run: () => 1, deep: { run: () => 1 }, list: [1, "a"] }, "odd");
    expect(lines).toMatchObject([
      {
        type: "log",
        level: "warn",
        message: "odd",
        fields: { topic: "t", list: [1, "a"], deep: expect.stringContaining("run") },
        errors: { err: { name: "InvariantError", message: "broken invariant: x", code: "INVARIANT_BROKEN" } },
      },
    ]);
  });
});

describe("an error that crosses to another thread", () => {
  const cross = (error: unknown) => new ForwardedError(structuredClone(describeError(error)));

  test("keeps what makes it itself, its causes too", () => {
    const broken = new Error("connection reset", { cause: "a string" });
    const error = new LogUnavailableError({ reason: "closed", found: "the end", cause: broken });
    const { name, message, stack, code, retriable } = error;
    expect(cross(error)).toMatchObject({ name, message, stack, code, retriable });
    expect(cross(error).cause).toMatchObject({ name: "Error", message: "connection reset" });
    expect(cross(error).cause).toHaveProperty("cause.message", "a string");
  });

  test("is a defect if it was none of ours", () => {
    expect(cross(new TypeError("x is no y"))).toMatchObject({
      name: "TypeError",
      message: "x is no y",
      code: "INVARIANT_BROKEN",
      retriable: false,
    });
  });

  test("has no endless causes", () => {
    const error = new Error("round");
    error.cause = error;
    let depth = 0;
    for (let at: unknown = cross(error); at instanceof Error; at = at.cause) depth += 1;
    expect(depth).toBe(9);
  });
});
