import { segmentWords } from "../src/view/columns/slab-segment.ts";
import { ChurnedStore } from "../test/support/churned-store.ts";
import { measureMemory } from "./memory-use.ts";
import { parseSoakOptions } from "./soak-options.ts";
import { formatTable } from "./text-table.ts";

/**
 * `npm run soak`: churns a store of a fixed set of keys for a long time, and after each round brings every key back to its
 * first value. Fails unless memory comes back to where it began. Dictionaries grow by design until they are full, and are
 * warm after two rounds: from then on nothing may grow, of the store or of the process.
 */

interface Moment {
  /** Bytes of the store without its dictionaries, and the free parts of pages that they share with the rest. */
  readonly ownBytes: number;
  readonly totalBytes: number;
  /** Heap, and memory outside of it, without buffers that are kept for the next rebuild. */
  readonly processBytes: number;
}

const warmRounds = 2;
/** What compaction leaves alone: a share of the texts that is dead, and a segment that has just been begun. */
const deadShare = 1 / 8;
const segmentBytes = 4 * segmentWords;

const { keys, rounds, records, seed } = parseSoakOptions(process.argv.slice(2));
const churned = await ChurnedStore.open({ keys, seed });
const rows = [
  ["", "records", "store MB", "without dictionaries", "peak", "kept", "process without kept", "RSS MB", "µs/record"],
];
const first = await look("began", 0);
let warm = first;
let last = first;
for (let round = 1; round <= rounds; round += 1) {
  const before = churned.records;
  const began = process.cpuUsage();
  churned.churn(records / 2);
  if (round % 3 === 0) await churned.rebuild();
  churned.churn(records / 2);
  churned.settle();
  const { user, system } = process.cpuUsage(began);
  last = await look(`round ${round}`, (user + system) / (churned.records - before));
  if (round <= warmRounds) warm = last;
}
process.stdout.write(formatTable(rows));
const problems = [
  findGrowth("the store without its dictionaries", first.ownBytes, last.ownBytes),
  findGrowth("the store since its dictionaries are warm", warm.totalBytes, last.totalBytes),
  findGrowth("the process since then", warm.processBytes, last.processBytes),
].filter((problem) => problem !== undefined);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(problems.length === 0 ? "Memory is where it began.\n" : "");
process.exitCode = problems.length === 0 ? 0 : 1;

async function look(name: string, recordMicros: number): Promise<Moment> {
  const { heldBytes, rssBytes } = await measureMemory();
  const totalBytes = churned.heldBytes;
  let ownBytes = 0;
  for (const [account, bytes] of churned.memoryByAccount) {
    if (!account.startsWith("dictionary ") && account !== "free parts") ownBytes += bytes;
  }
  const { keptBytes } = churned.budget.buffers;
  const processBytes = heldBytes - keptBytes;
  const figures = [totalBytes, ownBytes, churned.peakBytes, keptBytes, processBytes, rssBytes].map(inMegabytes);
  rows.push([name, String(churned.records), ...figures, recordMicros.toFixed(1)]);
  return { ownBytes, totalBytes, processBytes };
}

function findGrowth(what: string, before: number, after: number): string | undefined {
  if (after <= before * (1 + deadShare) + segmentBytes) return undefined;
  return `Expected ${what} to take ${inMegabytes(before)} MB again, found ${inMegabytes(after)} MB.`;
}

function inMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
