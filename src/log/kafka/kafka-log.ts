import type { Log } from "../log.ts";
import { OpenReads } from "../open-reads.ts";
import { KafkaCluster } from "./kafka-cluster.ts";
import { type KafkaLogOptions, makeKafkaLogSettings } from "./kafka-log-options.ts";
import { createKafkajsConnections } from "./kafkajs-connection.ts";
import { TopicRead } from "./topic-read.ts";

/**
 * A log of Kafka topics, read without a consumer group: every read reads every partition of its topic. Nothing is
 * connected before the first read is pulled. Each read has one connection of its own to each broker that leads a part
 * of its topic, and all share one to each broker for short questions.
 *
 * Throws `LogUnsupportedError` at once if the brokers cannot be read as addresses, or the installed kafkajs is another.
 */
export function createKafkaLog(options: KafkaLogOptions): Log {
  const settings = makeKafkaLogSettings(options);
  const cluster = new KafkaCluster(createKafkajsConnections(settings), settings);
  const reads = new OpenReads();
  const countBytes = settings.metrics.counter("log_fetched_bytes", "Bytes of answers to Fetch.", ["topic"]);
  const countAnswers = settings.metrics.counter("log_fetch_answers", "Answers to Fetch.", ["topic"]);
  const onAnswer = (topic: string, bytes: number) => {
    countBytes(bytes, { topic });
    countAnswers(1, { topic });
  };
  return {
    read: (request) => reads.start(new TopicRead(request, { cluster, settings, onAnswer }), request.signal),
    async close() {
      await reads.close();
      cluster.close();
    },
  };
}
