import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnswerBuffers } from "../../src/log/kafka/answer-buffers.ts";
import { FrameReader } from "../../src/log/kafka/frame-reader.ts";
import { WireWriter } from "../support/wire-writer.ts";

interface Answer {
  readonly correlationId: number;
  readonly body: Buffer;
}

const bodyBytes = fc.oneof(
  fc.nat({ max: 20 }),
  fc.constantFrom(65_531, 65_532, 65_533, 70_000, 131_072, 200_000), // those whose bytes are kept
);
const answers: fc.Arbitrary<Answer[]> = fc.array(
  fc
    .record({ correlationId: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), length: bodyBytes, seed: fc.nat() })
    .map(({ correlationId, length, seed }) => ({ correlationId, body: fill(length, seed) })),
  { maxLength: 8 },
);

describe("FrameReader", () => {
  test("gives the same answers in whatever pieces they come", () => {
    fc.assert(
      fc.property(answers, cuts(), (sent, cutAt) => {
        const received: Answer[] = [];
        const reader = new FrameReader(new AnswerBuffers(), { onFrame: (frame) => received.push(frame), onBroken });
        for (const piece of split(encode(sent), cutAt)) push(reader, piece);
        expect(hexOf(received)).toEqual(hexOf(sent));
      }),
      { numRuns: 300 },
    );
  });

  test("leaves an answer as it is until its bytes are given back, whatever others get them before and after", () => {
    const kept = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(answers, cuts(), kept, (sent, cutAt, keptFor) => {
        const buffers = new AnswerBuffers();
        /** Answers that somebody looks at, and at how many later ones they are given back. */
        let held: Array<{ readonly at: number; readonly body: Buffer; readonly until: number }> = [];
        let count = 0;
        const onFrame = ({ body }: Answer): void => {
          held.push({ at: count, body, until: count + (keptFor[count % keptFor.length] ?? 0) });
          for (const { at, body: shown } of held) expect(shown.equals(sent[at]?.body ?? Buffer.alloc(0))).toBe(true);
          for (const { body: over } of held.filter(({ until }) => until <= count)) buffers.giveBack(over);
          held = held.filter(({ until }) => until > count);
          count += 1;
        };
        const reader = new FrameReader(buffers, { onFrame, onBroken });
        for (const piece of split(encode(sent), cutAt)) {
          push(reader, piece);
          for (const { at, body } of held) expect(body.equals(sent[at]?.body ?? Buffer.alloc(0))).toBe(true);
        }
        expect(count).toBe(sent.length);
      }),
      { numRuns: 300 },
    );
  });

  test.each([3, 0, -1, -(2 ** 31), 2 ** 30 + 1, 2 ** 31 - 1])(
    "says that %i is no length of an answer, after those that came before it",
    (length) => {
      fc.assert(
        fc.property(answers, cuts(), (sent, cutAt) => {
          const said: Array<Answer | number> = [];
          const reader = new FrameReader(new AnswerBuffers(), {
            onFrame: (frame) => said.push(frame),
            onBroken: (lengthBytes) => said.push(lengthBytes),
          });
          const stream = Buffer.concat([encode(sent), new WireWriter().int32(length).end()]);
          for (const piece of split(stream, cutAt)) push(reader, piece);
          expect(said).toHaveLength(sent.length + 1);
          expect(said.at(-1)).toBe(length);
        }),
        { numRuns: 20 },
      );
    },
  );
});

/** Shares of a stream at which it is cut; also several times at one place, and in a run of single bytes. */
function cuts(): fc.Arbitrary<readonly number[]> {
  return fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
}

function split(stream: Buffer, cutAt: readonly number[]): Buffer[] {
  const places = cutAt.map((share) => Math.floor(share * stream.length));
  // The first bytes one by one: a length comes in pieces too.
  const all = [0, ...(cutAt.length > 6 ? [1, 2, 3, 5] : []), ...places, stream.length]
    .filter((place) => place <= stream.length)
    .sort((left, right) => left - right);
  return all.slice(1).map((end, at) => stream.subarray(all[at], end));
}

/** Pushes a copy, whose bytes are others afterwards. */
function push(reader: FrameReader, piece: Buffer): void {
  const copy = Buffer.from(piece);
  reader.push(copy);
  copy.fill(0xdd);
}

function encode(sent: readonly Answer[]): Buffer {
  const writer = new WireWriter();
  for (const { correlationId, body } of sent)
    writer
      .int32(body.length + 4)
      .int32(correlationId)
      .raw(body);
  return writer.end();
}

function hexOf(list: readonly Answer[]): unknown[] {
  return list.map(({ correlationId, body }) => [correlationId, body.length, Buffer.from(body).toString("base64")]);
}

function fill(length: number, seed: number): Buffer {
  return Buffer.alloc(length, Buffer.from(`${seed},`));
}

function onBroken(lengthBytes: number): never {
  throw new Error(`a length of ${lengthBytes} bytes was said to be none`);
}
