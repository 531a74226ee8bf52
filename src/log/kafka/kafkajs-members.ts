import { LogUnsupportedError } from "./kafka-log-errors.ts";

/** Throws `LogUnsupportedError` naming the member of kafkajs that is missing; kafkajs promises none of those used here. */
export function requireKafkajsMember(member: unknown, name: string): void {
  if (member !== undefined && member !== null) return;
  throw new LogUnsupportedError({
    expected: `kafkajs 2.2.4 with its member ${name}`,
    found: "none of this name",
    remedy: "Install exactly kafkajs 2.2.4, unbundled and unminified.",
  });
}
