import { describe, expect, test } from "vitest";
import { SharedBuffers } from "../../../src/view/memory/shared-buffers.ts";

const megabyte = 1_048_576;

describe("shared buffers", () => {
  test.each([
    ["kept and dropped", megabyte],
    ["too large to be kept", 8 * megabyte],
  ])("that are %s are soon gone from the process, though the collector does not count them", async (_, byteLength) => {
    const buffers = new SharedBuffers();
    const roundBytes = 64 * megabyte;
    const rounds = 20;
    const before = process.memoryUsage.rss();
    for (let round = 0; round < rounds; round += 1) {
      const taken = Array.from({ length: roundBytes / byteLength }, () => buffers.take(byteLength));
      for (const buffer of taken) new Uint8Array(buffer).fill(1); // from now on they are resident
      for (const buffer of taken) buffers.giveBack(buffer);
      buffers.drop();
      await new Promise(setImmediate);
    }
    expect(buffers.keptBytes).toBe(0);
    expect(process.memoryUsage.rss() - before).toBeLessThan((rounds / 2) * roundBytes);
  });
});
