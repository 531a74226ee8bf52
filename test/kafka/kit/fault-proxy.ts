import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { FrameTracker } from "./frame-tracker.ts";

interface Cut {
  readonly minFrameBytes: number;
  readonly afterBytes: number;
  readonly onDone: () => void;
}

/** Stands between a client and a broker, on the port that the broker's listener PROXIED advertises, and does harm when told. */
export class FaultProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #targetPort: number;
  #cuts: Cut[] = [];
  #isRefusing = false;
  #silence: PromiseWithResolvers<void> | undefined;
  /** Each piece of an answer waits so long before it is passed on. */
  delayMs = 0;
  /** Answers are passed on in pieces of at most so many bytes. */
  fragmentBytes = Number.POSITIVE_INFINITY;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async listen({ port, targetPort }: { port: number; targetPort: number }): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort);
    proxy.#server.listen(port, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** Breaks the connection of the next answer of at least `minFrameBytes` bytes when `afterBytes` of it have passed. Resolves when it has happened. */
  cutAnswer(cut: Omit<Cut, "onDone">): Promise<void> {
    return new Promise((onDone) => {
      this.#cuts.push({ ...cut, onDone });
    });
  }

  /** Breaks all connections and every new one, until `heal`. */
  refuse(): void {
    this.#isRefusing = true;
    this.#destroyAll();
  }

  /** Connections stay open and new ones are accepted, but nothing passes any more, until `heal` (a half-open connection). */
  fallSilent(): void {
    this.#silence ??= Promise.withResolvers();
  }

  /** Lets everything pass again, also what was held back. */
  heal(): void {
    this.#isRefusing = false;
    this.#silence?.resolve();
    this.#silence = undefined;
    this.delayMs = 0;
    this.fragmentBytes = Number.POSITIVE_INFINITY;
  }

  async close(): Promise<void> {
    this.heal();
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#destroyAll();
    await closed;
  }

  #accept(client: Socket): void {
    if (this.#isRefusing) {
      client.destroy();
      return;
    }
    const broker = connect({ port: this.#targetPort, host: "127.0.0.1" });
    const destroyBoth = () => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      // A broken connection is broken for both sides: that is all there is to do about it.
      socket.on("error", destroyBoth);
      socket.once("close", () => {
        this.#sockets.delete(socket);
        destroyBoth();
      });
    }
    const frames = new FrameTracker();
    void this.#forward(client, broker, (bytes) => bytes).then(destroyBoth, destroyBoth);
    void this.#forward(broker, client, (bytes) => this.#cutIfDue(bytes, frames)).then(destroyBoth, destroyBoth);
  }

  /** Passes bytes on until one side ends, or `take` returns fewer bytes than it was given: then the rest is lost. */
  async #forward(from: Socket, to: Socket, take: (bytes: Buffer) => Buffer): Promise<void> {
    for await (const chunk of from) {
      const bytes = chunk as Buffer; // a socket without encoding gives buffers
      for (let at = 0; at < bytes.length; at += this.fragmentBytes) {
        if (this.delayMs > 0) await sleep(this.delayMs);
        await this.#silence?.promise;
        const piece = bytes.subarray(at, at + this.fragmentBytes);
        const taken = take(piece);
        if (!to.write(taken)) await once(to, "drain");
        if (taken.length < piece.length) return await flushed(to);
      }
    }
  }

  #cutIfDue(bytes: Buffer, frames: FrameTracker): Buffer {
    const [cut] = this.#cuts;
    const at = cut === undefined ? undefined : frames.find(bytes, cut.minFrameBytes, cut.afterBytes);
    frames.pass(bytes);
    if (at === undefined) return bytes;
    this.#cuts = this.#cuts.slice(1);
    cut?.onDone();
    return bytes.subarray(0, at);
  }

  #destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Resolves once what was written has gone out. */
function flushed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.write(Buffer.alloc(0), () => resolve());
  });
}
