import { type BrokerAddress, formatBrokerAddress, kafkaApis } from "./broker-connection.ts";
import { LogUnsupportedError } from "./kafka-log-errors.ts";

/** By API key, the versions that a broker speaks. */
export type ApiVersionRanges = Readonly<
  Record<string, { readonly minVersion: number; readonly maxVersion: number } | undefined>
>;

/** Throws `LogUnsupportedError` if the broker does not speak the version of a request that Tailwater sends. */
export function requireApiVersions(ranges: ApiVersionRanges, address: BrokerAddress): void {
  for (const api of Object.values(kafkaApis)) {
    const range = ranges[api.key];
    if (range !== undefined && range.minVersion <= api.version && api.version <= range.maxVersion) continue;
    throw new LogUnsupportedError({
      expected: `${formatBrokerAddress(address)} to speak ${api.name} version ${api.version}`,
      found: range === undefined ? "that it does not know it" : `versions ${range.minVersion} to ${range.maxVersion}`,
      remedy: "Use Apache Kafka 3.1 or newer.",
    });
  }
}
