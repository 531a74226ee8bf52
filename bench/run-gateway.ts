import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { GatewayMessage, GatewayRequest, ReplayFigures } from "./gateway-process.ts";
import type { MemoryUse } from "./memory-use.ts";
import { pollReadiness, type ReadinessFigures } from "./readiness-poll.ts";
import type { ReplayOptions } from "./replay-options.ts";
import type { ReplayTopic } from "./replay-topic.ts";

/** One replay of the topic by a gateway in a process of its own. */
export interface GatewayRun {
  readonly recordsPerSecond: number;
  /** From the first record on: what ConsumerPerformance counts as its rate. */
  readonly fetchedPerSecond: number;
  readonly replay: ReplayFigures;
  readonly readiness: ReadinessFigures;
  readonly bytesPerEntity: number;
  readonly rssBytesPerEntity: number;
}

/** As the command has them: `bin/tailwater.js`. */
const compileCache = join(import.meta.dirname, "..", ".cache", "compiled");
const v8Options = ["--max-inlined-bytecode-size-cumulative=2000", "--concurrent-turbofan-max-threads=1"];
const programFile = join(import.meta.dirname, "gateway-process.ts");

/** Starts a gateway on the topic and waits until it is LIVE and measured. Throws unless it holds every record's effect. */
export async function runGateway(
  bootstrap: string,
  topic: ReplayTopic,
  { indexes }: ReplayOptions,
): Promise<GatewayRun> {
  const gateway = new GatewayProcess(requestFor(bootstrap, topic, { indexes, isProfile: false }), []);
  const { replay, readiness } = await gateway.untilLive();
  const { base, live } = await gateway.continueTo("memory");
  await gateway.untilEnd();
  const perEntity = (member: keyof MemoryUse) => (live[member] - base[member]) / topic.keys;
  return {
    recordsPerSecond: topic.records / (replay.liveMs / 1000),
    fetchedPerSecond: topic.records / ((replay.liveMs - replay.firstMs) / 1000),
    replay,
    readiness,
    bytesPerEntity: perEntity("heldBytes"),
    rssBytesPerEntity: perEntity("rssBytes"),
  };
}

/** The same until LIVE, under V8's profiler, which writes the named file. */
export async function profileGateway(
  bootstrap: string,
  topic: ReplayTopic,
  {
    indexes,
    folder,
    name,
  }: { readonly indexes: ReplayOptions["indexes"]; readonly folder: string; readonly name: string },
): Promise<void> {
  const request = requestFor(bootstrap, topic, { indexes, isProfile: true });
  const gateway = new GatewayProcess(request, ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}`]);
  await gateway.untilLive();
  gateway.continue();
  await gateway.untilEnd();
}

function requestFor(
  bootstrap: string,
  { name, records, keys }: ReplayTopic,
  options: Pick<GatewayRequest, "indexes" | "isProfile">,
): GatewayRequest {
  return { bootstrap, topic: name, records, keys, ...options };
}

/** The other end of gateway-process.ts. */
class GatewayProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;

  constructor(request: GatewayRequest, execArgv: readonly string[]) {
    this.#child = fork(programFile, [JSON.stringify(request)], {
      execArgv: ["--expose-gc", ...v8Options, ...execArgv],
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    });
    this.#exit = once(this.#child, "exit");
  }

  async untilLive(): Promise<{ readonly replay: ReplayFigures; readonly readiness: ReadinessFigures }> {
    const { readyzUrl } = await this.#message("listening");
    const stopPolling = pollReadiness(readyzUrl);
    const { replay } = await this.#message("live");
    return { replay, readiness: await stopPolling() };
  }

  continue(): void {
    this.#child.send("continue");
  }

  async continueTo<T extends GatewayMessage["type"]>(type: T): Promise<Extract<GatewayMessage, { type: T }>> {
    const message = this.#message(type);
    this.continue();
    return await message;
  }

  async untilEnd(): Promise<void> {
    await this.#exit;
    if (this.#child.exitCode !== 0) throw this.#ended();
  }

  async #message<T extends GatewayMessage["type"]>(type: T): Promise<Extract<GatewayMessage, { type: T }>> {
    const [message] = await Promise.race([
      once(this.#child, "message"),
      this.#exit.then(() => Promise.reject(this.#ended())),
    ]);
    // The casts are true because gateway-process.ts sends these messages, in this order.
    if ((message as GatewayMessage).type === type) return message as Extract<GatewayMessage, { type: T }>;
    throw new Error(`Expected the message "${type}" of the gateway, found ${JSON.stringify(message)}.`);
  }

  #ended(): Error {
    const { exitCode, signalCode } = this.#child;
    return new Error(`Expected the gateway's process to end in good order, found ${signalCode ?? exitCode}.`);
  }
}
