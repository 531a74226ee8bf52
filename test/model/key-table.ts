import type { Candidate } from "./entity.ts";
import { winnerOf } from "./entity.ts";
import { ShardedMap } from "./sharded-map.ts";

/**
 * Key → the candidate that wins, live or a tombstone. Of a key that occurs in several partitions every partition's
 * newest candidate is kept beside, so that the outcome does not depend on the order of arrival.
 */
export class KeyTable {
  readonly #winners = new ShardedMap<string, Candidate>();
  readonly #rivals = new Map<string, Map<number, Candidate>>();

  get(key: string): Candidate | undefined {
    return this.#winners.get(key);
  }

  values(): IterableIterator<Candidate> {
    return this.#winners.values();
  }

  get keysInSeveralPartitions(): number {
    return this.#rivals.size;
  }

  /** Takes a partition's newest candidate of a key; returns the key's winner now. */
  put(candidate: Candidate): Candidate {
    const { key, partition } = candidate;
    const known = this.#winners.get(key);
    let rivals = this.#rivals.size === 0 ? undefined : this.#rivals.get(key);
    if (rivals === undefined) {
      if (known === undefined || known.partition === partition) {
        this.#winners.set(key, candidate);
        return candidate;
      }
      rivals = new Map([[known.partition, known]]);
      this.#rivals.set(key, rivals);
    }
    rivals.set(partition, candidate);
    const winner = winnerOf(rivals.values()) ?? candidate;
    this.#winners.set(key, winner);
    return winner;
  }

  /** Forgets a key of which every partition says that it is deleted; returns the candidate that it showed, else undefined. */
  forget(key: string): Candidate | undefined {
    const winner = this.#winners.get(key);
    const candidates = this.#rivals.get(key)?.values() ?? [winner];
    for (const candidate of candidates) if (candidate === undefined || candidate.values !== null) return undefined;
    this.#winners.delete(key);
    this.#rivals.delete(key);
    return winner;
  }

  /** Forgets a partition's candidates below an offset; gives the keys of which it was one. */
  expireBelow(partition: number, startOffset: number): string[] {
    const expired: string[] = [];
    for (const winner of [...this.#winners.values()]) {
      const { key } = winner;
      const rivals = this.#rivals.get(key);
      const candidates = rivals === undefined ? [winner] : [...rivals.values()];
      const kept = candidates.filter((one) => one.partition !== partition || one.offset >= startOffset);
      if (kept.length === candidates.length) continue;
      expired.push(key);
      this.#keep(key, kept);
    }
    return expired;
  }

  #keep(key: string, candidates: readonly Candidate[]): void {
    const winner = winnerOf(candidates);
    if (winner === undefined) this.#winners.delete(key);
    else this.#winners.set(key, winner);
    if (candidates.length > 1) this.#rivals.set(key, new Map(candidates.map((one) => [one.partition, one])));
    else this.#rivals.delete(key);
  }
}
