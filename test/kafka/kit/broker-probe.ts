import { connect } from "node:net";

const metadataKey = 3;
const metadataVersion = 1;

/** True if the node at this port answers a Metadata request with at least `brokers` brokers: it can be used. */
export function answersMetadata(port: number, brokers: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const finish = (isReady: boolean) => {
      socket.destroy();
      resolve(isReady);
    };
    let answer: Buffer = Buffer.alloc(0);
    socket.setTimeout(2000, () => finish(false));
    socket.once("error", () => finish(false));
    socket.once("close", () => resolve(false));
    socket.once("connect", () => socket.write(metadataRequest()));
    socket.on("data", (bytes: Buffer) => {
      answer = Buffer.concat([answer, bytes]);
      // Length, correlation id, number of brokers.
      if (answer.length >= 12) finish(answer.readInt32BE(8) >= brokers);
    });
  });
}

/** Metadata v1 of no topic: the brokers only. */
function metadataRequest(): Buffer {
  const client = Buffer.from("probe");
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + client.length + 4);
  let at = request.writeInt32BE(request.length - 4, 0);
  at = request.writeInt16BE(metadataKey, at);
  at = request.writeInt16BE(metadataVersion, at);
  at = request.writeInt32BE(1, at);
  at = request.writeInt16BE(client.length, at);
  at += client.copy(request, at);
  request.writeInt32BE(0, at);
  return request;
}
