import { reject } from "../value-problem.ts";
import { dayMs, formatClock, parseClock } from "./iso-time.ts";
import { makeTextCodec } from "./text-codec.ts";

/**
 * Time: a time of day with its offset, held in UTC as `HH:MM:SS.mmmZ`, so that text order is the order of times.
 * Not graphql-scalars' parser: it takes `10:00:00|01:00` and answers with a `Date` of today.
 */
export const timeScalar = makeTextCodec((value) => {
  const ms = typeof value === "string" ? parseClock(value, 0) : Number.NaN;
  return Number.isNaN(ms)
    ? reject("a Time (like 10:15:30Z or 10:15:30.250+02:00)", value)
    : formatClock((ms + dayMs) % dayMs);
});
