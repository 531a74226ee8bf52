/** Where row batches get their buffers. */
export interface BufferSource {
  /** One of at least so many bytes; what it holds means nothing. */
  takeBuffer(minBytes: number): ArrayBuffer;
  /** Takes back one whose batch has been applied, or has outgrown it. */
  returnBuffer(buffer: ArrayBuffer): void;
}

/** A new buffer each time. */
export const plainBuffers: BufferSource = {
  takeBuffer: (minBytes) => new ArrayBuffer(minBytes),
  returnBuffer: () => {},
};
