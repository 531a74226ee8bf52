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
    const shorter = Math.floor(rest / 10);
    bytes[place] = zero + rest - 10 * shorter;
    rest = shorter;
  }
  return end;
}

/** Bytes that `writeDateTime` writes. */
export const dateTimeBytes = 26;

/** Writes milliseconds since the Unix epoch, of the years 0000 to 9999, as ISO 8601 in UTC with milliseconds, in quotes. */
export function writeDateTime(bytes: Buffer, at: number, ms: number): void {
  const days = Math.floor(ms / dayMs);
  const clock = ms - days * dayMs;
  // A civil date from days, counting years from March so that the leap day comes last; eras of 400 years.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const century = Math.floor(year / 100);
  const seconds = Math.floor(clock / 1_000);
  const minutes = Math.floor(seconds / 60);
  const hour = Math.floor(minutes / 60);
  const milliseconds = clock - 1_000 * seconds;
  const tenths = Math.floor(milliseconds / 10);
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
  writePair(bytes, at + 21, tenths);
  bytes[at + 23] = zero + milliseconds - 10 * tenths;
  bytes[at + 24] = 0x5a; // Z
  bytes[at + 25] = quote;
}

/** Two digits. */
function writePair(bytes: Buffer, at: number, value: number): void {
  const tens = Math.floor(value / 10);
  bytes[at] = zero + tens;
  bytes[at + 1] = zero + value - 10 * tens;
}

const dayMs = 86_400_000;
const quote = 0x22;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const colon = 0x3a;
