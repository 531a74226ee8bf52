import { afterEach, beforeEach, describe, test } from "vitest";
import type { ContractContext } from "./contract-context.ts";
import { contractOfEnding } from "./log-contract-ending.ts";
import { contractOfFollowing } from "./log-contract-following.ts";
import { contractOfLoss } from "./log-contract-loss.ts";
import { contractOfRecords } from "./log-contract-records.ts";
import { contractOfShares } from "./log-contract-shares.ts";
import type { LogContractOptions, LogFixture, OpenLogFixture } from "./log-fixture.ts";
import { LogTape } from "./log-tape.ts";

/** The contract of `Log`, as tests. `openFixture` is called for each test; its `close` after it. */
export function describeLogContract(
  name: string,
  openFixture: OpenLogFixture,
  { missing = {} }: LogContractOptions = {},
): void {
  describe(`${name} as a Log`, () => {
    let fixture: LogFixture | undefined;
    let tapes: LogTape[] = [];

    beforeEach(async () => {
      fixture = await openFixture();
    });

    afterEach(async () => {
      for (const tape of tapes) {
        tape.abort();
        await tape.iterator.return?.();
      }
      tapes = [];
      await fixture?.close();
      fixture = undefined;
    });

    const context: ContractContext = {
      fixture: () => {
        if (fixture === undefined) throw new Error("Expected to be called from a test; there is no fixture outside.");
        return fixture;
      },
      newTopic: () => `contract.${crypto.randomUUID()}`,
      read: (topic, options) => {
        const tape = new LogTape(context.fixture().log, topic, options);
        tapes.push(tape);
        return tape;
      },
      testWith: (capability, fact, run) => {
        const reason = missing[capability];
        if (reason === undefined) test(fact, run);
        else test.skip(`${fact} (left out: ${reason})`, run);
      },
    };

    describe("records", () => contractOfRecords(context));
    describe("shares", () => contractOfShares(context));
    describe("following", () => contractOfFollowing(context));
    describe("loss", () => contractOfLoss(context));
    describe("ending", () => contractOfEnding(context));
  });
}
