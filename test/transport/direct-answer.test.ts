import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { knownAccepts } from "../../src/transport/response-type.ts";
import { defaultTransportOptions } from "../../src/transport/transport-options.ts";
import { type GatewayHarness, startTestGateway } from "../support/gateway-harness.ts";
import { ManualClock } from "../support/manual-clock.ts";

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

let harness: GatewayHarness;
beforeAll(async () => {
  harness = await startTestGateway({
    clock: new ManualClock(),
    limits: { ...defaultTransportOptions.limits, maxOutputEntities: 3, maxDepth: 4 },
    transport: { introspection: false },
  });
  await harness.put("a", 1);
  await harness.put("ö\n", 2);
  await harness.put("c", 3);
  await harness.put("d", 4);
});
afterAll(() => harness[Symbol.asyncDispose]());

function post(
  to: GatewayHarness,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(`${to.gateway.publicUrl}${path}`, { method: "POST", agent: false, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        const { date: _, ...rest } = response.headers;
        resolve({ status: response.statusCode, headers: rest, body: text });
      });
    })
      .on("error", reject)
      .end(body);
  });
}

/** A query string is what a plain request does not have, and what Apollo Server ignores on a POST. */
const apolloPath = "/graphql?to=apollo";

async function countRequests(of: GatewayHarness, path: string): Promise<number> {
  const text = await (await fetch(`${of.gateway.adminUrl}/metrics`)).text();
  const counts = text.matchAll(new RegExp(`^tailwater_graphql_requests\\{path="${path}".*\\} (\\d+)$`, "gm"));
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** The answers to a request as a plain one, at its first, second and third sight, and Apollo Server's. */
async function answerAllWays(to: GatewayHarness, headers: Readonly<Record<string, string>>, body: string) {
  const direct = [await post(to, "/graphql", headers, body), await post(to, "/graphql", headers, body)];
  direct.push(await post(to, "/graphql", headers, body));
  return { direct, apollo: await post(to, apolloPath, headers, body) };
}

const json = { "content-type": "application/json" };
const point = { query: "query Q($id: ID!) { order(id: $id) { id n } }", variables: { id: "a" } };

describe("a plain request", () => {
  test("is answered directly, and one with a query string by Apollo Server", async () => {
    const before = [await countRequests(harness, "direct"), await countRequests(harness, "apollo")];
    await answerAllWays(harness, json, JSON.stringify(point));
    const after = [await countRequests(harness, "direct"), await countRequests(harness, "apollo")];
    expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([3, 1]);
  });

  test.each<[string, unknown]>([
    ["a point query", point],
    ["an entity that is not there", { ...point, variables: { id: "no" } }],
    ["text that is not ASCII", { ...point, variables: { id: "ö\n" } }],
    ["a page", { query: "{ orders(first: 2) { totalCount nodes { id n } pageInfo { hasNextPage endCursor } } }" }],
    ["nothing of a view", { query: "{ __typename }" }],
    [
      "the operation that is named",
      { query: "query A { __typename } query B { orders { totalCount } }", operationName: "B" },
    ],
    ["no name among several operations", { query: "query A { __typename } query B { __typename }" }],
    ["a name that there is not", { query: "query A { __typename }", operationName: "" }],
    [
      "a null name, null variables and null extensions",
      { query: "{ __typename }", operationName: null, variables: null, extensions: null },
    ],
    ["a persisted query", { extensions: { persistedQuery: { version: 1, sha256Hash: "a" } } }],
    ["a persisted query with its text", { ...point, extensions: { persistedQuery: { version: 1, sha256Hash: "a" } } }],
    ["extensions that a client adds", { ...point, extensions: { clientLibrary: { name: "a", version: "1" } } }],
    ["extensions of another kind", { query: "{ __typename }", extensions: 1 }],
    ["extensions that are a list", { query: "{ __typename }", extensions: [] }],
    ["variables that do not coerce", { ...point, variables: {} }],
    ["variables that are a text", { ...point, variables: '{"id":"a"}' }],
    ["variables that are a list", { ...point, variables: ["a"] }],
    ["a query that is no text", { query: { kind: "Document" } }],
    ["an empty query", { query: "" }],
    ["a batch", [point, point]],
    ["no object", 1],
    ["an empty object", {}],
    ["a document that does not parse", { query: "{ order(" }],
    ["a document that does not validate", { query: "{ nothing }" }],
    [
      "a document nested too deep",
      { query: "{ orders { edges { node { id n } } } a: orders { edges { node { id { n } } } } }" },
    ],
    ["introspection, which is off", { query: "{ __schema { queryType { name } } }" }],
    ["a page that is more than a response may hold", { query: "{ orders(first: 4) { nodes { id } } }" }],
    ["an error at one of two fields", { query: '{ orders(first: 1, after: "x") { totalCount } __typename }' }],
    ["a subscription", { query: "subscription { ordersChanged { position } }" }],
    ["a mutation", { query: "mutation { nothing }" }],
  ])("for %s gets what Apollo Server answers", async (_what, body) => {
    for (const accept of ["application/json", "application/graphql-response+json"]) {
      const { direct, apollo } = await answerAllWays(harness, { ...json, accept }, JSON.stringify(body));
      for (const answer of direct) expect(answer).toEqual(apollo);
    }
  });

  test("is answered directly with extensions that say nothing to a server", async () => {
    const before = await countRequests(harness, "direct");
    const extensions = { clientLibrary: { name: "a", version: "1" } };
    await answerAllWays(harness, json, JSON.stringify({ ...point, extensions }));
    expect(await countRequests(harness, "direct")).toBe(before + 3);
  });

  test.each(knownAccepts)("gets the type that Apollo Server chooses for Accept: %s", async (accept) => {
    const before = await countRequests(harness, "direct");
    const { direct, apollo } = await answerAllWays(harness, { ...json, accept }, JSON.stringify(point));
    for (const answer of direct) expect(answer).toEqual(apollo);
    expect(await countRequests(harness, "direct")).toBe(before + 3);
  });

  test.each([
    ["Accept: text/html", { ...json, accept: "text/html" }],
    ["an Accept with weights", { ...json, accept: "application/json;q=0.1, application/graphql-response+json" }],
    ["a text, as any page may send it", { "content-type": "text/plain" }],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["another character set", { "content-type": "application/json; charset=utf-16" }],
    ["JSON of another kind", { "content-type": "application/vnd.api+json" }],
  ])("is not one with %s", async (_what, headers) => {
    const before = await countRequests(harness, "direct");
    const { direct, apollo } = await answerAllWays(harness, headers, JSON.stringify(point));
    for (const answer of direct) expect(answer).toEqual(apollo);
    expect(await countRequests(harness, "direct")).toBe(before);
  });

  test("V5: meets a view that is not ready with the same 503 and Retry-After", async () => {
    await using waiting = await startTestGateway({ clock: new ManualClock(), createsTopic: false });
    const { direct, apollo } = await answerAllWays(waiting, json, '{"query":"{ orders { totalCount } }"}');
    expect(apollo).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
    for (const answer of direct) expect(answer).toEqual(apollo);
  });

  test("with partial data gets both data and errors with a 200", async () => {
    await using waiting = await startTestGateway({ clock: new ManualClock(), createsTopic: false });
    const { direct, apollo } = await answerAllWays(waiting, json, '{"query":"{ order(id: 1) { id } __typename }"}');
    expect(JSON.parse(apollo.body)).toMatchObject({ data: { order: null, __typename: "Query" }, errors: [{}] });
    expect(apollo.status).toBe(200);
    for (const answer of direct) expect(answer).toEqual(apollo);
  });
});

describe("a request that cannot be read", () => {
  test.each<[string, number, Readonly<Record<string, string>>, string]>([
    ["in bad JSON", 400, json, "{"],
    ["that is compressed", 415, { ...json, "content-encoding": "gzip" }, "{}"],
    ["with too great a body", 413, json, " ".repeat(defaultTransportOptions.limits.maxBodyBytes + 1)],
  ])("%s is counted with its status", async (_what, status, headers, body) => {
    const before = await countRequests(harness, `refused",operation="none",status="${status}`);
    expect((await post(harness, "/graphql", headers, body)).status).toBe(status);
    expect(await countRequests(harness, `refused",operation="none",status="${status}`)).toBe(before + 1);
  });
});
