import { describe, expect, test } from "vitest";
import { formatBrokerAddress, parseBrokerAddress } from "../../../src/log/kafka/broker-connection.ts";

describe("parseBrokerAddress", () => {
  test.each([
    ["broker-1:9092", { host: "broker-1", port: 9092 }],
    [" 10.0.0.1:1 ", { host: "10.0.0.1", port: 1 }],
    ["[::1]:65535", { host: "::1", port: 65_535 }],
  ])("reads %s", (text, address) => {
    expect(parseBrokerAddress(text)).toEqual(address);
    expect(formatBrokerAddress(address)).toBe(text.trim());
  });

  test.each(["", "broker", "broker:", ":9092", "broker:0", "broker:65536", "::1:9092", "a:b:1"])(
    "refuses %j",
    (text) => {
      expect(parseBrokerAddress(text)).toBeUndefined();
    },
  );
});
