/** Which server a process runs; see README.md. */
export type ServerKind = "gateway" | "apollo" | "bare" | "handwritten" | "stock-sockets";

/** What a server's process is asked for: one argument, as JSON. */
export interface ServerRequest {
  readonly kind: ServerKind;
  /** For `bare`: what it answers. */
  readonly answer: string;
}

/** What it is told later. */
export type ServerCommand = { readonly type: "change"; readonly note: string } | { readonly type: "cpu" };

/** What it says. */
export type ServerMessage =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "cpu"; readonly cpuMs: number };

/** A server of this process. */
export interface BenchServer {
  readonly port: number;
  /** Changes one order, whose note is then `note`, for subscribers to see. */
  change(note: string): void;
}
