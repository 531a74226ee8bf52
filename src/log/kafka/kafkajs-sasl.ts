import type { SASLOptions } from "kafkajs";
import type { SaslOptions } from "./kafka-log-options.ts";
import { loginErrorName, messageOf } from "./kafkajs-failure.ts";

/** A login as kafkajs takes it. */
export function toKafkajsSasl(sasl: SaslOptions): SASLOptions {
  switch (sasl.mechanism) {
    case "PLAIN":
      return { mechanism: "plain", username: sasl.username, password: sasl.password };
    case "SCRAM-SHA-256":
      return { mechanism: "scram-sha-256", username: sasl.username, password: sasl.password };
    case "SCRAM-SHA-512":
      return { mechanism: "scram-sha-512", username: sasl.username, password: sasl.password };
    case "OAUTHBEARER":
      return {
        mechanism: "oauthbearer",
        oauthBearerProvider: async () => ({ value: await provide(sasl.provideToken) }),
      };
  }
}

/** Named so that a provider that fails is told from a broker that is away. */
async function provide(provideToken: () => Promise<string>): Promise<string> {
  try {
    return await provideToken();
  } catch (error) {
    const failure = new Error(`no token: ${messageOf(error)}`, { cause: error });
    failure.name = loginErrorName;
    throw failure;
  }
}
