import { parseArgs } from "node:util";
import { type LoopFigures, watchLoop } from "./loop-watch.ts";
import { type FollowOptions, type LoopFollower, openLoopWorld } from "./loop-world.ts";
import { formatTable } from "./text-table.ts";

/** `npm run bench:loop`: how long a gateway's event loop is held at most, by what it does to a view of a million entities. */

const { values } = parseArgs({
  options: { keys: { type: "string", default: "1000000" }, only: { type: "string", default: "" } },
});
const keys = Number(values.keys);
/** Lines that have one of these in their names; all others are left out. */
const only = values.only.split("|");
const updates = Math.round(keys / 2);
const tickMs = 1;
const limitMs = 10;

const collectGarbage = globalThis.gc;
if (collectGarbage === undefined) throw new Error("Expected node --expose-gc; run it by `npm run bench:loop`");

const table = [["", "s", "CPU s", "longest ms", "CPU ms", "p99 ms", "longest GC ms", "events"]];
const selection = "changes { kind id order { id status total customerId } } position";
const differentSelection = (at: number) => `again: __typename ${selection.replace("status", `s${at}: status`)}`;
const withPrevious = "changes { kind id order { id status total } previous { total } } position";

const world = openLoopWorld(keys);
await measure("replay", () => world.until(() => world.view.status().replayProgress >= 0.999 || isLive()));
await measure("building a key order and two indexes", () => world.until(isLive));
await world.until(isLive);
collectGarbage();
const fullGcs: number[] = [];
for (let round = 0; round < 3; round += 1) {
  const beganMs = performance.now();
  collectGarbage();
  fullGcs.push(performance.now() - beganMs);
}
await measure("live updates, nobody follows", () => update(0));
await followed(
  "live updates, one follows",
  1,
  () => selection,
  () => update(0),
);
await followed(
  "live updates, one with previous",
  1,
  () => withPrevious,
  () => update(0),
);
await followed(
  "live updates, 100 equal",
  100,
  () => selection,
  () => update(0),
);
await followed("live updates, 100 different", 100, differentSelection, () => update(0, updates / 20));
await measure("texts of 0 to 400 bytes, with compaction", () => update(400));
await measure("texts of 0 to 20 bytes, with compaction", () => update(20));
await rebuild("swap, half of the rows changed, nobody follows", 0, () => selection);
await rebuild("swap, one follows", 1, () => selection);
await rebuild("swap, one with previous", 1, () => withPrevious);
await rebuild("swap, 100 equal", 100, () => selection);
await rebuild("swap, 100 different", 100, differentSelection);
await rebuild("swap, 20,000 follow one key each", 0, () => selection, 20_000);
await world.close();

process.stdout.write(formatTable(table));
process.stdout.write(`a full GC at ${keys} entities: ${fullGcs.map((ms) => ms.toFixed(1)).join(", ")} ms\n`);
process.stdout.write(`Everything above ${limitMs} ms is too long.\n`);

function isWanted(name: string): boolean {
  return only.some((part) => name.includes(part));
}

function isLive(): boolean {
  return world.view.status().phase === "LIVE";
}

async function update(noteLength: number, records = updates): Promise<void> {
  const { recordsApplied } = world.view.status();
  world.say({ kind: "updates", records, noteLength });
  await world.until(() => world.view.status().recordsApplied >= recordsApplied + records);
}

async function measure(name: string, work: () => Promise<void>, countEvents: () => number = () => 0): Promise<void> {
  if (!isWanted(name)) return;
  collectGarbage?.();
  const stop = watchLoop(tickMs);
  const [beganMs, beganCpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(beganCpu);
  addRow(
    name,
    { seconds: (performance.now() - beganMs) / 1e3, cpuSeconds: (user + system) / 1e6 },
    stop(),
    countEvents(),
  );
}

function addRow(
  name: string,
  { seconds, cpuSeconds }: { readonly seconds: number; readonly cpuSeconds: number },
  { delayMaxMs, delayP99Ms, tickMaxMs, tickP99Ms, cpuMaxMs, gcMaxMs }: LoopFigures,
  events: number,
): void {
  const [longest, p99] = [Math.max(delayMaxMs, tickMaxMs), Math.max(delayP99Ms, tickP99Ms)];
  const cells = [seconds, cpuSeconds, longest, cpuMaxMs, p99, gcMaxMs].map((figure) => figure.toFixed(1));
  table.push([name, ...cells, events === 0 ? "" : String(events)]);
  process.stderr.write(`${name}: ${longest.toFixed(1)} ms, CPU ${cpuMaxMs.toFixed(1)} ms\n`);
}

function openFollowers(
  count: number,
  selectionOf: (at: number) => string,
  options?: FollowOptions,
): readonly LoopFollower[] {
  return Array.from({ length: count }, (_, at) =>
    world.follow(`subscription { ordersChanged { ${selectionOf(at)} } }`, options),
  );
}

function eventsOf(followers: readonly LoopFollower[]): () => number {
  return () => followers.reduce((sum, { events }) => sum + events, 0);
}

async function followed(
  name: string,
  count: number,
  selectionOf: (at: number) => string,
  work: () => Promise<void>,
): Promise<void> {
  if (!isWanted(name)) return;
  const followers = openFollowers(count, selectionOf);
  await measure(name, work, eventsOf(followers));
  for (const follower of followers) follower.close();
}

/** Reads everything again, and waits until all have been told what has changed: only from the end of the replay on is the loop watched. */
async function rebuild(name: string, count: number, selectionOf: (at: number) => string, ofOneKey = 0): Promise<void> {
  if (!isWanted(name)) return;
  const { generation } = world.view.status();
  // Counted as they are told: to walk over all of them in every macrotask would hold the loop itself.
  let [told, toldOfKeys] = [0, 0];
  const followers = openFollowers(count, selectionOf, {
    onEvent: ({ isComplete }) => {
      if (isComplete) told += 1;
    },
  });
  const keyFollowers = Array.from({ length: ofOneKey }, (_, at) =>
    world.follow("subscription ($id: ID!) { orderChanged(id: $id) { kind position } }", {
      variables: { id: `order-${String(at).padStart(9, "0")}` },
      onEvent: () => {
        toldOfKeys += 1;
      },
    }),
  );
  world.say({ kind: "lose", every: generation % 2 === 0 ? 0 : 2 });
  await world.until(() => world.view.status().replayStartedAtMs !== undefined && isReading());
  await world.until(() => world.view.status().replayProgress >= 0.999 || !isReading());
  await measure(
    name,
    () => world.until(() => told >= count && toldOfKeys >= ofOneKey / 2 && world.view.status().generation > generation),
    eventsOf([...followers, ...keyFollowers]),
  );
  for (const follower of [...followers, ...keyFollowers]) follower.close();
  await new Promise((resolve) => setTimeout(resolve, 10)); // what was replaced is given back
}

function isReading(): boolean {
  return world.view.status().phase !== "LIVE";
}
