import type { Log } from "../log/log.ts";
import type { DecodeWay } from "./decoder.ts";
import type { IngestService } from "./ingest.ts";
import { createIngest } from "./ingest-topic.ts";

export interface InlineIngestOptions {
  /** Owned by the service from now on. */
  readonly log: Log;
  /** Of key hashes; the same wherever rows of the views are looked up. */
  readonly hashSeed: number;
  /** Default: `SCANNED`. */
  readonly decodeWay?: DecodeWay | undefined;
}

/** Reads and decodes on this thread: zero workers. */
export function createInlineIngest({ log, hashSeed, decodeWay }: InlineIngestOptions): IngestService {
  return {
    ofTopic: (definitions) => createIngest({ log, definitions, hashSeed, decodeWay }),
    close: () => log.close(),
  };
}
