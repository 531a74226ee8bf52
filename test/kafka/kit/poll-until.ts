import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 25;
/** Far beyond what any wait takes on a busy machine, and below the time of a test, so that it says what was found. */
const timeoutMs = 90_000;

/** Asks another process again and again until its answer is as wanted, and returns that answer. Throws with the last one if it does not come. */
export async function pollUntil<T>(what: string, ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`Expected ${what}, found ${JSON.stringify(answer)}`);
    await sleep(pollMs);
  }
}
