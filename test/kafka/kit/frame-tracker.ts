const lengthBytes = 4;

/** Follows the frames (length, then so many bytes) of one direction of a Kafka connection, in pieces as they come. */
export class FrameTracker {
  #header: Buffer = Buffer.alloc(0);
  /** Of the frame that is under way: its length, and how much of it has passed. */
  #frame: { readonly length: number; passed: number } | undefined;

  /**
   * Where in the next `bytes` a frame of at least `minFrameBytes` has passed `afterBytes` of its content; undefined if
   * nowhere. Changes nothing.
   */
  find(bytes: Buffer, minFrameBytes: number, afterBytes: number): number | undefined {
    return this.#walk(bytes, (length, passed, at, available) => {
      if (length < minFrameBytes || afterBytes >= length) return undefined;
      const missing = afterBytes - passed;
      return missing >= 0 && missing < available ? at + missing : undefined;
    }).found;
  }

  /** Takes note of bytes that have passed. */
  pass(bytes: Buffer): void {
    const { header, frame } = this.#walk(bytes, () => undefined);
    this.#header = header;
    this.#frame = frame;
  }

  #walk(
    bytes: Buffer,
    visit: (length: number, passed: number, at: number, available: number) => number | undefined,
  ): { found: number | undefined; header: Buffer; frame: { readonly length: number; passed: number } | undefined } {
    let header = this.#header;
    let frame = this.#frame === undefined ? undefined : { ...this.#frame };
    for (let at = 0; at < bytes.length; ) {
      if (frame === undefined) {
        const part = bytes.subarray(at, at + lengthBytes - header.length);
        header = Buffer.concat([header, part]);
        at += part.length;
        if (header.length === lengthBytes) {
          frame = { length: header.readInt32BE(0), passed: 0 };
          header = Buffer.alloc(0);
        }
        continue;
      }
      const available = Math.min(frame.length - frame.passed, bytes.length - at);
      const found = visit(frame.length, frame.passed, at, available);
      if (found !== undefined) return { found, header, frame };
      frame.passed += available;
      at += available;
      if (frame.passed === frame.length) frame = undefined;
    }
    return { found: undefined, header, frame };
  }
}
