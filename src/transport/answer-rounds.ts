import type { Clock } from "../base/clock.ts";

/** An answer that was made and has to be sent. */
export interface MadeAnswer {
  readonly bytes: number;
  /** Never throws. */
  send(): void;
}

/** Makes the answer to one of those that wait; undefined if another one does that, later. Never throws. */
export type MakeAnswer<Waiting> = (waiting: Waiting) => MadeAnswer | undefined;

/** What is made goes out before more is made, once it is so much. */
const roundBytes = 128 * 1024;
/** Or once it took so long to make. */
const roundMs = 1;

/**
 * Answers together what has come in one turn of the event loop: makes the answers, then sends them. To send one is a call
 * into the system, which leaves the processor's caches and what it has learnt of our branches to other code; an answer
 * that is made right after another one costs a third of one that is made right after a call, and whoever is at the other
 * end is woken once. A round ends early where that would hold answers back, or much memory. Returns what adds a waiting
 * one; they are answered in order, on a macrotask of their own.
 */
export function createAnswerRounds<Waiting>(
  make: MakeAnswer<Waiting>,
  clock: Pick<Clock, "monotonicMs">,
): (waiting: Waiting) => void {
  let waiting: Waiting[] = [];
  const made: MadeAnswer[] = [];
  const send = (): void => {
    for (const answer of made) answer.send();
    made.length = 0;
  };
  const answerAll = (): void => {
    const all = waiting;
    waiting = [];
    let bytes = 0;
    let startedAtMs = clock.monotonicMs();
    for (const one of all) {
      const answer = make(one);
      if (answer === undefined) continue;
      made.push(answer);
      bytes += answer.bytes;
      if (bytes < roundBytes && clock.monotonicMs() - startedAtMs < roundMs) continue;
      send();
      bytes = 0;
      startedAtMs = clock.monotonicMs();
    }
    send();
  };
  return (one) => {
    waiting.push(one);
    if (waiting.length === 1) setImmediate(answerAll);
  };
}
