import { TailwaterError } from "../../base/errors.ts";

export interface MemoryLimitFacts {
  readonly limitBytes: number;
  /** What all views hold. */
  readonly heldBytes: number;
  readonly growthBytes: number;
  readonly view: { readonly name: string; readonly heldBytes: number };
}

/** A view needs more memory than all views may have together. For operators: the view is FAILED. */
export class MemoryLimitError extends TailwaterError {
  constructor({ limitBytes, heldBytes, growthBytes, view }: MemoryLimitFacts) {
    super({
      code: "MEMORY_LIMIT",
      message: `Expected all views to take at most ${inMegabytes(limitBytes)} (\`memory.limitBytes\`), found that ${view.name}, which takes ${inMegabytes(view.heldBytes)} of the ${inMegabytes(heldBytes)} in use, needs ${inMegabytes(growthBytes)} more; raise the limit, or give the view a gateway of its own.`,
    });
  }
}

/** Bytes as people read them. */
export function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000).toLocaleString("en-US")} MB`;
}
