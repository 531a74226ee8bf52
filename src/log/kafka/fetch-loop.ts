import { TailwaterError } from "../../base/errors.ts";
import { Wakeup } from "../wakeup.ts";
import { absorbFetch } from "./absorb-fetch.ts";
import { type BrokerAddress, isSameAddress, kafkaApis } from "./broker-connection.ts";
import type { BrokerLink } from "./broker-link.ts";
import { type FetchPlan, isStillWanted, planFetch } from "./fetch-plan.ts";
import { LogUnavailableError } from "./kafka-log-errors.ts";
import type { ReadSession } from "./read-session.ts";
import { decodeFetchResponse, encodeFetchRequest } from "./wire/fetch.ts";

/** Where brokers listen, and links to them that nobody else uses. */
export interface BrokerFinder {
  /** Throws `LogUnavailableError` if the cluster has no such broker now. */
  findAddress(nodeId: number): BrokerAddress;
  /** The caller destroys it. */
  openLink(address: BrokerAddress): BrokerLink;
}

/** Answers that may wait undecoded while the next is asked for, if the log has more; beyond that it only costs memory. */
const answersAhead = 1;

/**
 * Fetches, for one topic, all partitions that one broker leads: one request at a time over a connection of its own, so
 * that the long poll of an idle topic never stands before another topic's records. While replaying, the next request
 * goes out before the last answer is decoded. Ends with its session.
 */
export class FetchLoop {
  readonly #session: ReadSession;
  readonly #nodeId: number;
  readonly #brokers: BrokerFinder;
  readonly #onAnswer: (bytes: number) => void;
  readonly #wakeup = new Wakeup();
  #link: BrokerLink | undefined;
  #turn = 0;
  #heldAnswers = 0;

  /** `onAnswer` is told the size of each answer. */
  constructor(parts: {
    session: ReadSession;
    nodeId: number;
    brokers: BrokerFinder;
    onAnswer: (bytes: number) => void;
  }) {
    this.#session = parts.session;
    this.#nodeId = parts.nodeId;
    this.#brokers = parts.brokers;
    this.#onAnswer = parts.onAnswer;
  }

  /** There may be something to do: a partition may be fetched, or an answer has been consumed. */
  wake(): void {
    this.#wakeup.wake();
  }

  /** Resolves when the session has ended; rejects only for a defect of ours. */
  async run(): Promise<void> {
    const { ended } = this.#session;
    ended.addEventListener("abort", () => this.#endLink(), { once: true });
    while (!ended.aborted) {
      const plan = this.#plan();
      if (plan === undefined) await this.#wakeup.wait(ended);
      else await this.#fetch(plan);
    }
  }

  #plan(): FetchPlan | undefined {
    const cursors = [...this.#session.cursors.values()];
    const isReplaying = cursors.some(
      ({ leader, fetchOffset, bounds }) =>
        leader?.nodeId === this.#nodeId && fetchOffset < this.#session.readableEnd(bounds),
    );
    if (!isReplaying) this.#link?.dropBuffers();
    if (this.#heldAnswers > (isReplaying ? answersAhead : 0)) return undefined;
    return planFetch(cursors, this.#nodeId, this.#turn);
  }

  async #fetch(plan: FetchPlan): Promise<void> {
    const session = this.#session;
    const { topic, isolation } = session.request;
    const { maxResponseBytes, maxPartitionBytes, maxWaitMs } = session.settings.fetch;
    const heldMs = plan.isProbe ? 0 : maxWaitMs;
    const sentAt = session.now();
    this.#turn += 1;
    try {
      const body = encodeFetchRequest({
        topic,
        isolation,
        maxWaitMs: heldMs,
        minBytes: 1,
        maxBytes: maxResponseBytes,
        partitions: plan.partitions.map(({ cursor, fetchOffset, leaderEpoch }) => ({
          partition: cursor.partition,
          fetchOffset,
          currentLeaderEpoch: leaderEpoch,
          maxBytes: maxPartitionBytes,
        })),
      });
      const answer = await this.#openLink().request(kafkaApis.fetch, body, heldMs);
      if (session.ended.aborted) return;
      this.#onAnswer(answer.length);
      const response = decodeFetchResponse(answer);
      const hadRoom = answer.length <= maxResponseBytes - maxPartitionBytes;
      const lease = this.#leaseOf(answer);
      const release = lease();
      try {
        absorbFetch({ session, plan, response, sentAt, hadRoom, lease });
      } finally {
        release();
      }
    } catch (error) {
      if (session.ended.aborted) return;
      if (!(error instanceof TailwaterError) || error.code === "INVARIANT_BROKEN") throw error;
      for (const planned of plan.partitions) if (isStillWanted(planned)) session.fail(planned.cursor, error);
    }
  }

  /** The node may listen elsewhere than at the last request; an answer that could not be read asks for a new connection. */
  #openLink(): BrokerLink {
    const address = this.#brokers.findAddress(this.#nodeId);
    const wantsAnother = this.#session.takeRenewal(this.#nodeId);
    if (this.#link !== undefined && (wantsAnother || !isSameAddress(this.#link.address, address))) this.#endLink();
    this.#link ??= this.#brokers.openLink(address);
    return this.#link;
  }

  #endLink(): void {
    this.#link?.destroy(new LogUnavailableError({ reason: "closed", found: "that this connection is given up" }));
    this.#link = undefined;
  }

  /** Each call holds the answer until what it returns is called; then its bytes may be those of a later one. */
  #leaseOf(answer: Buffer): () => () => void {
    const link = this.#link;
    let holders = 0;
    this.#heldAnswers += 1;
    return () => {
      holders += 1;
      return () => {
        holders -= 1;
        if (holders > 0) return;
        this.#heldAnswers -= 1;
        link?.giveBack(answer);
        this.wake();
      };
    };
  }
}
