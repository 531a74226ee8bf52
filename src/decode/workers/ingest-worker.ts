import { parentPort, workerData } from "node:worker_threads";
import { InvariantError } from "../../base/errors.ts";
import { systemClock } from "../../base/system-clock.ts";
import { openLog } from "../../log/open-log.ts";
import type { PostFromWorker, ToWorker, WorkerSetup } from "./ingest-protocol.ts";
import { IngestServer } from "./ingest-server.ts";
import { createPostedCounters } from "./posted-counters.ts";
import { createPostedLogger } from "./posted-logger.ts";

// The entry of an ingest worker's thread: opens its own log and serves reads until it is told to stop. A defect ends the
// thread with the error; the thread of the views replaces it.

const port = parentPort;
if (port === null) throw new InvariantError("the entry of ingest workers runs in a thread of its own");
const setup = workerData as WorkerSetup; // `makeThreadSpawner` gives nothing else

const post: PostFromWorker = (message, transferred) => port.postMessage(message, [...transferred]);
const log = openLog(setup.log, {
  clock: systemClock,
  logger: createPostedLogger((line) => post(line, [])),
  metrics: createPostedCounters((count) => post(count, [])),
  random: Math.random,
});
const server = new IngestServer({ ...setup, log, clock: systemClock, post });

// Only who started the thread has the other end.
port.on("message", (message: ToWorker) => {
  if (message.type !== "stop") server.handle(message);
  else void server.stop().then(() => port.close()); // a rejection ends the thread with the error
});
