import { describe, expect, test } from "vitest";
import { AnswerBuffers } from "../../../src/log/kafka/answer-buffers.ts";

const large = 100_000;

describe("AnswerBuffers", () => {
  test("gives just as many bytes as are asked for, of those that came back if they are enough", () => {
    const buffers = new AnswerBuffers();
    const first = buffers.take(large);
    buffers.giveBack(first);
    expect(first).toHaveLength(large);
    expect(buffers.take(2 * large).buffer).not.toBe(first.buffer);
    const again = buffers.take(large - 10);
    expect(again).toHaveLength(large - 10);
    expect(again.buffer).toBe(first.buffer);
  });

  test("gives nobody bytes that somebody else has, also if they come back twice or in part", () => {
    const buffers = new AnswerBuffers();
    const first = buffers.take(large);
    buffers.giveBack(first);
    buffers.giveBack(first.subarray(4));
    expect(buffers.take(large).buffer).not.toBe(buffers.take(large).buffer);
  });

  test("leaves large ones to large answers", () => {
    const buffers = new AnswerBuffers();
    const first = buffers.take(large);
    buffers.giveBack(first);
    expect(buffers.take(1_000).buffer).not.toBe(first.buffer);
    expect(buffers.take(large).buffer).toBe(first.buffer);
  });

  test("keeps no small ones, and of large ones the last two", () => {
    const buffers = new AnswerBuffers();
    const small = buffers.take(1_000);
    buffers.giveBack(small);
    expect(buffers.take(1_000).buffer).not.toBe(small.buffer);
    const given = [buffers.take(large), buffers.take(large), buffers.take(large)];
    for (const one of given) buffers.giveBack(one);
    const taken = new Set([buffers.take(large), buffers.take(large), buffers.take(large)].map(({ buffer }) => buffer));
    expect(given.map(({ buffer }) => taken.has(buffer))).toEqual([false, true, true]);
  });

  test("drops what it keeps", () => {
    const buffers = new AnswerBuffers();
    const first = buffers.take(large);
    buffers.giveBack(first);
    buffers.drop();
    expect(buffers.take(large).buffer).not.toBe(first.buffer);
  });
});
