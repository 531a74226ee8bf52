import type { ScalarName } from "../../mapping/view-definition.ts";
import { bigIntScalar } from "./big-int-scalar.ts";
import { booleanScalar } from "./boolean-scalar.ts";
import { bytesScalar } from "./bytes-scalar.ts";
import { dateScalar } from "./date-scalar.ts";
import { dateTimeScalar } from "./date-time-scalar.ts";
import { decimalScalar } from "./decimal-scalar.ts";
import { floatScalar } from "./float-scalar.ts";
import { idScalar } from "./id-scalar.ts";
import { intScalar } from "./int-scalar.ts";
import { jsonScalar } from "./json-scalar.ts";
import type { ScalarCodec } from "./scalar-codec.ts";
import { stringScalar } from "./string-scalar.ts";
import { timeScalar } from "./time-scalar.ts";
import { uuidScalar } from "./uuid-scalar.ts";

/** Every scalar by its name in SDL. */
export const scalarCodecs: Readonly<Record<ScalarName, ScalarCodec>> = {
  ID: idScalar,
  String: stringScalar,
  Int: intScalar,
  Float: floatScalar,
  Boolean: booleanScalar,
  DateTime: dateTimeScalar,
  Date: dateScalar,
  Time: timeScalar,
  BigInt: bigIntScalar,
  Decimal: decimalScalar,
  UUID: uuidScalar,
  JSON: jsonScalar,
  Bytes: bytesScalar,
};
