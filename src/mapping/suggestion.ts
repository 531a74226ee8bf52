import { didYouMean } from "../base/nearest-name.ts";

/** `. Did you mean X?`, to end a problem's message with, or an empty text if no candidate is near. */
export function makeSuggestion(name: string, candidates: Iterable<string>): string {
  const suggestion = didYouMean(name, [...candidates]);
  return suggestion === "" ? "" : `.${suggestion}`;
}
