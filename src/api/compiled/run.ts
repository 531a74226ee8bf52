import type { ChangeSet } from "../../view/change-set.ts";
import { createTextSpan, type TextSpan } from "../../view/columns/text-span.ts";
import type { ViewReader } from "../../view/view-reader.ts";
import type { OperationContext } from "../operation-context.ts";
import type { ByteSink } from "./byte-sink.ts";
import type { Variables } from "./collect-fields.ts";
import { OutputTally } from "./output-tally.ts";

/** One execution of a compiled operation. Lives for one synchronous step. */
export interface Run {
  readonly context: OperationContext;
  readonly variables: Variables;
  readonly sink: ByteSink;
  /** Of a subscription: the event. */
  readonly set: ChangeSet | undefined;
  readonly tally: OutputTally;
  /** For whoever locates a text and writes it at once. */
  readonly span: TextSpan;
  /** By the slot of a `ReaderPlan`. */
  readonly bindings: Array<Binding<unknown> | undefined>;
}

/** Writes JSON of a source to the run's sink, and counts it. Throws to give the whole run up. */
export type Write<Source> = (source: Source, run: Run) => void;

/** Begins an execution. */
export function beginRun(
  context: OperationContext,
  { variables, sink, set }: { readonly variables: Variables; readonly sink: ByteSink; readonly set?: ChangeSet },
): Run {
  return {
    context,
    variables,
    sink,
    set,
    tally: new OutputTally(context.limits),
    span: createTextSpan(),
    bindings: [],
  };
}

/** A reader at the run's cut, and what a plan has made for it. */
export interface Binding<Bound> {
  readonly reader: ViewReader;
  readonly bound: Bound;
}

/**
 * What one place of an operation needs of one view: made once for each reader of it, and kept no longer than that
 * reader is. The view counts as read at the first use in a run.
 */
export class ReaderPlan<Bound> {
  readonly #view: string;
  readonly #slot: number;
  readonly #bind: (reader: ViewReader) => Bound;
  readonly #known = new WeakMap<ViewReader, Binding<Bound>>();

  /** `slot` is this plan's alone within its operation. */
  constructor(view: string, slot: number, bind: (reader: ViewReader) => Bound) {
    this.#view = view;
    this.#slot = slot;
    this.#bind = bind;
  }

  /** Throws VIEW_NOT_READY or VIEW_FAILED. */
  at(run: Run): Binding<Bound> {
    // The slot is this plan's alone, so it is its own binding that stands there.
    const bound = run.bindings[this.#slot] as Binding<Bound> | undefined;
    return bound ?? this.#bindAt(run);
  }

  #bindAt(run: Run): Binding<Bound> {
    const reader = run.context.cut.readerOf(this.#view);
    let binding = this.#known.get(reader);
    if (binding === undefined) {
      binding = { reader, bound: this.#bind(reader) };
      this.#known.set(reader, binding);
    }
    run.bindings[this.#slot] = binding;
    return binding;
  }
}
