import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { makeTextFrames } from "./text-frames.ts";
import type { WriteRounds, Writing } from "./write-rounds.ts";

/** Beyond it, a message is not copied into a frame of its own: its bytes are written as they are, shared by all sockets. */
const maxCopiedBytes = 4 * 1024;
/** A socket with so much that the operating system has not taken is full: its subscribers' changes are merged from then on. */
const fullBytes = 16 * 1024;

/**
 * Writes one WebSocket's messages. Those that are one and the same for many clients, but for the id that each has chosen,
 * come as two parts of bytes and go past ws straight to the socket: ws would take them as a text of each client's own, to
 * be built, measured, encoded and framed anew, each with a callback, which is most of what a message costs. That is
 * correct because ws writes each frame whole and at once as long as nothing is compressed or sent in fragments, which
 * this gateway never does, and a server's frames are not masked (RFC 6455, 5.2). Everything else goes through ws; both
 * keep their order.
 */
export class SocketWriter implements Writing {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #rounds: WriteRounds;
  /** Heads and tails in turns. */
  #parts: Uint8Array[] = [];
  #queuedBytes = 0;
  /** Called when the socket is not full any more. */
  #waiting: Array<() => void> = [];
  #isBlocked = false;

  constructor(webSocket: WebSocket, socket: Socket, rounds: WriteRounds) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#rounds = rounds;
  }

  /** Sends a text by ws. Resolves when the bytes were handed to the kernel, or the socket is closed. */
  send(text: string): Promise<void> {
    this.#flush();
    const webSocket = this.#webSocket;
    return new Promise((resolve, reject) => {
      if (webSocket.readyState !== webSocket.OPEN) resolve();
      else
        webSocket.send(text, (error) =>
          error === undefined || error === null || webSocket.readyState !== webSocket.OPEN ? resolve() : reject(error),
        );
    });
  }

  close(code: number | undefined, reason: string | undefined): void {
    this.#flush();
    this.#webSocket.close(code, reason);
  }

  /** Sends the text that two parts of UTF-8 make, before the macrotask ends or soon after. The parts are kept, and not changed. */
  splice(head: Uint8Array, tail: Uint8Array): void {
    if (this.#parts.length === 0) this.#rounds.add(this);
    this.#parts.push(head, tail);
    this.#queuedBytes += head.length + tail.length;
  }

  /** Bytes that the operating system has not taken yet. */
  get unsentBytes(): number {
    return this.#queuedBytes + this.#socket.writableLength;
  }

  /** The socket is not full. */
  get isReady(): boolean {
    return this.unsentBytes < fullBytes;
  }

  /** Calls back at once, or, if the socket is full, when it has taken what it was given. Not if it closes before. */
  whenReady(callback: () => void): void {
    if (this.isReady) {
      callback();
      return;
    }
    this.#waiting.push(callback);
    if (this.#parts.length === 0) this.#awaitTaken();
  }

  /** A turn to write. A socket that has not taken what it got last keeps its messages as parts, which are shared. */
  writeTurn(): void {
    if (!this.#isBlocked) this.#flush();
  }

  /** ws learns a moment after the socket itself that it is gone. */
  get #isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN && !this.#socket.destroyed;
  }

  /** Gives the socket all that is queued, in one write if nothing of it is large. */
  #flush(): void {
    const parts = this.#parts;
    if (parts.length === 0) return;
    this.#parts = [];
    this.#queuedBytes = 0;
    if (!this.#isOpen) return;
    const pieces = makeTextFrames(parts, maxCopiedBytes);
    const isOneWrite = pieces.length === 1;
    if (!isOneWrite) this.#socket.cork();
    for (const piece of pieces) this.#socket.write(piece);
    if (!isOneWrite) this.#socket.uncork();
    this.#awaitTaken();
  }

  /** An empty write ends when what was written before it has been taken. So no other write needs a callback, which costs. */
  #awaitTaken(): void {
    if (this.#isBlocked || !this.#isOpen) return;
    if (this.#socket.writableLength === 0) {
      this.#callWaiting();
      return;
    }
    this.#isBlocked = true;
    this.#socket.write("", () => {
      this.#isBlocked = false;
      if (this.#parts.length > 0) this.#flush();
      else this.#awaitTaken();
    });
  }

  #callWaiting(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }
}
