import type { KafkaLogOptions } from "./kafka/kafka-log-options.ts";

/** A log as plain data, from which any thread can open it: `openLog`. */
export type LogSpec = EmbeddedLogSpec | KafkaLogSpec;

/** A directory of NDJSON files. What is left out is as `embeddedLogDefaults` says. */
export interface EmbeddedLogSpec {
  readonly kind: "embedded";
  readonly directory: string;
  readonly pollMs?: number | undefined;
  readonly maxLineBytes?: number | undefined;
}

/** Kafka's topics. What is left out is as `kafkaLogDefaults` says. */
export interface KafkaLogSpec
  extends Omit<KafkaLogOptions, "ssl" | "sasl" | "clock" | "logger" | "metrics" | "random"> {
  readonly kind: "kafka";
  readonly ssl?: boolean | TlsSpec | undefined;
  readonly sasl?: SaslSpec | undefined;
}

/** Texts in PEM. */
export interface TlsSpec {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
}

/** How to log in. The token is read from its file anew at each login. */
export type SaslSpec =
  | {
      readonly mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: "OAUTHBEARER"; readonly tokenFile: string };
