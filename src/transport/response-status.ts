import { clientErrorFacts } from "../api/error-codes.ts";
import { isClientErrorCode } from "../base/errors.ts";

/** What the first error of a response without data asks of the response's head. */
export interface ErrorHead {
  /** The code's own, where the protocol leaves the choice to us. */
  readonly httpStatus: number;
  readonly retryAfterSeconds: number | undefined;
}

/** Undefined if the response has data, or no error that a client may see. */
export function getErrorHead({
  data,
  errors,
}: {
  readonly data?: unknown;
  readonly errors?:
    | ReadonlyArray<{ readonly extensions?: { readonly [name: string]: unknown } | undefined }>
    | undefined;
}): ErrorHead | undefined {
  const [first] = errors ?? [];
  const code = String(first?.extensions?.["code"]);
  if ((data !== null && data !== undefined) || !isClientErrorCode(code)) return undefined;
  const { httpStatus, retryAfterSeconds } = clientErrorFacts[code];
  return { httpStatus, retryAfterSeconds };
}
