import type { LogCapability, LogFixture } from "./log-fixture.ts";
import type { LogTape } from "./log-tape.ts";

/** What each part of the contract works with: the log of the running test. */
export interface ContractContext {
  readonly fixture: () => LogFixture;
  /** A topic name that nobody has used. */
  readonly newTopic: () => string;
  /** Starts a read that ends with the test. */
  readonly read: (topic: string, options?: ConstructorParameters<typeof LogTape>[2]) => LogTape;
  /** A test that needs `capability`; skipped, with the reason in its name, on a log that does not have it. */
  readonly testWith: (capability: LogCapability, fact: string, run: () => Promise<void>) => void;
}
