import { mkdir, writeFile } from "node:fs/promises";
import { cpus, release, type } from "node:os";
import { join } from "node:path";
import { measureBusyCores } from "../machine-facts.ts";
import { median } from "../statistics.ts";
import { formatTable } from "../text-table.ts";
import { measureHttp } from "./measure-http.ts";
import { measureSockets } from "./measure-sockets.ts";
import { helpText, parseServingOptions, type ServingOptions } from "./serving-options.ts";

/** Answers over HTTP and changes over WebSocket, each beside its references; README.md has the method. */
const resultFolder = join(import.meta.dirname, "..", "..", ".cache", "bench");

type Figures = Readonly<Record<string, number>>;
type Print<Of> = (medians: Of) => string;

const httpHead = ["requests/s", "p50 µs", "p99 µs", "gateway is"];
const httpFigures: ReadonlyArray<Print<{ requestsPerSecond: number; p50Us: number; p99Us: number }>> = [
  ({ requestsPerSecond }) => requestsPerSecond.toFixed(0),
  ({ p50Us }) => p50Us.toFixed(0),
  ({ p99Us }) => p99Us.toFixed(0),
];

const options = parseServingOptions(process.argv.slice(2));
if (options === undefined) process.stdout.write(helpText);
else await benchmark(options);

async function benchmark(options: ServingOptions): Promise<void> {
  const machine = {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    system: `${type()} ${release()}`,
    node: process.version,
    othersBusyCores: await measureBusyCores(),
  };
  const point = await measureHttp("point", options, progress);
  const list = await measureHttp("list", options, progress);
  const sockets = await measureSockets(options, progress);
  const report = [
    `${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, ${machine.othersBusyCores.toFixed(1)} cores busy before\n`,
    formatTable([["point query", ...httpHead], ...makeRows(point, httpFigures)]),
    formatTable([["list of 100 × 8", ...httpHead], ...makeRows(list, httpFigures)]),
    formatTable([
      [`${options.subscribers} subscribers`, "messages/s", "p50 ms", "p99 ms", "CPU µs/message", "gateway is"],
      ...makeRows(sockets, [
        ({ messagesPerSecond }) => messagesPerSecond.toFixed(0),
        ({ p50Ms }) => p50Ms.toFixed(1),
        ({ p99Ms }) => p99Ms.toFixed(1),
        ({ cpuUsPerMessage }) => cpuUsPerMessage.toFixed(1),
      ]),
    ]),
  ].join("\n");
  process.stdout.write(`\n${report}`);
  const result = { at: new Date().toISOString(), machine, options, ...namedRounds({ point, list, sockets }) };
  await mkdir(resultFolder, { recursive: true });
  const file = join(resultFolder, `serving-${result.at.replaceAll(":", "-")}.json`);
  await writeFile(file, `${JSON.stringify(result, undefined, 2)}\n`);
}

/** Medians of each server, and by how much the gateway's first figure, a rate, is greater. */
function makeRows<Of extends object>(
  rounds: ReadonlyMap<string, readonly Of[]>,
  prints: readonly Print<Of>[],
): string[][] {
  const mediansOf = (figures: readonly Of[]): Of => {
    const [first] = figures;
    const names = Object.keys(first ?? {});
    const all = figures as ReadonlyArray<Of & Figures>; // figures are numbers
    // The cast is true because it has all members that a round has.
    return Object.fromEntries(names.map((name) => [name, median(all.map((round) => round[name] ?? Number.NaN))])) as Of;
  };
  const rateOf = (figures: readonly Of[]): number => Object.values(mediansOf(figures))[0] ?? Number.NaN;
  const gatewayRate = rateOf(rounds.get("gateway") ?? []);
  return [...rounds].map(([kind, figures]) => {
    const medians = mediansOf(figures);
    const ratio = kind === "gateway" ? "" : `${(gatewayRate / rateOf(figures)).toFixed(2)} of it`;
    return [kind, ...prints.map((print) => print(medians)), ratio];
  });
}

function namedRounds(measured: Readonly<Record<string, ReadonlyMap<string, readonly object[]>>>) {
  return Object.fromEntries(Object.entries(measured).map(([name, rounds]) => [name, Object.fromEntries(rounds)]));
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
