import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { kafkaClassPath } from "./kafka-jars.ts";

const endTimeoutMs = 30_000;

type Arguments = Readonly<Record<string, unknown>>;

interface PendingAnswer {
  readonly command: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A JVM with Kafka's own clients that does what it is told, command by command, several at once. */
export class KafkaDriver {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #pending = new Map<number, PendingAnswer>();
  readonly #answerTimeoutMs: number;
  #nextId = 1;
  #errors = "";
  /** Why it answers no more. */
  #ended: string | undefined;

  private constructor(child: ChildProcessWithoutNullStreams, answerTimeoutMs: number) {
    this.#process = child;
    this.#answerTimeoutMs = answerTimeoutMs;
    createInterface({ input: child.stdout }).on("line", (line) => this.#answer(line));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    child.once("exit", () => this.#fail("it ended"));
    child.once("error", (error) => this.#fail(error.message));
    child.stdin.on("error", (error) => this.#fail(error.message));
  }

  /** `answerTimeoutMs`: a command that takes longer fails; default half an hour. */
  static async start({ answerTimeoutMs = 30 * 60_000 } = {}): Promise<KafkaDriver> {
    const classPath = await kafkaClassPath();
    return new KafkaDriver(
      spawn("java", [
        ...["-Xmx1g", "-XX:+UseSerialGC", "-Xshare:auto", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"],
        ...["-cp", classPath, "Driver"],
      ]),
      answerTimeoutMs,
    );
  }

  /** Sends a command and waits for its result. Throws with what the client said if it failed, or if it has ended. */
  async run(command: string, args: Arguments): Promise<unknown> {
    if (this.#ended !== undefined) throw this.#noAnswer(command, this.#ended);
    const id = this.#nextId;
    this.#nextId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => {
      this.#pending.delete(id);
      reject(this.#noAnswer(command, `nothing for ${this.#answerTimeoutMs} ms`));
    }, this.#answerTimeoutMs);
    this.#pending.set(id, { command, resolve, reject });
    this.#process.stdin.write(`${JSON.stringify({ id, command, ...args })}\n`);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the JVM with all that it holds open, as a crash would. */
  async close(): Promise<void> {
    this.#fail("it was closed");
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, "exit");
    this.#process.stdin.end();
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), endTimeoutMs);
    await exit;
    clearTimeout(timer);
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
    this.#ended ??= reason;
    for (const { command, reject } of this.#pending.values()) reject(this.#noAnswer(command, reason));
    this.#pending.clear();
  }

  #noAnswer(command: string, reason: string): Error {
    return new Error(`Expected an answer of the driver to "${command}", found: ${reason}.\n${this.#errors}`);
  }
}
