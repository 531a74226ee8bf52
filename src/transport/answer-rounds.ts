import type { Clock } from "../base/clock.ts";

/** An answer that was made and has to be sent. */
export interface MadeAnswer {
  readonly bytes: number;
  /** Never throws. */
  send(): void;
}

/** Makes the answer to one of those that wait, at this monotonic time; undefined if another one does that, later. Never throws. */
export type MakeAnswer<Waiting> = (waiting: Waiting, nowMs: number) => MadeAnswer | undefined;

/** A round ends with the answer that makes it so great. */
const roundBytes = 512 * 1024;
/** Or that was made so late. */
const roundMs = 1;

/**
 * Answers together what has come in one turn of the event loop: makes the answers, then sends them. To send one is a call
 * into the system, which leaves the processor's caches and what it has learnt of our branches to other code; without such
 * calls between the answers, and with whoever is at the other end woken once, a point query costs a third less. Rounds
 * are short, each is a macrotask: else answers that are made would wait for costly ones, in much memory, and health
 * checks too. Returns what adds a waiting one; they are answered in order.
 */
export function createAnswerRounds<Waiting>(
  make: MakeAnswer<Waiting>,
  clock: Pick<Clock, "monotonicMs">,
): (waiting: Waiting) => void {
  const waiting: Waiting[] = [];
  const answerRound = (): void => {
    let nowMs = clock.monotonicMs();
    const endMs = nowMs + roundMs;
    const made: MadeAnswer[] = [];
    let bytes = 0;
    let count = 0;
    for (const one of waiting) {
      count += 1;
      const answer = make(one, nowMs);
      if (answer !== undefined) {
        made.push(answer);
        bytes += answer.bytes;
      }
      nowMs = clock.monotonicMs();
      if (bytes >= roundBytes || nowMs >= endMs) break;
    }
    waiting.splice(0, count);
    if (waiting.length > 0) setImmediate(answerRound);
    for (const answer of made) answer.send();
  };
  return (one) => {
    waiting.push(one);
    if (waiting.length === 1) setImmediate(answerRound);
  };
}
