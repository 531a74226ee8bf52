import { reject } from "../value-problem.ts";
import { makeTextCodec } from "./text-codec.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** UUID: 36 characters, hyphens included, any version, either case; held in lower case. */
export const uuidScalar = makeTextCodec((value) =>
  typeof value === "string" && uuid.test(value)
    ? value.toLowerCase()
    : reject("a UUID (like 123e4567-e89b-12d3-a456-426614174000)", value),
);
