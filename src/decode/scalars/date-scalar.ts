import { reject } from "../value-problem.ts";
import { parseDays } from "./iso-time.ts";
import { makeTextCodec } from "./text-codec.ts";

/** Date: a day that exists, `YYYY-MM-DD`, years 0000 to 9999; its text order is the order of days. */
export const dateScalar = makeTextCodec((value) =>
  typeof value === "string" && value.length === 10 && !Number.isNaN(parseDays(value))
    ? value
    : reject("a Date (like 2024-05-31)", value),
);
