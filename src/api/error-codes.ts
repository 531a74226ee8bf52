import type { ClientErrorCode } from "../base/errors.ts";

/** How a client error looks over HTTP, and what a client may do about it. */
export interface ClientErrorFacts {
  /** Status of a response that has no data because of this error, where the protocol leaves the choice to us. */
  readonly httpStatus: number;
  /** The same operation may succeed later without being changed. */
  readonly isRetriable: boolean;
  /** For the `Retry-After` header. */
  readonly retryAfterSeconds?: number | undefined;
}

/** Every code that a client may meet; golden file `test/golden/error-codes.txt`. */
export const clientErrorFacts: Readonly<Record<ClientErrorCode, ClientErrorFacts>> = {
  BAD_USER_INPUT: { httpStatus: 400, isRetriable: false },
  GRAPHQL_PARSE_FAILED: { httpStatus: 400, isRetriable: false },
  GRAPHQL_VALIDATION_FAILED: { httpStatus: 400, isRetriable: false },
  CURSOR_INVALID: { httpStatus: 400, isRetriable: false },
  POSITION_INVALID: { httpStatus: 400, isRetriable: false },
  VIEW_NOT_READY: { httpStatus: 503, isRetriable: true, retryAfterSeconds: 5 },
  VIEW_FAILED: { httpStatus: 500, isRetriable: false },
  QUERY_TOO_DEEP: { httpStatus: 400, isRetriable: false },
  QUERY_TOO_COSTLY: { httpStatus: 400, isRetriable: false },
  TOO_MANY_SUBSCRIPTIONS: { httpStatus: 429, isRetriable: true, retryAfterSeconds: 5 },
  SUBSCRIBER_TOO_SLOW: { httpStatus: 503, isRetriable: true, retryAfterSeconds: 1 },
  SHUTTING_DOWN: { httpStatus: 503, isRetriable: true, retryAfterSeconds: 5 },
  INTERNAL_SERVER_ERROR: { httpStatus: 500, isRetriable: false },
};
