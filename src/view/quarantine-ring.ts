import type { BadRecord } from "../decode/row-batch.ts";
import type { Quarantine, QuarantineEntry } from "./readable-view.ts";

/** The newest bad records of one view, at most `maxRecords`; each is bounded by decode. Counts all. */
export class QuarantineRing implements Quarantine {
  readonly #maxRecords: number;
  readonly #entries: QuarantineEntry[] = [];
  #totalCount = 0;

  constructor(maxRecords: number) {
    this.#maxRecords = maxRecords;
  }

  get totalCount(): number {
    return this.#totalCount;
  }

  add(record: BadRecord): void {
    this.#entries.push({ index: this.#totalCount, record });
    this.#totalCount += 1;
    if (this.#entries.length > 2 * this.#maxRecords) this.#entries.splice(0, this.#entries.length - this.#maxRecords);
  }

  page({ first, after }: { readonly first: number; readonly after?: number | undefined }): readonly QuarantineEntry[] {
    const kept = this.#entries.slice(-this.#maxRecords);
    return kept.filter(({ index }) => after === undefined || index > after).slice(0, first);
  }
}
