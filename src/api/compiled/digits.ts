import { colon, minus, point, quote, zero } from "../../base/json-bytes.ts";

/** Writes an integer of 32 bits; says where it ends. Room for it is the caller's business, here and below. */
export function writeInteger(bytes: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  if (rest < 0) {
    bytes[at] = minus;
    at += 1;
    rest = -rest;
  }
  let digits = 1;
  for (let bound = 10; rest >= bound; bound *= 10) digits += 1;
  const end = at + digits;
  for (let place = end - 1; place >= at; place -= 1) {
    const shorter = (rest / 10) >>> 0;
    bytes[place] = zero + rest - 10 * shorter;
    rest = shorter;
  }
  return end;
}

/** Bytes that `writeDateTime` writes. */
export const dateTimeBytes = 26;

/**
 * Writes milliseconds since the Unix epoch, of the years 0000 to 9999, as ISO 8601 in UTC with milliseconds, in quotes.
 * All arithmetic but the first line's is of small integers that are not negative, which the machine divides fast.
 */
export function writeDateTime(bytes: Buffer, at: number, ms: number): void {
  const days = Math.floor(ms / dayMs);
  const clock = (ms - days * dayMs) | 0;
  // A civil date from days, counting years from March so that the leap day comes last; eras of 400 years, one more than there are.
  const shifted = (days + 719_468 + eraDays) | 0;
  const era = (shifted / eraDays) | 0;
  const dayOfEra = shifted - era * eraDays;
  const leapDays = (((dayOfEra / 1_460) | 0) - ((dayOfEra / 36_524) | 0) + ((dayOfEra / 146_096) | 0)) | 0;
  const yearOfEra = ((dayOfEra - leapDays) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0));
  const marchMonth = ((5 * dayOfYear + 2) / 153) | 0;
  const day = dayOfYear - (((153 * marchMonth + 2) / 5) | 0) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + (era - 1) * 400 + (month <= 2 ? 1 : 0);
  const century = (year / 100) | 0;
  const seconds = (clock / 1_000) | 0;
  const minutes = (seconds / 60) | 0;
  const hour = (minutes / 60) | 0;
  const milliseconds = clock - 1_000 * seconds;
  const hundredths = (milliseconds / 10) | 0;
  bytes[at] = quote;
  writePair(bytes, at + 1, century);
  writePair(bytes, at + 3, year - 100 * century);
  bytes[at + 5] = minus;
  writePair(bytes, at + 6, month);
  bytes[at + 8] = minus;
  writePair(bytes, at + 9, day);
  bytes[at + 11] = 0x54; // T
  writePair(bytes, at + 12, hour);
  bytes[at + 14] = colon;
  writePair(bytes, at + 15, minutes - 60 * hour);
  bytes[at + 17] = colon;
  writePair(bytes, at + 18, seconds - 60 * minutes);
  bytes[at + 20] = point;
  writePair(bytes, at + 21, hundredths);
  bytes[at + 23] = zero + milliseconds - 10 * hundredths;
  bytes[at + 24] = 0x5a; // Z
  bytes[at + 25] = quote;
}

/** Two digits. */
function writePair(bytes: Buffer, at: number, value: number): void {
  const tens = (value / 10) | 0;
  bytes[at] = zero + tens;
  bytes[at + 1] = zero + value - 10 * tens;
}

const dayMs = 86_400_000;
const eraDays = 146_097;
