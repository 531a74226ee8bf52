import { TailwaterError } from "../../base/errors.ts";
import type { Moment } from "../../base/moment.ts";
import type { Isolation } from "../../mapping/view-definition.ts";
import type { LogEvent, RecordBatch } from "../log.ts";
import { LogProtocolError } from "./kafka-log-errors.ts";
import type { PartitionCursor } from "./partition-cursor.ts";
import { decodeBatches } from "./records/decode-batches.ts";
import type { AbortedTransaction } from "./wire/fetch.ts";

/** What one answer brought for one partition and the consumer has not got yet. */
export interface Piece {
  readonly cursor: PartitionCursor;
  /** `cursor.doubts` when it was asked for; the piece is void when that has changed. */
  readonly doubts: number;
  readonly content:
    | {
        readonly kind: "batches";
        readonly records: Buffer;
        readonly abortedTransactions: readonly AbortedTransaction[];
      }
    | { readonly kind: "hole" };
  readonly nextOffset: number;
  readonly leaderEpoch: number;
  /** Where the log was readable to when the answer was made, and the moment before it was asked for. */
  readonly readableEnd: number;
  readonly sentAt: Moment;
  /** Called once when the bytes are no longer held. */
  readonly release: () => void;
}

/** Who is told how pieces fared. */
export interface DeliveryListener {
  /** The consumer has got all of it. */
  onDelivered(piece: Piece): void;
  /** A batch cannot be read; the cursor stands before it. */
  onUnreadable(cursor: PartitionCursor, error: TailwaterError): void;
}

/** Events and undecoded pieces in order; a piece is decoded slice by slice as the consumer asks. Synchronous. */
export class DeliveryQueue {
  readonly #topic: string;
  readonly #isolation: Isolation;
  readonly #listener: DeliveryListener;
  #waiting: Array<LogEvent | Piece> = [];
  #current: { readonly piece: Piece; readonly slices: Iterator<RecordBatch> } | undefined;

  constructor(parts: { topic: string; isolation: Isolation; listener: DeliveryListener }) {
    this.#topic = parts.topic;
    this.#isolation = parts.isolation;
    this.#listener = parts.listener;
  }

  push(item: LogEvent | Piece): void {
    this.#waiting.push(item);
  }

  /** Drops everything, releasing the bytes. */
  clear(): void {
    const dropped = this.#waiting;
    this.#waiting = [];
    this.#finishPiece();
    for (const item of dropped) if (!isEvent(item)) item.release();
  }

  /** The next event; undefined if there is none now. Throws only for a defect of ours. */
  take(): LogEvent | undefined {
    for (;;) {
      const batch = this.#takeSlice();
      if (batch !== undefined) return { type: "batch", batch };
      const item = this.#waiting.shift();
      if (item === undefined || isEvent(item)) return item;
      this.#current = { piece: item, slices: this.#slicesOf(item) };
    }
  }

  #takeSlice(): RecordBatch | undefined {
    if (this.#current === undefined) return undefined;
    const { piece, slices } = this.#current;
    const { cursor } = piece;
    if (piece.doubts !== cursor.doubts) {
      this.#finishPiece();
      return undefined;
    }
    try {
      const slice = slices.next();
      if (!slice.done) {
        cursor.advance(slice.value.nextOffset, slice.value.leaderEpoch);
        return slice.value;
      }
      this.#finishPiece();
      this.#requireWhole(piece);
      this.#listener.onDelivered(piece);
    } catch (error) {
      this.#finishPiece();
      if (!(error instanceof TailwaterError) || error.code === "INVARIANT_BROKEN") throw error;
      this.#listener.onUnreadable(cursor, error);
    }
    return undefined;
  }

  #slicesOf(piece: Piece): Iterator<RecordBatch> {
    const { cursor, content } = piece;
    if (content.kind === "hole") return [makeHole(piece)].values();
    return decodeBatches({
      topic: this.#topic,
      partition: cursor.partition,
      records: content.records,
      position: cursor.position,
      isolation: this.#isolation,
      abortedTransactions: content.abortedTransactions,
    });
  }

  /** The next answer was asked for from where the headers said that this one ends. */
  #requireWhole({ cursor, nextOffset }: Piece): void {
    if (cursor.position === nextOffset) return;
    throw new LogProtocolError({
      expected: `batches up to offset ${nextOffset}`,
      found: `that they end at ${cursor.position}`,
      where: `${this.#topic}/${cursor.partition}`,
    });
  }

  #finishPiece(): void {
    const piece = this.#current?.piece;
    this.#current = undefined;
    piece?.release();
  }
}

function makeHole({ cursor, nextOffset, leaderEpoch }: Piece): RecordBatch {
  return {
    partition: cursor.partition,
    fromOffset: cursor.position,
    nextOffset,
    leaderEpoch,
    records: [],
    sizeBytes: 0,
  };
}

function isEvent(item: LogEvent | Piece): item is LogEvent {
  return "type" in item;
}
