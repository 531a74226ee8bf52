import { createTextSpan, type TextSpan } from "../columns/text-span.ts";
import { compareBytes } from "./compare-bytes.ts";
import { encodeProbeText } from "./probe-text.ts";

/** Looks for bytes, as rows have them at one place each. */
export class BytesProbe {
  readonly target = createTextSpan();
  readonly #row = createTextSpan();
  readonly #locate: (slot: number, span: TextSpan) => unknown;

  constructor(locate: (slot: number, span: TextSpan) => unknown) {
    this.#locate = locate;
  }

  compare(slot: number): number {
    this.#locate(slot, this.#row);
    return compareBytes(this.#row, this.target);
  }
}

/** Points the span at the UTF-8 of a text that is looked for. */
export function aimAtText(target: TextSpan, text: string): void {
  const bytes = encodeProbeText(text);
  target.bytes = bytes;
  target.start = 0;
  target.end = bytes.length;
}
