import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { kafkaClassPath } from "./kafka-jars.ts";

type Arguments = Readonly<Record<string, unknown>>;

interface PendingAnswer {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A JVM with Kafka's own clients that does what it is told, command by command, several at once. */
export class KafkaDriver {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #pending = new Map<number, PendingAnswer>();
  #nextId = 1;
  #errors = "";

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#process = child;
    createInterface({ input: child.stdout }).on("line", (line) => this.#answer(line));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    child.once("exit", () => this.#fail("it ended"));
    child.once("error", (error) => this.#fail(error.message));
    child.stdin.once("error", (error) => this.#fail(error.message));
  }

  static async start(): Promise<KafkaDriver> {
    const classPath = await kafkaClassPath();
    return new KafkaDriver(
      spawn("java", [
        ...["-Xmx1g", "-XX:+UseSerialGC", "-Xshare:auto", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"],
        ...["-cp", classPath, "Driver"],
      ]),
    );
  }

  /** Sends a command and waits for its result. Throws with what the client said if it failed. */
  run(command: string, args: Arguments): Promise<unknown> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#process.stdin.write(`${JSON.stringify({ id, command, ...args })}\n`);
    });
  }

  /** Ends the JVM with all that it holds open, as a crash would. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, "exit");
    this.#process.stdin.end();
    await exit;
  }

  #answer(line: string): void {
    // Driver.java writes exactly these members.
    const answer = JSON.parse(line) as { id: number; result?: unknown; error?: string };
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.error === undefined) pending?.resolve(answer.result);
    else pending?.reject(new Error(`Expected the driver to succeed, found ${answer.error}`));
  }

  #fail(reason: string): void {
    for (const { reject } of this.#pending.values()) {
      reject(new Error(`Expected an answer of the driver, found: ${reason}.\n${this.#errors}`));
    }
    this.#pending.clear();
  }
}
