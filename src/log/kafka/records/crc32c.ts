const polynomial = 0x82f63b78;
const stepBytes = 16;
const tables = makeTables();

/**
 * CRC-32C (Castagnoli) of the bytes, unsigned: the checksum of Kafka's batches. Node's `zlib.crc32` is another
 * polynomial. Sixteen bytes a step by sixteen tables (slicing), which is what makes checking every batch cheap.
 */
export function crc32c(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const stepped = bytes.length - (bytes.length % stepBytes);
  let crc = -1;
  for (let at = 0; at < stepped; at += stepBytes) {
    crc =
      advanceWord(crc ^ view.getInt32(at, true), 12) ^
      advanceWord(view.getInt32(at + 4, true), 8) ^
      advanceWord(view.getInt32(at + 8, true), 4) ^
      advanceWord(view.getInt32(at + 12, true), 0);
  }
  for (let at = stepped; at < bytes.length; at += 1) crc = advance((crc ^ view.getUint8(at)) & 0xff, 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** The checksum of four bytes, the first of them lowest, after `zeros` further zero bytes. */
function advanceWord(word: number, zeros: number): number {
  return (
    advance(word & 0xff, zeros + 3) ^
    advance((word >>> 8) & 0xff, zeros + 2) ^
    advance((word >>> 16) & 0xff, zeros + 1) ^
    advance(word >>> 24, zeros)
  );
}

/** The checksum of one byte after `zeros` further zero bytes. The index is inside the tables: the default never counts. */
function advance(byte: number, zeros: number): number {
  return tables[zeros * 256 + byte] ?? 0;
}

function makeTables(): Int32Array {
  const made = new Int32Array(stepBytes * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
    made[byte] = crc;
  }
  for (let index = 256; index < made.length; index += 1) {
    const former = made[index - 256] ?? 0;
    made[index] = (former >>> 8) ^ (made[former & 0xff] ?? 0);
  }
  return made;
}
