import { createServer } from "node:net";

/**
 * Ports of 127.0.0.1 on which nobody listens. They lie below the range from which the system takes ports for outgoing
 * connections (from 32,768 on): a broker that is away must find its port free again, and a client that tries a port of
 * that range again and again can end up connected to itself.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
