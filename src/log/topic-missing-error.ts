import { TailwaterError } from "../base/errors.ts";

/** The topic does not exist (yet). `log` says which log, for people: `kafka://…`, `ndjson:/data`. */
export class TopicMissingError extends TailwaterError {
  constructor({ topic, log, cause }: { topic: string; log: string; cause?: unknown }) {
    super({
      code: "TOPIC_MISSING",
      message: `Expected a topic ${topic} in ${log}, found none; create it, or correct \`@view(topic: …)\`. It is read as soon as it appears.`,
      retriable: true,
      cause,
    });
  }
}
