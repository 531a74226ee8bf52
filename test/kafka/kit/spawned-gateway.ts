import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "../../support/command.ts";
import { connectClient, iterate } from "../../support/gateway-harness.ts";
import { pollUntil } from "./poll-until.ts";
import { Subscriber } from "./subscriber.ts";

/** How the admin API shows a view. */
export interface AdminView {
  readonly phase: string;
  readonly reason: string | null;
  readonly entities: number;
  readonly recordsApplied: number;
  readonly generation: number;
  readonly partitions: ReadonlyArray<{
    readonly partition: number;
    readonly startOffset: number;
    readonly position: number;
    readonly digest: string;
  }>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Notices quickly what a broker does. */
const impatient = [
  ...["--kafka-request-timeout-ms", "1500", "--kafka-connection-timeout-ms", "1500"],
  ...["--kafka-refresh-interval-ms", "300"],
];

/** `tailwater serve --log kafka://…` in a process of its own, seen from outside only. Killed when disposed of. */
export class SpawnedGateway implements AsyncDisposable {
  readonly #command: Command;
  readonly #folder: string;
  readonly #publicUrl: string;
  readonly #adminUrl: string;

  private constructor(facts: { command: Command; folder: string; publicUrl: string; adminUrl: string }) {
    this.#command = facts.command;
    this.#folder = facts.folder;
    this.#publicUrl = facts.publicUrl;
    this.#adminUrl = facts.adminUrl;
  }

  /** Returns as soon as it listens. `bootstrap` is `host:port` of a broker. */
  static async start({ sdl, bootstrap }: { sdl: string; bootstrap: string }): Promise<SpawnedGateway> {
    const folder = await mkdtemp(join(tmpdir(), "tailwater-gateway-"));
    await writeFile(join(folder, "schema.graphql"), sdl);
    const command = new Command([
      ...["serve", "--schema", folder, "--log", `kafka://${bootstrap}`],
      ...["--host", "127.0.0.1", "--port", "0", "--admin-port", "0"],
      ...impatient,
    ]);
    try {
      const [, publicUrl = "", adminUrl = ""] = await command.untilPrinted(/API +(\S+)\s+admin +(\S+)\s/);
      return new SpawnedGateway({ command, folder, publicUrl, adminUrl });
    } catch (error) {
      await command[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Like `start`, and every view has been LIVE. */
  static async startLive(options: { sdl: string; bootstrap: string }): Promise<SpawnedGateway> {
    const gateway = await SpawnedGateway.start(options);
    try {
      await gateway.untilReady();
      return gateway;
    } catch (error) {
      await gateway[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The `data` of an operation. Throws if the answer has errors. */
  async query(text: string): Promise<unknown> {
    return await post(this.#publicUrl, text);
  }

  /** Subscribes, as the only one to that view; returns once the gateway has it among the view's subscribers. */
  async subscribe(text: string, view: string): Promise<Subscriber> {
    const subscriber = new Subscriber(iterate(connectClient(this.#publicUrl.replace("http", "ws")), text));
    await pollUntil(
      `a subscriber of ${view}`,
      () => this.metrics(),
      (metrics) => metrics.includes(`tailwater_view_subscribers{view="${view}"} 1\n`),
    );
    return subscriber;
  }

  async readiness(): Promise<Answer> {
    return await get(new URL("/readyz", this.#publicUrl));
  }

  async untilReady(): Promise<Answer> {
    return await pollUntil(
      "to be ready",
      () => this.readiness(),
      ({ status }) => status === 200,
    );
  }

  async metrics(): Promise<string> {
    return (await get(new URL("/metrics", this.#adminUrl))).text;
  }

  /** Waits until the admin API shows the view so. */
  async untilView(name: string, what: string, holds: (view: AdminView) => boolean): Promise<AdminView> {
    return await pollUntil(`${name} ${what}`, () => this.#view(name), holds);
  }

  async untilPhase(name: string, phase: string): Promise<AdminView> {
    return await this.untilView(name, `to be ${phase}`, (view) => view.phase === phase);
  }

  /** Sends SIGTERM; gives the exit code. */
  async terminate(): Promise<number | null> {
    this.#command.process.kill("SIGTERM");
    return await this.#command.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#command[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #view(name: string): Promise<AdminView> {
    const partitions = "partitions { partition startOffset position digest }";
    const fields = `phase reason entities recordsApplied generation ${partitions}`;
    const data = await post(this.#adminUrl, `{ view(name: "${name}") { ${fields} } }`);
    return (data as { view: AdminView }).view; // the fields that were asked for
  }
}

async function post(url: string, query: string): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const answer: unknown = await response.json();
  if (typeof answer !== "object" || answer === null || !("data" in answer) || "errors" in answer) {
    throw new Error(`Expected data for ${query}, found ${JSON.stringify(answer)}`);
  }
  return answer.data;
}

async function get(url: URL): Promise<Answer> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
}
