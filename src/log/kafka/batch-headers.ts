const baseOffsetAt = 0;
const lengthAt = 8;
const magicAt = 16;
const lastOffsetDeltaAt = 23;
/** Bytes before a batch's own length counts. */
const prefixBytes = 12;
/** Smallest length field of a batch of format 2: its header without the prefix. */
const minLength = 49;

/**
 * The offset after the last complete batch in `records`, read from batch headers alone, so that the next Fetch can be
 * sent before this answer is decoded; `fetchOffset` if there is none. Stops before a batch of another format than 2,
 * which has no such header. Trusts the bytes: whoever delivers them checks.
 */
export function offsetAfterBatches(records: Buffer, fetchOffset: number): number {
  let nextOffset = fetchOffset;
  for (let at = 0; at + prefixBytes + minLength <= records.length; ) {
    const length = records.readInt32BE(at + lengthAt);
    if (records.readInt8(at + magicAt) !== 2) break;
    if (length < minLength || at + prefixBytes + length > records.length) break;
    const baseOffset = Number(records.readBigInt64BE(at + baseOffsetAt));
    nextOffset = Math.max(nextOffset, baseOffset + records.readInt32BE(at + lastOffsetDeltaAt) + 1);
    at += prefixBytes + length;
  }
  return nextOffset;
}
