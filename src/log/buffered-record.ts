import type { LogRecord } from "./log.ts";

/** Bytes that records stand in, to look at in two ways. */
export interface RecordBuffer {
  readonly bytes: Buffer;
  /** The same bytes. */
  readonly view: DataView;
}

/** Makes the two ways to look at bytes. */
export function makeRecordBuffer(bytes: Buffer): RecordBuffer {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

const noHeaders: LogRecord["headers"] = [];

/**
 * A record as places in a buffer: key and value are cut out when somebody asks for them. Whoever reads every record, as
 * scanners do, looks at the buffer instead: cutting out two pieces costs more than reading them. The fields are set by the
 * reader that makes the record, and stay.
 */
export class BufferedRecord implements LogRecord {
  readonly buffer: RecordBuffer;
  offset = 0;
  timestamp = -1;
  /** Where the key begins and ends. An end before the begin: null. */
  keyAt = 0;
  keyEnd = -1;
  /** The same of the value. */
  valueAt = 0;
  valueEnd = -1;
  headers = noHeaders;

  constructor(buffer: RecordBuffer) {
    this.buffer = buffer;
  }

  get key(): Uint8Array | null {
    return this.keyEnd < this.keyAt ? null : this.buffer.bytes.subarray(this.keyAt, this.keyEnd);
  }

  get value(): Uint8Array | null {
    return this.valueEnd < this.valueAt ? null : this.buffer.bytes.subarray(this.valueAt, this.valueEnd);
  }
}
