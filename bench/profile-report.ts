import type { ProfileSummary } from "./cpu-profile.ts";
import { formatTable } from "./text-table.ts";

const shownFunctions = 30;

/** The profile of a replay for people. Pure. */
export function formatProfile({ busyMs, areas, functions }: ProfileSummary, records: number): string {
  const share = (selfMs: number) => [
    `${((100 * selfMs) / busyMs).toFixed(1)} %`,
    ((1000 * selfMs) / records).toFixed(2),
  ];
  return [
    formatTable([
      ["part of the program", "self time", "µs/record"],
      ...areas.map(({ area, selfMs }) => [area, ...share(selfMs)]),
    ]),
    "\n",
    formatTable([
      ["function", "self time", "µs/record", "at"],
      ...functions.slice(0, shownFunctions).map(({ name, place, selfMs }) => [name, ...share(selfMs), place]),
    ]),
  ].join("");
}
