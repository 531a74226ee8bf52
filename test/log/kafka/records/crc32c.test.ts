import { expect, test } from "vitest";
import { crc32c } from "../../../../src/log/kafka/records/crc32c.ts";

test.for([
  ["nothing", Buffer.alloc(0), 0],
  ["the digits 1 to 9", Buffer.from("123456789"), 0xe3069283],
  ["32 zero bytes (RFC 3720)", Buffer.alloc(32), 0x8a9136aa],
  ["32 bytes of ones (RFC 3720)", Buffer.alloc(32, 0xff), 0x62a8ab43],
  ["32 ascending bytes (RFC 3720)", Buffer.from(Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e],
] as const)("the CRC-32C of %s is the published one", ([, bytes, expected]) => {
  expect(crc32c(bytes)).toBe(expected);
});

test("the CRC-32C of any number of bytes, wherever they lie in their buffer, is that of a byte-by-byte one", () => {
  const bytes = Buffer.from(Array.from({ length: 80 }, (_, at) => (at * 151 + 7) & 0xff));
  for (let from = 0; from < 9; from += 1) {
    for (let end = from; end <= bytes.length; end += 1) {
      const part = bytes.subarray(from, end);
      expect(crc32c(part)).toBe(simpleCrc32c(part));
    }
  }
});

function simpleCrc32c(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
