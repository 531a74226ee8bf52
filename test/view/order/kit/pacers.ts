import type { Pacer } from "../../../../src/view/pacer.ts";

/** Never gives way. */
export const restless: Pacer = { giveWay: () => undefined };

/** Gives way each time, and looks at what has been done by then. */
export function createEagerPacer(look: () => void = () => {}): Pacer {
  return {
    giveWay: () => {
      look();
      return Promise.resolve();
    },
  };
}

/** Gives way each time and fails at the time of that number, from 1 on. */
export function createFailingPacer(failAt: number, reason: Error): Pacer & { readonly times: number } {
  let times = 0;
  return {
    get times() {
      return times;
    },
    giveWay: () => {
      times += 1;
      return times === failAt ? Promise.reject(reason) : Promise.resolve();
    },
  };
}
