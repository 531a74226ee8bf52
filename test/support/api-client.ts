import type { OperationText } from "../../src/cli/demo/operation-text.ts";
import { connectClient } from "./gateway-harness.ts";

/** A client of one gateway, over real sockets, whose results have the types that `npm run codegen` made. */
export interface ApiClient extends AsyncDisposable {
  /** POSTs an operation. Rejects with what the gateway says if it answers with errors, also beside data. */
  query<Result, Variables extends Record<string, unknown>>(
    operation: OperationText<Result, Variables>,
    variables: Variables,
  ): Promise<Result>;
  /** The events of a subscription, which starts with the first `next`. `next` rejects if the gateway sends errors. */
  subscribe<Result, Variables extends Record<string, unknown>>(
    operation: OperationText<Result, Variables>,
    variables: Variables,
  ): AsyncIterator<Result, undefined>;
  /** Resolves once every view is served. */
  untilReady(): Promise<void>;
  /** Resolves once the view has so many subscribers. */
  untilSubscribed(view: string, subscribers: number): Promise<void>;
}

/** What GraphQL answers to one operation, or says in one event. */
interface Answer<Result> {
  readonly data?: Result | null | undefined;
  readonly errors?: unknown;
}

/** `apiUrl` and `adminUrl` as a command prints them: `http://…/graphql`. Connects when it is used; disposing closes its socket. */
export function openApiClient({ apiUrl, adminUrl }: { readonly apiUrl: string; readonly adminUrl: string }): ApiClient {
  const socket = connectClient(apiUrl.replace("http", "ws"));
  return {
    query: async <Result, Variables extends Record<string, unknown>>(
      operation: OperationText<Result, Variables>,
      variables: Variables,
    ) => {
      const response = await fetch(apiUrl, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: operation, variables }),
      });
      // True as far as the gateway answers by its schema, which the types of the result are generated from.
      return dataOf((await response.json()) as Answer<Result>);
    },
    subscribe: <Result, Variables extends Record<string, unknown>>(
      operation: OperationText<Result, Variables>,
      variables: Variables,
    ) => readEvents(() => socket.iterate<Result>({ query: operation, variables })),
    untilReady: () => until(async () => (await fetch(new URL("/readyz", apiUrl))).status === 200),
    untilSubscribed: (view, subscribers) =>
      until(async () => {
        const metrics = await (await fetch(new URL("/metrics", adminUrl))).text();
        return metrics.split("\n").includes(`tailwater_view_subscribers{view="${view}"} ${subscribers}`);
      }),
    [Symbol.asyncDispose]: async () => socket.dispose(),
  };
}

/** `open` is called by the first `next`: graphql-ws subscribes as soon as it is asked for an iterator. */
function readEvents<Result>(open: () => AsyncIterableIterator<Answer<Result>>): AsyncIterator<Result, undefined> {
  let events: AsyncIterableIterator<Answer<Result>> | undefined;
  return {
    next: async () => {
      events ??= open();
      const event = await events.next();
      return event.done === true ? { done: true, value: undefined } : { done: false, value: dataOf(event.value) };
    },
    return: async () => {
      await events?.return?.();
      return { done: true, value: undefined };
    },
  };
}

function dataOf<Result>({ data, errors }: Answer<Result>): Result {
  if (errors !== undefined || data === undefined || data === null)
    throw new Error(`Expected data without errors, found ${JSON.stringify({ data, errors })}`);
  return data;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
