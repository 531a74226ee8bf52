import { BroadcastChannel, parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../src/base/system-clock.ts";
import type { PostFromWorker, ToWorker } from "../src/decode/workers/ingest-protocol.ts";
import { IngestServer } from "../src/decode/workers/ingest-server.ts";
import { LoopLog, type LoopOrder } from "./loop-log.ts";
import { type LoopSetup, ordersChannel } from "./loop-thread.ts";

// The entry of an ingest worker's thread whose log is made up.

const port = parentPort;
if (port === null) throw new Error("the entry of ingest workers runs in a thread of its own");
const setup = workerData as LoopSetup; // `makeLoopSpawner` gives nothing else

const log = new LoopLog(setup.keys);
const post: PostFromWorker = (message, transferred) => port.postMessage(message, [...transferred]);
const server = new IngestServer({ ...setup, log, clock: systemClock, post });

const orders = new BroadcastChannel(ordersChannel);
orders.onmessage = ({ data }) => log.say(data as LoopOrder); // `LoopWorld` says nothing else

port.on("message", (message: ToWorker) => {
  if (message.type !== "stop") server.handle(message);
  else void server.stop().then(() => stop());
});

function stop(): void {
  orders.close();
  port?.close();
}
