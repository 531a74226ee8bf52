import { reject } from "../value-problem.ts";
import { makeTextCodec } from "./text-codec.ts";

/** Bytes: base64 text, standard alphabet, padded, nothing left over: one text for each run of bytes. */
export const bytesScalar = makeTextCodec((value) =>
  typeof value === "string" && Buffer.from(value, "base64").toString("base64") === value
    ? value
    : reject("Bytes (padded base64 text)", value),
);
