import type { ApolloServerPlugin, HTTPGraphQLRequest } from "@apollo/server";

const kinds = new WeakMap<HTTPGraphQLRequest, string>();

/** Notes of each request what kind of operation it named, as soon as that is known. */
export const operationKindPlugin: ApolloServerPlugin = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ request: { http }, operation }) => {
      if (http !== undefined && operation !== undefined) kinds.set(http, operation.operation);
    },
  }),
};

/** `query`, `mutation` or `subscription`, after Apollo Server has answered; `none` if the request named none that may run. */
export function getOperationKind(request: HTTPGraphQLRequest): string {
  return kinds.get(request) ?? "none";
}
