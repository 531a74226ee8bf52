import type { TransportOptions } from "../../src/transport/transport-options.ts";
import { type GatewayHarness, startTestGateway } from "../support/gateway-harness.ts";

/** What the transport's tests run through: operations compiled and answered directly, and all of them through graphql-js and Apollo Server. */
export const ways: ReadonlyArray<Pick<TransportOptions, "compiledOperations">> = [
  { compiledOperations: true },
  { compiledOperations: false },
];

/** Starts gateways that run operations one way. */
export function startingGateways(way: Pick<TransportOptions, "compiledOperations">): typeof startTestGateway {
  return (options = {}): Promise<GatewayHarness> =>
    startTestGateway({ ...options, transport: { ...options.transport, ...way } });
}
