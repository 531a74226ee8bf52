import { BufferedRecord, makeRecordBuffer } from "../../src/log/buffered-record.ts";
import type { LogRecord } from "../../src/log/log.ts";

/** Where keys and values stand in a buffer, beside what is there anyway: the bytes after key and value of each record, and behind all. */
export interface Neighbours {
  readonly afterKey: (record: number) => Uint8Array;
  readonly afterValue: (record: number) => Uint8Array;
  readonly atEnd: Uint8Array;
}

/** As in Kafka's batches: lengths, numbers of headers, what the next record begins with; behind the last one more records. */
export const kafkaNeighbours: Neighbours = {
  afterKey: (record) => Uint8Array.of(0xb2, 0x02 + (record % 64)),
  // No headers; then length, attributes, timestamp, offset and key length of the next record.
  afterValue: (record) => Uint8Array.of(0, 0xd6, 0x03, 0, record % 256, 2 * (record % 64), 0x1c),
  atEnd: Uint8Array.from({ length: 80 }, (_, at) => at),
};

/**
 * The same records as places in one buffer. Those that are malformed stay as they are: no buffer has such.
 */
export function placeRecords(records: readonly LogRecord[], neighbours = kafkaNeighbours): LogRecord[] {
  const pieces: Uint8Array[] = [];
  let end = 0;
  const put = (piece: Uint8Array): number => {
    pieces.push(piece);
    end += piece.length;
    return end - piece.length;
  };
  const places = records.map(({ key, value }, at) => {
    const keyAt = put(key ?? new Uint8Array());
    put(neighbours.afterKey(at));
    const valueAt = put(value ?? new Uint8Array());
    put(neighbours.afterValue(at));
    return {
      keyAt,
      keyEnd: key === null ? -1 : keyAt + key.length,
      valueAt,
      valueEnd: value === null ? -1 : valueAt + value.length,
    };
  });
  put(neighbours.atEnd);
  const buffer = makeRecordBuffer(Buffer.concat(pieces));
  return records.map((record, at) => {
    if (record.malformed !== undefined) return record;
    const { offset, timestamp, headers } = record;
    return Object.assign(new BufferedRecord(buffer), { offset, timestamp, headers, ...places[at] });
  });
}
