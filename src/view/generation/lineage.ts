import { createHash } from "node:crypto";
import type { ViewDefinition } from "../../mapping/view-definition.ts";

/** What a position belongs to, as hex text: positions of another topic's life, mapping or isolation mean nothing here. */
export function makeLineage({ mappingHash, isolation }: ViewDefinition, incarnation: string): string {
  return createHash("sha256")
    .update(JSON.stringify([incarnation, mappingHash, isolation]))
    .digest("hex")
    .slice(0, 16);
}
