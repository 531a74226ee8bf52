import { TailwaterError } from "../../base/errors.ts";

export interface MemoryLimitFacts {
  readonly limitBytes: number;
  /** What all views hold. */
  readonly heldBytes: number;
  readonly growthBytes: number;
  /** Name of the view that needs so much more. */
  readonly asker: string;
  /** The view that cannot have what it holds, or needs. */
  readonly view: { readonly name: string; readonly heldBytes: number };
}

/** A view needs more memory than all views may have together. For operators: the view is FAILED. */
export class MemoryLimitError extends TailwaterError {
  constructor({ limitBytes, heldBytes, growthBytes, asker, view }: MemoryLimitFacts) {
    const use = `takes ${inMegabytes(view.heldBytes)} of the ${inMegabytes(heldBytes)} in use`;
    const need = `needs ${inMegabytes(growthBytes)} more`;
    const found =
      asker === view.name
        ? `${view.name}, which ${use}, ${need}`
        : `${asker} ${need} while ${view.name}, the largest that is being read, ${use}`;
    super({
      code: "MEMORY_LIMIT",
      message: `Expected all views to take at most ${inMegabytes(limitBytes)} (\`memory.limitBytes\`), found that ${found}; raise the limit, or give the view a gateway of its own.`,
    });
  }
}

/** Bytes as people read them. */
export function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000).toLocaleString("en-US")} MB`;
}
