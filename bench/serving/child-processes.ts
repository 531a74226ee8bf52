import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { HttpLoadFigures, HttpLoadRequest } from "./http-load.ts";
import type { LoadMessage, LoadRequest } from "./load-process.ts";
import type { ServerCommand, ServerMessage, ServerRequest } from "./server-protocol.ts";
import type { SocketLoadFigures, SocketLoadRequest } from "./socket-load.ts";

/** A server in a process of its own. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  tell(command: ServerCommand): void;
  /** User and system time until now. */
  readCpuMs(): Promise<number>;
}

/** Starts it; resolves when it listens. */
export async function startServer(request: ServerRequest): Promise<RunningServer> {
  const child = startProgram("server-process.ts", request);
  const tell = (command: ServerCommand): void => void child.send(command);
  const listening = await receive<ServerMessage>(child);
  return {
    port: listening.type === "listening" ? listening.port : 0,
    tell,
    readCpuMs: async () => {
      const answer = receive<ServerMessage>(child);
      tell({ type: "cpu" });
      const message = await answer;
      return message.type === "cpu" ? message.cpuMs : Number.NaN;
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

/** One run of load over HTTP. */
export async function loadHttp(request: HttpLoadRequest): Promise<HttpLoadFigures> {
  const child = startProgram("load-process.ts", request satisfies LoadRequest);
  const message = await receive<LoadMessage>(child);
  if (message.type !== "http") throw new Error(`Expected figures, found ${message.type}.`);
  return message.figures;
}

/** One run with subscribers; with it, the server's CPU time for each message. */
export async function loadSockets(
  server: RunningServer,
  request: Omit<SocketLoadRequest, "port" | "type">,
): Promise<SocketLoadFigures & { readonly cpuUsPerMessage: number }> {
  const child = startProgram("load-process.ts", {
    type: "sockets",
    port: server.port,
    ...request,
  } satisfies LoadRequest);
  const cpuMs: number[] = [];
  return await new Promise((resolve, reject) => {
    child.on("message", (message: LoadMessage) => {
      if (message.type === "change") server.tell(message);
      else if (message.type === "measured") {
        server.readCpuMs().then((ms) => {
          cpuMs.push(ms);
          child.send("go");
        }, reject);
      } else if (message.type === "sockets") {
        const [begin = 0, end = 0] = cpuMs;
        const messages = request.subscribers * request.changes;
        resolve({ ...message.figures, cpuUsPerMessage: ((end - begin) * 1_000) / messages });
      }
    });
    child.once("exit", (code) => reject(new Error(`Expected the load's figures, found its end with ${code}.`)));
  });
}

function startProgram(file: string, request: unknown): ChildProcess {
  return fork(join(import.meta.dirname, file), [JSON.stringify(request)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

/** The next message; rejects if the process ends before. */
function receive<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`Expected a message, found an end with ${code}.`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as Message); // the programs here send nothing else
    });
  });
}
