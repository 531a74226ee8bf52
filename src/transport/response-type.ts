/** Content type of a response: plain JSON, or the one of GraphQL over HTTP, which lets a status speak of the operation. */
export type ResponseType = "application/json; charset=utf-8" | "application/graphql-response+json; charset=utf-8";

const json: ResponseType = "application/json; charset=utf-8";
const graphqlResponse: ResponseType = "application/graphql-response+json; charset=utf-8";

/** What clients send as `Accept`, as it is → what Apollo Server answers it with. */
const typesByAccept: ReadonlyMap<string, ResponseType> = new Map([
  ["*/*", json],
  ["application/json", json],
  ["application/json, */*", json],
  ["application/json, text/plain, */*", json],
  ["application/json,application/graphql-response+json", json],
  ["application/json, application/graphql-response+json", json],
  ["application/graphql-response+json", graphqlResponse],
  ["application/graphql-response+json,application/json", graphqlResponse],
  ["application/graphql-response+json, application/json", graphqlResponse],
  ["application/graphql-response+json,application/json;q=0.9", graphqlResponse],
  ["application/graphql-response+json, application/json;q=0.9", graphqlResponse],
  ["application/graphql-response+json, application/json, multipart/mixed", graphqlResponse],
  [
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed",
    graphqlResponse,
  ],
]);

/** The `Accept` headers that `chooseResponseType` knows. */
export const knownAccepts: readonly string[] = [...typesByAccept.keys()];

/**
 * The type of the response for an `Accept` header, if it is one of those that GraphQL clients are known to send;
 * undefined for any other: Apollo Server negotiates that. A table, since to weigh ranges and qualities for each request
 * costs more than the answer to a point query.
 */
export function chooseResponseType(accept: string | undefined): ResponseType | undefined {
  return accept === undefined ? json : typesByAccept.get(accept);
}
