import type { Log } from "../log/log.ts";
import type { IngestService } from "./ingest.ts";
import { createIngest } from "./ingest-topic.ts";

export interface InlineIngestOptions {
  /** Owned by the service from now on. */
  readonly log: Log;
  /** Of key hashes; the same wherever rows of the views are looked up. */
  readonly hashSeed: number;
}

/** Reads and decodes on this thread: zero workers. */
export function createInlineIngest({ log, hashSeed }: InlineIngestOptions): IngestService {
  return {
    ofTopic: (definitions) => createIngest({ log, definitions, hashSeed }),
    close: () => log.close(),
  };
}
