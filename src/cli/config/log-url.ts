/** Which log `log` names. */
export type LogAddress =
  | { readonly kind: "kafka"; readonly brokers: readonly string[] }
  | { readonly kind: "embedded"; readonly directory: string };

const broker = /^(\[[0-9a-f:.]+\]|[^\s:/@]+):\d{1,5}$/i;

/** Reads `kafka://host:port,host:port` or `ndjson:DIRECTORY`; undefined for anything else. */
export function parseLogUrl(url: string): LogAddress | undefined {
  const [, scheme, rest = ""] = /^(kafka:\/\/|ndjson:)(.*)$/s.exec(url) ?? [];
  if (scheme === "ndjson:") return rest === "" ? undefined : { kind: "embedded", directory: rest };
  const brokers = rest.split(",").map((name) => name.trim());
  return scheme !== undefined && brokers.every((name) => broker.test(name)) ? { kind: "kafka", brokers } : undefined;
}
