import type { Clock } from "../base/clock.ts";
import { InvariantError } from "../base/errors.ts";
import type { ChangeSet } from "../view/change-set.ts";
import type { ReadableView, ViewCatalog } from "../view/readable-view.ts";
import type { ViewPosition } from "../view/view-position.ts";
import type { ViewReader } from "../view/view-reader.ts";
import { encodePosition, makeCutTime } from "./position-token.ts";

interface CutView {
  readonly name: string;
  readonly reader: ViewReader;
  readonly position: ViewPosition;
}

/**
 * The state of all views at one moment, as one execution reads it (G1): each view's reader and position are taken
 * together at its first use and kept. That is one cut because execution is synchronous and views change only in
 * macrotasks of their own.
 */
export class Cut {
  readonly #catalog: ViewCatalog;
  readonly #clock: Clock;
  /** An operation reads few: to look through them is quicker than to make a map. */
  #views: CutView[] = [];
  #eventPosition: ViewPosition | undefined;
  /** The event is a part of a step: what a client holds after it stands at no position. */
  #isPartOfStep = false;
  /** From a little before its first view is read. */
  #timeMs: number;

  constructor(catalog: ViewCatalog, clock: Clock) {
    this.#catalog = catalog;
    this.#clock = clock;
    this.#timeMs = makeCutTime(clock.nowMs());
  }

  /** Forgets what was read: a new execution begins, for an event that stands at the position of its own view. */
  beginEvent({ position, isComplete }: Pick<ChangeSet, "position" | "isComplete">): void {
    this.#views = [];
    this.#eventPosition = position;
    this.#isPartOfStep = !isComplete;
    this.#timeMs = makeCutTime(this.#clock.nowMs());
  }

  /** Throws `InvariantError` if there is no such view. */
  viewOf(name: string): ReadableView {
    const view = this.#catalog.get(name);
    if (view === undefined) throw new InvariantError(`the schema has a view ${name}, the catalog has none`);
    return view;
  }

  /** The view's reader at this cut. Throws VIEW_NOT_READY or VIEW_FAILED. */
  readerOf(name: string): ViewReader {
    for (const known of this.#views) if (known.name === name) return known.reader;
    const view = this.viewOf(name);
    const reader = view.reader();
    this.#views.push({ name, reader, position: view.position() });
    return reader;
  }

  /** Token of all views read since the cut began; undefined if none was, or if more events of the same step follow. An event's own view stands at the event's position. */
  token(): string | undefined {
    if (this.#isPartOfStep) return undefined;
    const event = this.#eventPosition;
    const views = event === undefined ? [] : [event];
    for (const { position } of this.#views) if (position.view !== event?.view) views.push(position);
    return views.length === 0 ? undefined : encodePosition({ issuedAtMs: this.#timeMs, views });
  }

  /** Token of one position, with this cut's time. */
  tokenOf(position: ViewPosition): string {
    return encodePosition({ issuedAtMs: this.#timeMs, views: [position] });
  }
}
