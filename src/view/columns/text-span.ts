/** Where a text stands: UTF-8 bytes of somebody else's memory. One object is pointed at one text after the other, so that reading makes none. */
export interface TextSpan {
  bytes: Uint8Array;
  start: number;
  /** Exclusive. */
  end: number;
  /** JSON prints the text as it is: no quote, no backslash, no control character. */
  isPlain: boolean;
}

/** A span that points at nothing yet. */
export function createTextSpan(): TextSpan {
  return { bytes: noBytes, start: 0, end: 0, isPlain: true };
}

const noBytes = new Uint8Array(0);
