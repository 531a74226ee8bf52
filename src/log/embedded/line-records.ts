import type { LogRecord } from "../log.ts";
import { LineParser } from "./line-parser.ts";
import type { LineSource, LineSpan } from "./line-source.ts";
import type { OffsetLedger } from "./offset-ledger.ts";

/**
 * The records of a file, in the file's order, each with its partition and offset: lines, parsed and counted. After
 * `next` has returned true, the fields and `record` tell of one record, until the next `next`.
 */
export class LineRecords {
  readonly #source: LineSource;
  readonly #ledger: OffsetLedger;
  readonly #parser = new LineParser();
  #line: LineSpan | undefined;
  #malformed: string | undefined;
  partition = 0;
  offset = 0;

  constructor(source: LineSource, ledger: OffsetLedger) {
    this.#source = source;
    this.#ledger = ledger;
  }

  /** Goes on to the next record that has been read as a whole; false if there is none. Synchronous. */
  next(): boolean {
    for (;;) {
      const line = this.#source.next();
      if (line === undefined) return false;
      if (!line.isCut && !this.#parser.parse(line.bytes, line.start, line.end)) continue;
      this.#line = line;
      this.#malformed = line.isCut
        ? `expected a line of at most ${this.#source.maxLineBytes} bytes, found a longer one`
        : this.#parser.malformed;
      this.#number();
      return true;
    }
  }

  /** About how many key and value bytes the record has; never less than it has. */
  get sizeBytesAtMost(): number {
    if (this.#line === undefined) return 0;
    return this.#malformed === undefined ? this.#parser.sizeBytesAtMost : this.#line.end - this.#line.start;
  }

  /** The record. Its bytes may point into a buffer of the source. */
  record(): LogRecord {
    const { offset } = this;
    if (this.#malformed !== undefined) {
      return { offset, timestamp: -1, key: null, value: rawLine(this.#line), headers: [], malformed: this.#malformed };
    }
    const { timestamp, headers } = this.#parser;
    return { offset, timestamp, key: this.#parser.key(), value: this.#parser.value(), headers };
  }

  #number(): void {
    if (this.#malformed === undefined) {
      const { partition, offset: named } = this.#parser;
      const offset = this.#ledger.take(partition, named);
      if (offset !== undefined) {
        this.partition = partition;
        this.offset = offset;
        return;
      }
      this.#malformed = `expected an offset of at least ${this.#ledger.nextOffset(partition)} in partition ${partition}, found ${named}`;
    }
    // What is no record is a bad record of partition 0 and has an offset there.
    this.partition = 0;
    this.offset = this.#ledger.nextOffset(0);
    this.#ledger.take(0, -1);
  }
}

function rawLine(line: LineSpan | undefined): Buffer {
  if (line === undefined) return Buffer.alloc(0);
  const end = line.bytes[line.end - 1] === 0x0d && line.end > line.start ? line.end - 1 : line.end;
  return line.bytes.subarray(line.start, end);
}
