import { Agent, get } from "node:http";
import { percentile } from "./statistics.ts";

/** How long `/readyz` took to answer. */
export interface ReadinessFigures {
  readonly polls: number;
  readonly maxMs: number;
  readonly p99Ms: number;
}

const pollMs = 50;

/**
 * Asks every 50 ms, whether or not the last answer has come, so that a gateway that answers late is not asked less. The
 * function that it returns ends that, waits for the answers that are due and gives the figures; it throws if an answer
 * was neither 200 nor 503.
 */
export function pollReadiness(url: string): () => Promise<ReadinessFigures> {
  const agent = new Agent({ keepAlive: true });
  const answers: Array<Promise<number | Error>> = [];
  const ask = () => answers.push(timeAnswer(url, agent));
  ask();
  const ticker = setInterval(ask, pollMs);
  return async () => {
    clearInterval(ticker);
    const results = await Promise.all(answers);
    agent.destroy();
    const failure = results.find((result) => result instanceof Error);
    if (failure !== undefined) throw failure;
    const timesMs = results.filter((result) => typeof result === "number");
    return { polls: timesMs.length, maxMs: percentile(timesMs, 100), p99Ms: percentile(timesMs, 99) };
  };
}

/** Milliseconds to the end of the answer, or why there is none. Never rejects. */
function timeAnswer(url: string, agent: Agent): Promise<number | Error> {
  const sentMs = performance.now();
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.once("error", resolve);
      response.once("end", () => {
        const { statusCode } = response;
        if (statusCode === 200 || statusCode === 503) resolve(performance.now() - sentMs);
        else resolve(new Error(`Expected ${url} to answer 200 or 503, found ${statusCode}.`));
      });
    }).once("error", resolve);
  });
}
