import { requireWellFormed } from "../strict-text.ts";
import { reject } from "../value-problem.ts";
import { makeTextCodec } from "./text-codec.ts";

/** String: any well-formed text. A number or boolean is a wrong type. */
export const stringScalar = makeTextCodec((value) =>
  typeof value === "string" ? requireWellFormed(value) : reject("a String", value),
);
