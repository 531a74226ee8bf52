import { describe, expect, test } from "vitest";
import { BufferPool, bufferPoolLimits } from "../../../src/decode/columns/buffer-pool.ts";

describe("a buffer pool", () => {
  test("gives out again what came back, for all it is large enough for", () => {
    const pool = new BufferPool();
    const buffer = pool.takeBuffer(100_000);
    expect(buffer.byteLength).toBeGreaterThanOrEqual(100_000);
    pool.returnBuffer(buffer);
    expect(pool.takeBuffer(2 ** 18)).not.toBe(buffer);
    expect(pool.takeBuffer(90_000)).toBe(buffer);
    expect(pool.takeBuffer(90_000)).not.toBe(buffer);
  });

  test("keeps a bounded number of bytes", () => {
    const pool = new BufferPool();
    const first = pool.takeBuffer(bufferPoolLimits.idleBytes);
    const second = pool.takeBuffer(1);
    pool.returnBuffer(first);
    pool.returnBuffer(second);
    expect(pool.takeBuffer(1)).not.toBe(second);
    expect(pool.takeBuffer(bufferPoolLimits.idleBytes)).toBe(first);
  });

  test("refuses a buffer that came from no pool", () => {
    expect(() => new BufferPool().returnBuffer(new ArrayBuffer(100))).toThrow("100 bytes");
  });
});
