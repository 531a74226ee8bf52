import { type HttpLoadFigures, type HttpLoadRequest, runHttpLoad } from "./http-load.ts";
import { runSocketLoad, type SocketLoadFigures, type SocketLoadRequest } from "./socket-load.ts";

export type LoadRequest = HttpLoadRequest | SocketLoadRequest;

/** What the process says. It waits for `go` after `measured`. */
export type LoadMessage =
  | { readonly type: "change"; readonly note: string }
  | { readonly type: "measured"; readonly moment: "begin" | "end" }
  | { readonly type: "http"; readonly figures: HttpLoadFigures }
  | { readonly type: "sockets"; readonly figures: SocketLoadFigures };

/** One run of load, alone in its process. */
process.once("disconnect", () => process.exit(1));
// The cast is true because child-processes.ts writes the argument.
const request = JSON.parse(process.argv[2] ?? "") as LoadRequest;
if (request.type === "http") send({ type: "http", figures: await runHttpLoad(request) });
else {
  const figures = await runSocketLoad(
    request,
    (note) => send({ type: "change", note }),
    async (moment) => {
      const told = new Promise((resolve) => process.once("message", resolve));
      send({ type: "measured", moment });
      await told;
    },
  );
  send({ type: "sockets", figures });
}
process.removeAllListeners("disconnect");
process.disconnect?.();

function send(message: LoadMessage): void {
  process.send?.(message);
}
