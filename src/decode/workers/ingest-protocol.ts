import type { LogFields, Logger } from "../../base/logger.ts";
import type { Labels } from "../../base/metrics.ts";
import type { LogSpec } from "../../log/log-spec.ts";
import type { ViewDefinition } from "../../mapping/view-definition.ts";
import type { DecodeWay } from "../decoder.ts";
import type { IngestEvent, IngestRequest } from "../ingest.ts";
import type { RowBatch } from "../row-batch.ts";
import type { ErrorData } from "./error-data.ts";

/** What an ingest worker is started with. */
export interface WorkerSetup {
  readonly log: LogSpec;
  /** Of key hashes; the same wherever rows of the views are looked up. */
  readonly hashSeed: number;
  /** Default: `SCANNED`. */
  readonly decodeWay?: DecodeWay | undefined;
  /** Bytes of rows that the worker has made and nobody has taken from its reads, together. */
  readonly maxBytesInFlight: number;
}

/** A read as its worker shall do it. */
export interface PostedRequest extends Omit<IngestRequest, "signal"> {
  readonly definitions: readonly ViewDefinition[];
}

/**
 * From the thread of the views to an ingest worker. `read` names a read; no two that one side of the border ever speaks of
 * have the same number, so what comes late for a read that has ended finds nobody. Messages arrive in order, or never.
 */
export type ToWorker =
  | { readonly type: "open"; readonly read: number; readonly request: PostedRequest }
  /** So many bytes of rows have been taken; these buffers (transferred) have been released. */
  | {
      readonly type: "return";
      readonly read: number;
      readonly takenBytes: number;
      readonly buffers: readonly ArrayBuffer[];
    }
  | { readonly type: "close"; readonly read: number }
  /** End all reads, close the log, end the thread. */
  | { readonly type: "stop" };

/** From an ingest worker to the thread of the views. The buffers of row batches are transferred. */
export type FromWorker =
  | { readonly type: "events"; readonly read: number; readonly events: readonly PostedEvent[] }
  /** As `LogRead.awayMs` after all events that were posted before. */
  | { readonly type: "away"; readonly read: number; readonly awayMs: ReadonlyMap<number, number> }
  /** The read has ended: after `lost`, or because its log was closed. */
  | { readonly type: "ended"; readonly read: number }
  /** A defect has ended the read. */
  | { readonly type: "failed"; readonly read: number; readonly error: ErrorData }
  | {
      readonly type: "log";
      readonly level: LogLevel;
      readonly fields: LogFields;
      /** Fields that were errors. */
      readonly errors: Readonly<Record<string, ErrorData>>;
      readonly message: string;
    }
  | {
      readonly type: "count";
      readonly name: string;
      readonly help: string;
      readonly labelNames: readonly string[];
      readonly by: number;
      readonly labels: Labels;
    };

export type LogLevel = Exclude<keyof Logger, "child">;

/** An event of an ingest as it crosses the border. */
export type PostedEvent =
  | Exclude<IngestEvent, { readonly type: "rows" | "stalled" }>
  | { readonly type: "stalled"; readonly cause: ErrorData }
  | PostedRows;

export interface PostedRows {
  readonly type: "rows";
  readonly batches: readonly RowBatch[];
  readonly recordCount: number;
  readonly sizeBytes: number;
  /** What they count for while they are in flight. */
  readonly bytes: number;
}

/** Posts one message; the buffers are gone on this side afterwards. */
export type PostToWorker = (message: ToWorker, transferred: readonly ArrayBuffer[]) => void;
export type PostFromWorker = (message: FromWorker, transferred: readonly ArrayBuffer[]) => void;
