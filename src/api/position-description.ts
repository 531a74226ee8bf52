import type { ViewPosition } from "../view/view-position.ts";
import { decodePosition, positionTokenVersion } from "./position-token.ts";

/** A position token as people read it: partitions as texts, because JSON members are. */
export interface PositionDescription {
  readonly version: number;
  /** ISO 8601, UTC: the minute of the cut. */
  readonly issuedAt: string;
  readonly views: ReadonlyArray<{
    readonly view: string;
    readonly lineage: string;
    /** Partition → next offset to read. */
    readonly positions: Readonly<Record<string, number>>;
    /** Partition → leader epoch, where one is known. */
    readonly epochs: Readonly<Record<string, number>>;
  }>;
}

/** What a token's text says. Throws `PositionInvalidError` if it is none. */
export function describePosition(text: string): PositionDescription {
  const { issuedAtMs, views } = decodePosition(text);
  return {
    version: positionTokenVersion,
    issuedAt: new Date(issuedAtMs).toISOString(),
    views: views.map(describeView),
  };
}

function describeView({ view, lineage, positions, epochs }: ViewPosition): PositionDescription["views"][number] {
  return { view, lineage, positions: Object.fromEntries(positions), epochs: Object.fromEntries(epochs) };
}
