import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KafkaBroker } from "../test/kafka/kit/broker.ts";
import { whyNoKafka } from "../test/kafka/kit/java-tools.ts";
import { runConsumerPerformance } from "./consumer-performance.ts";
import { readCpuProfile } from "./cpu-profile.ts";
import { measureBusyCores, readMachineFacts } from "./machine-facts.ts";
import { formatProfile } from "./profile-report.ts";
import { helpText, parseReplayOptions, type ReplayOptions } from "./replay-options.ts";
import { type Beside, formatReport, makeFigures, type ReplayReport, type ReplayRound } from "./replay-report.ts";
import { fillReplayTopic, type ReplayTopic } from "./replay-topic.ts";
import { profileGateway, runGateway } from "./run-gateway.ts";

/** Replay of a topic by a gateway, beside Kafka's own ConsumerPerformance; README.md has the method. */
const resultFolder = join(import.meta.dirname, "..", ".cache", "bench");

/** Others that keep so much of the machine busy hardly matter. */
const quietCores = 0.2;

const options = parseReplayOptions(process.argv.slice(2));
if (options === undefined) process.stdout.write(helpText);
else await benchmark(options);

async function benchmark(options: ReplayOptions): Promise<void> {
  const missing = await whyNoKafka();
  if (missing !== undefined) throw new Error(`The benchmark needs a real Kafka broker: ${missing}`);
  const machine = await readMachineFacts();
  await using resources = new AsyncDisposableStack();
  endOnInterrupt(resources);
  progress("starting a broker");
  const broker = resources.adopt(await KafkaBroker.start({ maxHeap: options.brokerMemory }), (one) => one.dispose());
  progress(`writing ${options.records} records`);
  const topic = await fillReplayTopic(broker, options);
  if (options.isProfile) {
    await profile(broker, topic, options);
    return;
  }
  const rounds = await measureRounds(broker, topic, options);
  const figures = makeFigures(topic, rounds);
  const report: ReplayReport = { at: new Date().toISOString(), machine, options, topic, rounds, figures };
  process.stdout.write(`\n${formatReport(report)}\n`);
  await save(report);
}

/** Taken in turns, and each side first every other round, so that a load that comes and goes meets both. */
async function measureRounds(
  { bootstrap }: KafkaBroker,
  topic: ReplayTopic,
  options: ReplayOptions,
): Promise<readonly ReplayRound[]> {
  progress("reading once unmeasured, so that the broker is warm and what Node compiles is kept");
  await runConsumerPerformance(bootstrap, topic);
  await runGateway(bootstrap, topic, options);
  const runTool = () => besideOthers(() => runConsumerPerformance(bootstrap, topic), options);
  const runOwn = () => besideOthers(() => runGateway(bootstrap, topic, options), options);
  const rounds: ReplayRound[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    progress(`round ${round} of ${options.rounds}`);
    if (round % 2 === 1) {
      const consumerPerformance = await runTool();
      rounds.push({ consumerPerformance, gateway: await runOwn() });
    } else {
      const gateway = await runOwn();
      rounds.push({ consumerPerformance: await runTool(), gateway });
    }
  }
  return rounds;
}

async function besideOthers<Run extends object>(
  run: () => Promise<Run>,
  { quietWaitSeconds }: ReplayOptions,
): Promise<Beside<Run>> {
  const deadlineMs = performance.now() + quietWaitSeconds * 1000;
  let before = await measureBusyCores();
  while (before > quietCores && performance.now() < deadlineMs) before = await measureBusyCores();
  const figures = await run();
  return { ...figures, othersCores: Math.max(before, await measureBusyCores()) };
}

/** The profile itself is kept too: browsers' developer tools and editors open it. */
async function profile({ bootstrap }: KafkaBroker, topic: ReplayTopic, { indexes }: ReplayOptions): Promise<void> {
  progress("profiling a replay");
  const name = `replay-${new Date().toISOString().replaceAll(/[:.]/g, "")}.cpuprofile`;
  await mkdir(resultFolder, { recursive: true });
  await profileGateway(bootstrap, topic, { indexes, folder: resultFolder, name });
  process.stdout.write(`\n${formatProfile(await readCpuProfile(join(resultFolder, name)), topic.records)}\n`);
  progress(`written: .cache/bench/${name}`);
}

async function save(report: ReplayReport): Promise<void> {
  const { records, keys, codec, indexes } = report.options;
  const name = `replay-${records}-${keys}-${codec}-${indexes}-${report.at.replaceAll(/[:.]/g, "")}.json`;
  await mkdir(resultFolder, { recursive: true });
  await writeFile(join(resultFolder, name), `${JSON.stringify(report, null, 2)}\n`);
  progress(`written: .cache/bench/${name}`);
}

/** Ctrl-C, or a signal, leaves nothing behind either: processes that were started end with this one or with the broker. */
function endOnInterrupt(resources: AsyncDisposableStack): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      progress(`ended by ${signal}`);
      void resources.disposeAsync().finally(() => process.exit(1));
    });
  }
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
