import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantError } from "../../../src/base/errors.ts";
import { type Chunk, ChunkAllocator } from "../../../src/view/memory/chunk-allocator.ts";
import { SharedBuffers } from "../../../src/view/memory/shared-buffers.ts";

function bytesOf({ buffer, byteOffset, byteLength }: Chunk): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

describe("ChunkAllocator", () => {
  test("hands out disjoint zeroed chunks and counts each account's exactly", () => {
    const step = fc.record({
      isFree: fc.boolean(),
      pick: fc.nat(),
      bytes: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom(65_536, 524_288, 1_048_576)),
      account: fc.constantFrom("a", "b"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const allocator = new ChunkAllocator();
        const out: { chunk: Chunk; account: string; mark: number }[] = [];
        for (const [at, { isFree, pick, bytes, account }] of steps.entries()) {
          if (isFree && out.length > 0) {
            const [freed] = out.splice(pick % out.length, 1);
            if (freed !== undefined) allocator.free(freed.chunk, freed.account);
          } else {
            const chunk = allocator.allocate(bytes, account);
            expect(chunk.byteLength).toBeGreaterThanOrEqual(bytes);
            expect(chunk.address % 64).toBe(0);
            expect(chunk.byteOffset % 64).toBe(0);
            expect(bytesOf(chunk).every((byte) => byte === 0)).toBe(true);
            bytesOf(chunk).fill((at % 255) + 1);
            out.push({ chunk, account, mark: (at % 255) + 1 });
          }
          for (const name of ["a", "b"]) {
            const sum = out.reduce((total, one) => total + (one.account === name ? one.chunk.byteLength : 0), 0);
            expect(allocator.bytesOf(name)).toBe(sum);
          }
          expect(allocator.totalBytes).toBe(allocator.bytesOf("a") + allocator.bytesOf("b"));
          expect(allocator.heldBytes).toBeGreaterThanOrEqual(allocator.totalBytes);
        }
        for (const { chunk, mark } of out) expect(bytesOf(chunk).every((byte) => byte === mark)).toBe(true);
        const places = out.map(({ chunk }) => chunk).sort((left, right) => left.address - right.address);
        for (const [at, { address }] of places.entries()) {
          const before = places[at - 1];
          if (before !== undefined) expect(address).toBeGreaterThanOrEqual(before.address + before.byteLength);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("hands a small freed chunk out again", () => {
    const allocator = new ChunkAllocator();
    const first = allocator.allocate(100, "a");
    allocator.free(first, "a");
    const { heldBytes } = allocator;
    expect(allocator.allocate(100, "b").address).toBe(first.address);
    expect(allocator.heldBytes).toBe(heldBytes);
  });

  test("gives large chunks back for other views, and on close everything", () => {
    const buffers = new SharedBuffers();
    const [one, other] = [new ChunkAllocator(buffers), new ChunkAllocator(buffers)];
    const freed = one.allocate(1_048_576, "a");
    bytesOf(freed).fill(7);
    one.free(freed, "a");
    expect(buffers.keptBytes).toBe(1_048_576);
    const again = other.allocate(1_048_576, "b");
    expect(again.buffer).toBe(freed.buffer);
    expect(bytesOf(again).every((byte) => byte === 0)).toBe(true);
    other.allocate(100, "b");
    other.close();
    expect([buffers.keptBytes, other.totalBytes, other.heldBytes]).toEqual([1_048_576 + 65_536, 0, 0]);
  });

  test("refuses a chunk freed twice or to another account", () => {
    const allocator = new ChunkAllocator();
    const chunk = allocator.allocate(100, "a");
    expect(() => allocator.free(chunk, "b")).toThrow(InvariantError);
    allocator.free(chunk, "a");
    expect(() => allocator.free(chunk, "a")).toThrow(InvariantError);
  });
});
