import type { AnswerBuffers } from "./answer-buffers.ts";

const sizeBytes = 4;
const correlationIdBytes = 4;
/** No broker sends so much at once; what is no broker does: a web server's "HTTP" is a length above. */
const maxFrameBytes = 2 ** 30;

/** Who gets the answers. */
export interface FrameListener {
  /** A whole answer: `body` is what follows its correlation id. */
  onFrame(frame: { readonly correlationId: number; readonly body: Buffer }): void;
  /** What came is no answer: its length is none that an answer can have. Nothing after it can be read. */
  onBroken(lengthBytes: number): void;
}

/**
 * Puts together the answers that a broker sends, each with its length before it, out of the pieces in which they arrive:
 * every byte is copied once, to where it stays.
 */
export class FrameReader {
  readonly #buffers: AnswerBuffers;
  readonly #listener: FrameListener;
  readonly #size = Buffer.alloc(sizeBytes);
  #sizeFilled = 0;
  #frame: Buffer | undefined;
  #frameFilled = 0;

  constructor(buffers: AnswerBuffers, listener: FrameListener) {
    this.#buffers = buffers;
    this.#listener = listener;
  }

  /** Takes what has arrived. The piece is the caller's again afterwards. */
  push(piece: Buffer): void {
    for (let at = 0; at < piece.length; ) {
      at += this.#frame === undefined ? this.#readSize(piece, at) : this.#fill(this.#frame, piece, at);
    }
  }

  #readSize(piece: Buffer, from: number): number {
    const copied = piece.copy(this.#size, this.#sizeFilled, from);
    this.#sizeFilled += copied;
    if (this.#sizeFilled < sizeBytes) return copied;
    this.#sizeFilled = 0;
    const length = this.#size.readInt32BE();
    if (length < correlationIdBytes || length > maxFrameBytes) {
      this.#listener.onBroken(length);
      return piece.length - from;
    }
    this.#frame = this.#buffers.take(length);
    this.#frameFilled = 0;
    return copied;
  }

  #fill(frame: Buffer, piece: Buffer, from: number): number {
    const copied = piece.copy(frame, this.#frameFilled, from);
    this.#frameFilled += copied;
    if (this.#frameFilled < frame.length) return copied;
    this.#frame = undefined;
    this.#listener.onFrame({ correlationId: frame.readInt32BE(), body: frame.subarray(correlationIdBytes) });
    return copied;
  }
}
