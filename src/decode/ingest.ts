import type { LogEvent, LogRead, ReadRequest } from "../log/log.ts";
import type { ViewDefinition } from "../mapping/view-definition.ts";
import type { RowBatch } from "./row-batch.ts";

/** As the log says it, with each batch decoded for every view of the topic, in the order of the request's views. */
export type IngestEvent = Exclude<LogEvent, { readonly type: "batch" }> | RowsEvent;

/** The rows of one batch of the log. */
export interface RowsEvent {
  readonly type: "rows";
  /** One for each view that still takes part, all of the same records. */
  readonly batches: readonly RowBatch[];
  /** Records in the log's batch, for rates. */
  readonly recordCount: number;
  readonly sizeBytes: number;
  /** Gives the batches' buffers back, once, when all of them have been applied: from then on they hold other rows. */
  readonly release: () => void;
}

/** Reads one topic and decodes it for its views. `generation` is copied into each row batch. */
export interface IngestRequest extends ReadRequest {
  readonly generation: number;
}

/** What view asks for: the decoded events of one topic. Same contract as `Log.read`. */
export type OpenIngest = (request: IngestRequest) => LogRead<IngestEvent>;

/** Where the rows of all topics come from, on whatever thread they are read and decoded. */
export interface IngestService {
  /** The ingest of one topic. `definitions`: its views of one isolation, in the order that row batches shall have. */
  ofTopic(definitions: readonly ViewDefinition[]): OpenIngest;
  /** Ends all reads, and what they were read with. Idempotent; never rejects; bounded in time but for files and sockets that the operating system holds. */
  close(): Promise<void>;
}
