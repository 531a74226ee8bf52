import fc from "fast-check";
import { parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import type { OperationRequest } from "../../src/api/compiled/check-document.ts";
import type { ApiLimits } from "../../src/api/limits.ts";
import type { ChangeSet } from "../../src/view/change-set.ts";
import { makeChangeSet } from "../../src/view/feed/make-change-set.ts";
import type { KeyChange } from "../../src/view/key-change.ts";
import { mergeByKey } from "../../src/view/merge-changes.ts";
import { createTestRunner, interpret, interpretEvent, printOutcome } from "../api/compiled/kit/both-ways.ts";
import { createColumnWorld } from "../api/compiled/kit/column-world.ts";
import { createModelWorld } from "../api/compiled/kit/model-world.ts";
import type { TestWorld } from "../api/compiled/kit/test-world.ts";
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

function openModel({ definitions, entities }: GeneratedWorld): TestWorld {
  const world = createModelWorld(definitions);
  putAll(world, entities);
  return world;
}

/** Changes by view. */
type Changes = ReadonlyMap<string, readonly KeyChange[]>;

function putAll(world: TestWorld, entities: readonly GeneratedEntity[]): Changes {
  const changes = new Map<string, KeyChange[]>(world.definitions.map(({ name }) => [name, []]));
  for (const { view, key, values } of entities) {
    const change = world.view(view).put(key, values);
    if (change !== undefined) changes.get(view)?.push(change);
  }
  return new Map([...changes].map(([view, ofView]) => [view, mergeByKey(ofView)]));
}

function keysOf(entities: readonly GeneratedEntity[]): KnownKeys {
  const of = (name: string) => entities.filter(({ view }) => view === name).map(({ key }) => key);
  return { Alpha: of("Alpha"), Beta: of("Beta") };
}

function requireValid(world: TestWorld, { query }: OperationRequest): void {
  const errors = validate(world.schema, parse(query));
  if (errors.length > 0) throw new Error(`${query}\n${errors.join("\n")}`);
}

/** A response without errors under the usual limits, unless a directive's variable is null. */
function mustCompile({ variables }: OperationRequest, bounds: Partial<ApiLimits>, response: string): boolean {
  return Object.keys(bounds).length === 0 && variables?.["maybe"] !== null && !response.includes('"errors":[');
}

describe("compiled operations", () => {
  test("G4: give the response that graphql-js gives, over columns and over the model of objects", async () => {
    let compiled = 0;
    await fc.assert(
      fc.asyncProperty(
        generatedWorld,
        tape,
        limits,
        fc.nat({ max: 9 }),
        async (generated, choices, limitsFor, unready) => {
          const model = openModel(generated);
          using columns = await createColumnWorld(generated.definitions);
          putAll(columns, generated.entities);
          const request = writeOperation(model.schema, "query", new Tape(choices), keysOf(generated.entities));
          requireValid(model, request);
          if (unready === 1) for (const world of [model, columns]) world.view("Beta").setReady(false);
          const bounds = limitsFor(interpret(model, request).length);
          const expected = interpret(model, request, bounds);
          expect(interpret(columns, request, bounds), request.query).toBe(expected);
          for (const world of [model, columns]) {
            const runner = createTestRunner(world);
            const first = runner.run(request, () => world.context(bounds));
            const again = runner.run(request, () => world.context(bounds));
            expect(printOutcome(first), request.query).toBe(expected);
            expect(printOutcome(again), request.query).toBe(expected);
            if (mustCompile(request, bounds, expected)) expect(again.kind, request.query).toBe("bytes");
            if (again.kind === "bytes") compiled += 1;
          }
        },
      ),
      { numRuns: 600 },
    );
    expect(compiled).toBeGreaterThan(450);
  });

  test("are refused as soon as graphql-js refuses them", () => {
    fc.assert(
      fc.property(generatedWorld, tape, fc.constantFrom(...outputLimits), (generated, choices, limit) => {
        const world = openModel(generated);
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
        const world = createModelWorld(generated.definitions);
        const { request, set } = openEvent(world, { generated, initial, choices });
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

  test("G4: give the events that graphql-js gives, over columns and over the model of objects", async () => {
    let compiled = 0;
    const initial = fc.nat({ max: 8 });
    await fc.assert(
      fc.asyncProperty(generatedWorld, initial, tape, limits, async (generated, count, choices, limitsFor) => {
        const model = createModelWorld(generated.definitions);
        using columns = await createColumnWorld(generated.definitions);
        const { request, set: modelSet } = openEvent(model, { generated, initial: count, choices });
        const bounds = limitsFor(interpretEvent(model, request, modelSet).length);
        const expected = interpretEvent(model, request, modelSet, bounds);
        const { set: columnSet } = openEvent(columns, { generated, initial: count, choices });
        expect(interpretEvent(columns, request, columnSet, bounds), request.query).toBe(expected);
        for (const [world, set] of [
          [model, modelSet],
          [columns, columnSet],
        ] as const) {
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
        }
      }),
      { numRuns: 350 },
    );
    expect(compiled).toBeGreaterThan(400);
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
  readonly request: OperationRequest;
  readonly set: ChangeSet;
}

interface EventChoices {
  readonly generated: GeneratedWorld;
  /** So many of the entities are there, the others come. */
  readonly initial: number;
  /** Of the operation. */
  readonly choices: readonly number[];
}

/** Puts all entities into the empty world; an event is what the later ones make of a subscription's view. */
function openEvent(world: TestWorld, { generated, initial, choices }: EventChoices): Event {
  const { entities } = generated;
  putAll(world, entities.slice(0, initial));
  const changes = putAll(world, entities.slice(initial));
  const request = writeOperation(world.schema, "subscription", new Tape(choices), keysOf(entities));
  requireValid(world, request);
  const set = makeSet(world, request, changes);
  fc.pre(set.changes.length > 0);
  return { request, set };
}

/** What happened to the view that the subscription follows; to one key if it follows one. */
function makeSet(world: TestWorld, { query }: OperationRequest, changes: Changes): ChangeSet {
  const [, name, plural] = /\b(alpha|beta)(s?)Changed/.exec(query) ?? [];
  const view = world.view(name === "alpha" ? "Alpha" : "Beta");
  const ofView = changes.get(view.definition.name) ?? [];
  const isComplete = ofView.length % 2 === 0;
  const step = { isComplete, position: view.position() };
  return makeChangeSet(plural === "s" ? ofView : ofView.slice(0, 1), view.reader(), step);
}
