import fc from "fast-check";
import { parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import type { OperationRequest } from "../../src/api/compiled/operation-cache.ts";
import type { ApiLimits } from "../../src/api/limits.ts";
import type { Change, ChangeSet } from "../../src/view/change-set.ts";
import { createTestRunner, interpret, interpretEvent, printOutcome } from "../api/compiled/kit/both-ways.ts";
import { createModelWorld, type ModelWorld } from "../api/compiled/kit/model-world.ts";
import { mergeChanges } from "../model/make-change.ts";
import { type KnownKeys, Tape, writeOperation } from "./compiled-selections.ts";
import { type GeneratedEntity, type GeneratedWorld, generatedWorld } from "./compiled-world.ts";

const tape = fc.array(fc.noBias(fc.nat({ max: 1_000_000 })), { minLength: 40, maxLength: 250, size: "max" });

/** Mostly the usual limits; else some that a response of so many bytes may or may not pass. */
type LimitsFor = (responseBytes: number) => Partial<ApiLimits>;
const share = fc.double({ min: 0.05, max: 1.5, noNaN: true });
const limits: fc.Arbitrary<LimitsFor> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(() => ({})) },
  { weight: 1, arbitrary: fc.nat({ max: 12 }).map((maxOutputEntities) => () => ({ maxOutputEntities })) },
  {
    weight: 1,
    arbitrary: share.map((part) => (bytes: number) => ({ maxOutputFields: Math.floor((bytes * part) / 12) })),
  },
  { weight: 1, arbitrary: share.map((part) => (bytes: number) => ({ maxOutputBytes: Math.floor(bytes * part) })) },
);

function open({ definitions, entities }: GeneratedWorld): ModelWorld {
  const world = createModelWorld(definitions);
  putAll(world, entities);
  return world;
}

function putAll(world: ModelWorld, entities: readonly GeneratedEntity[]): Map<string, Change> {
  const changes = new Map<string, Change>();
  for (const { view, key, values } of entities) {
    const change = world.view(view).put(key, values);
    if (change === undefined) continue;
    const known = changes.get(`${view}/${key}`);
    const merged = known === undefined ? change : mergeChanges(known, change);
    if (merged === undefined) changes.delete(`${view}/${key}`);
    else changes.set(`${view}/${key}`, merged);
  }
  return changes;
}

function keysOf(entities: readonly GeneratedEntity[]): KnownKeys {
  const of = (name: string) => entities.filter(({ view }) => view === name).map(({ key }) => key);
  return { Alpha: of("Alpha"), Beta: of("Beta") };
}

function requireValid(world: ModelWorld, { query }: OperationRequest): void {
  const errors = validate(world.schema, parse(query));
  if (errors.length > 0) throw new Error(`${query}\n${errors.join("\n")}`);
}

/** A response without errors under the usual limits, unless a directive's variable is null. */
function mustCompile({ variables }: OperationRequest, bounds: Partial<ApiLimits>, response: string): boolean {
  return Object.keys(bounds).length === 0 && variables?.["maybe"] !== null && !response.includes('"errors":[');
}

describe("compiled operations", () => {
  test("give the response that graphql-js gives", () => {
    let compiled = 0;
    fc.assert(
      fc.property(generatedWorld, tape, limits, fc.nat({ max: 9 }), (generated, choices, limitsFor, unready) => {
        const world = open(generated);
        const request = writeOperation(world.schema, "query", new Tape(choices), keysOf(generated.entities));
        requireValid(world, request);
        if (unready === 1) world.view("Beta").setReady(false);
        const bounds = limitsFor(interpret(world, request).length);
        const expected = interpret(world, request, bounds);
        const runner = createTestRunner(world);
        const first = runner.run(request, () => world.context(bounds));
        const again = runner.run(request, () => world.context(bounds));
        expect(printOutcome(first), request.query).toBe(expected);
        expect(printOutcome(again), request.query).toBe(expected);
        if (mustCompile(request, bounds, expected)) expect(again.kind, request.query).toBe("bytes");
        if (again.kind === "bytes") compiled += 1;
      }),
      { numRuns: 800 },
    );
    expect(compiled).toBeGreaterThan(300);
  });

  test("are refused as soon as graphql-js refuses them", () => {
    fc.assert(
      fc.property(generatedWorld, tape, fc.constantFrom(...outputLimits), (generated, choices, limit) => {
        const world = open(generated);
        const request = writeOperation(world.schema, "query", new Tape(choices), keysOf(generated.entities));
        fc.pre(!interpret(world, request).includes('"errors":['));
        const least = findLeast((value) => !interpret(world, request, { [limit]: value }).includes("QUERY_TOO_COSTLY"));
        fc.pre(least > 0);
        const bounds = { [limit]: least - 1 };
        const runner = createTestRunner(world);
        runner.run(request, () => world.context(bounds));
        const again = runner.run(request, () => world.context(bounds));
        expect(printOutcome(again), request.query).toBe(interpret(world, request, bounds));
      }),
      { numRuns: 250 },
    );
  });

  test("are refused for an event as soon as graphql-js refuses it", () => {
    const limit = fc.constantFrom(...outputLimits);
    fc.assert(
      fc.property(generatedWorld, fc.nat({ max: 8 }), tape, limit, (generated, initial, choices, name) => {
        const { world, request, set } = openEvent(generated, initial, choices);
        const responseWith = (value: number) => interpretEvent(world, request, set, { [name]: value });
        const least = findLeast((value) => !responseWith(value).includes("QUERY_TOO_COSTLY"));
        fc.pre(least > 0);
        const runner = createTestRunner(world);
        const prepared = runner.prepare(request);
        if ("errors" in prepared) throw new Error(`refused: ${request.query}`);
        const outcome = runner.executeEvent(prepared, set, world.context({ [name]: least - 1 }));
        expect(printOutcome(outcome), request.query).toBe(responseWith(least - 1));
      }),
      { numRuns: 150 },
    );
  });

  test("give the events that graphql-js gives", () => {
    let compiled = 0;
    fc.assert(
      fc.property(generatedWorld, fc.nat({ max: 8 }), tape, limits, (generated, initial, choices, limitsFor) => {
        const { world, request, set } = openEvent(generated, initial, choices);
        const bounds = limitsFor(interpretEvent(world, request, set).length);
        const expected = interpretEvent(world, request, set, bounds);
        const runner = createTestRunner(world);
        const prepared = runner.prepare(request);
        if ("errors" in prepared) throw new Error(`refused: ${request.query}`);
        const context = world.context(bounds);
        for (let time = 0; time < 2; time += 1) {
          const outcome = runner.executeEvent(prepared, set, context);
          expect(printOutcome(outcome), request.query).toBe(expected);
          if (outcome.kind === "bytes") compiled += 1;
          else expect(mustCompile(request, bounds, expected), request.query).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
    expect(compiled).toBeGreaterThan(300);
  });
});

const outputLimits = ["maxOutputEntities", "maxOutputFields", "maxOutputBytes"] as const;

/** The least number for which `holds` is true: it is for all greater ones. */
function findLeast(holds: (value: number) => boolean): number {
  let below = -1;
  let above = 1;
  while (!holds(above)) above *= 2;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}

interface Event {
  readonly world: ModelWorld;
  readonly request: OperationRequest;
  readonly set: ChangeSet;
}

/** Some of the entities are there, the others come; an event is what that makes of a subscription's view. */
function openEvent({ definitions, entities }: GeneratedWorld, initial: number, choices: readonly number[]): Event {
  const world = open({ definitions, entities: entities.slice(0, initial) });
  const changed = putAll(world, entities.slice(initial));
  const request = writeOperation(world.schema, "subscription", new Tape(choices), keysOf(entities));
  requireValid(world, request);
  const set = makeSet(world, request, changed);
  fc.pre(set.changes.length > 0);
  return { world, request, set };
}

/** What happened to the view that the subscription follows; to one key if it follows one. */
function makeSet(world: ModelWorld, { query }: OperationRequest, changed: ReadonlyMap<string, Change>): ChangeSet {
  const [, view, plural] = /\b(alpha|beta)(s?)Changed/.exec(query) ?? [];
  const name = view === "alpha" ? "Alpha" : "Beta";
  const changes = [...changed].flatMap(([place, change]) => (place.startsWith(`${name}/`) ? [change] : []));
  const position = world.view(name).position();
  return { changes: plural === "s" ? changes : changes.slice(0, 1), isComplete: changed.size % 2 === 0, position };
}
