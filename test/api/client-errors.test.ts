import {
  buildSchema,
  execute,
  type GraphQLError,
  GraphQLScalarType,
  type GraphQLSchema,
  parse,
  validate,
} from "graphql";
import { describe, expect, test } from "vitest";
import { toClientError } from "../../src/api/client-errors.ts";
import { CursorInvalidError } from "../../src/api/cursor.ts";
import { InvariantError, TailwaterError } from "../../src/base/errors.ts";
import { type LogFields, type Logger, silentLogger } from "../../src/base/logger.ts";

const schema = buildSchema("type Query { order(id: ID!, size: Int): String  orders: [Int!]! }");

class TopicMissingError extends TailwaterError {
  constructor() {
    super({ code: "TOPIC_MISSING", message: "topic shop.orders is missing" });
  }
}

function maskedWith(logger: Logger, error: GraphQLError) {
  return toClientError(error.toJSON(), error, logger, () => "id-1");
}

function resolveWith(resolver: () => unknown, target: GraphQLSchema = schema): GraphQLError {
  const rootValue = { order: resolver, orders: resolver };
  const result = execute({ schema: target, document: parse('{ order(id: "1") }'), rootValue });
  const error = "errors" in result ? result.errors?.[0] : undefined;
  if (error === undefined) throw new InvariantError("the operation was expected to fail");
  return error;
}

function failWith(error: unknown): GraphQLError {
  return resolveWith(() => {
    throw error;
  });
}

describe("toClientError", () => {
  test("passes an error of ours that is meant for clients, with message, code and path", () => {
    const error = new CursorInvalidError({ argument: "after", list: "Order, by key" });
    expect(maskedWith(silentLogger, failWith(error))).toEqual({
      message: error.message,
      locations: [{ line: 1, column: 3 }],
      path: ["order"],
      extensions: { code: "CURSOR_INVALID" },
    });
  });

  test.each([
    ["an internal error of ours", new TopicMissingError()],
    ["a broken invariant", new InvariantError("secret")],
    ["an error of somebody else", new TypeError("secret")],
    ["a thrown text", "secret"],
    ["an error that calls itself ours", Object.assign(new Error("secret"), { extensions: { code: "BAD_USER_INPUT" } })],
  ])("G3: masks %s and names it by an id", (_what, thrown) => {
    const error = maskedWith(silentLogger, failWith(thrown));
    expect(error).toEqual({
      message: "Internal server error",
      locations: [{ line: 1, column: 3 }],
      path: ["order"],
      extensions: { code: "INTERNAL_SERVER_ERROR", errorId: "id-1" },
    });
  });

  test("G3: masks a value that a scalar cannot put out", () => {
    const failing = buildSchema("scalar Secret  type Query { order(id: ID!): Secret }");
    const scalar = failing.getType("Secret");
    if (!(scalar instanceof GraphQLScalarType)) throw new InvariantError("no scalar");
    scalar.serialize = () => {
      throw new TypeError("cannot represent: secret");
    };
    expect(
      maskedWith(
        silentLogger,
        resolveWith(() => "secret", failing),
      ).message,
    ).toBe("Internal server error");
  });

  test("G3: masks a null where the schema has none", () => {
    const result = execute({ schema, document: parse("{ orders }"), rootValue: {} });
    const error = "errors" in result ? result.errors?.[0] : undefined;
    expect(error && maskedWith(silentLogger, error).extensions).toEqual({
      code: "INTERNAL_SERVER_ERROR",
      errorId: "id-1",
    });
  });

  test("logs what it masks, with the id and the error itself", () => {
    const lines: Array<readonly [LogFields, string]> = [];
    const logger: Logger = { ...silentLogger, error: (fields, message) => lines.push([fields, message]) };
    const located = failWith(new TopicMissingError());
    maskedWith(logger, located);
    expect(lines).toEqual([
      [{ errorId: "id-1", code: "TOPIC_MISSING", path: "order", err: located }, "operation failed"],
    ]);
  });

  test("gives a document that does not parse GRAPHQL_PARSE_FAILED", () => {
    expect(codeOfThrown(() => parse("{ order("))).toBe("GRAPHQL_PARSE_FAILED");
  });

  test("gives a document of too many tokens GRAPHQL_PARSE_FAILED", () => {
    expect(codeOfThrown(() => parse("{ a b c d }", { maxTokens: 3 }))).toBe("GRAPHQL_PARSE_FAILED");
  });

  test("gives a document that does not validate GRAPHQL_VALIDATION_FAILED, message kept", () => {
    const [error] = validate(schema, parse("{ nothing }"));
    expect(error && maskedWith(silentLogger, error)).toMatchObject({
      message: 'Cannot query field "nothing" on type "Query".',
      extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
    });
  });

  test("gives a literal of the wrong type GRAPHQL_VALIDATION_FAILED", () => {
    const [error] = validate(schema, parse('{ order(id: "1", size: "x") }'));
    expect(error && maskedWith(silentLogger, error).extensions).toEqual({ code: "GRAPHQL_VALIDATION_FAILED" });
  });

  test.each([
    ["a variable of the wrong type", "query ($id: ID!) { order(id: $id) }", { id: {} }],
    ["a variable that is missing", "query ($id: ID!) { order(id: $id) }", {}],
    ["a variable that is null", "query ($id: ID!) { order(id: $id) }", { id: null }],
    ["an argument that its variable makes null", 'query ($id: ID = "1") { order(id: $id) }', { id: null }],
  ])("gives %s BAD_USER_INPUT, message kept", (_what, text, variableValues) => {
    const result = execute({ schema, document: parse(text), variableValues });
    const error = "errors" in result ? result.errors?.[0] : undefined;
    expect(error && maskedWith(silentLogger, error)).toMatchObject({
      message: error?.message,
      extensions: { code: "BAD_USER_INPUT" },
    });
  });

  test("gives an unknown operation name BAD_USER_INPUT", () => {
    const result = execute({ schema, document: parse("query A { orders }"), operationName: "B" });
    const error = "errors" in result ? result.errors?.[0] : undefined;
    expect(error && maskedWith(silentLogger, error)).toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
  });
});

function codeOfThrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    const { code } = maskedWith(silentLogger, error as GraphQLError).extensions ?? {};
    return code;
  }
  return undefined;
}
