import leven from "leven";

/** ` Did you mean X?` for the candidate nearest to `name`, or an empty text if none is near (a third of its letters). */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const nearest = candidates
    .map((candidate) => ({ candidate, distance: leven(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance)[0];
  if (nearest === undefined || nearest.distance > Math.max(2, Math.ceil(name.length / 3))) return "";
  return ` Did you mean ${nearest.candidate}?`;
}
