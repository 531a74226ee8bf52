/** Milliseconds of a day. */
export const dayMs = 86_400_000;

/** 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z: what ISO 8601 writes with four digits of a year. */
const earliestMs = -62_167_219_200_000;
const latestMs = 253_402_300_799_999;

/** True of milliseconds since the Unix epoch that a DateTime may be: whole ones, of the years 0000 to 9999. */
export function isTimestamp(ms: number): boolean {
  return Number.isInteger(ms) && ms >= earliestMs && ms <= latestMs;
}

/** What `daysOf` gives where there is no such day. */
export const noDay = -0x8000_0000;

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Days since 1970-01-01 of the `YYYY-MM-DD` that the text begins with; NaN if there is no such day. Proleptic
 * Gregorian, years 0000 to 9999. Our own code, and not `Date.parse`, which takes many other texts and 31 February.
 */
export function parseDays(text: string): number {
  if (text.charCodeAt(4) !== hyphen || text.charCodeAt(7) !== hyphen) return Number.NaN;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  if (Number.isNaN(year + month + day)) return Number.NaN;
  const days = daysOf(year, month, day);
  return days === noDay ? Number.NaN : days;
}

/** Days since 1970-01-01 of a date; `noDay` if there is no such day. Whole numbers, the year 0 to 9999. */
export function daysOf(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1) return noDay;
  const length = month === 2 && isLeapYear(year) ? 29 : (daysOfMonth[month - 1] as number); // one for each month
  if (day > length) return noDay;
  // Days from a civil date (Howard Hinnant, "chrono-compatible low-level date algorithms"), counting years from March, so
  // that the leap day comes last, and from 400 years before, so that none is negative and all divisions are of integers.
  const marchYear = (month > 2 ? year : year - 1) + 400;
  const monthFromMarch = month > 2 ? month - 3 : month + 9;
  const dayOfYear = (((153 * monthFromMarch + 2) / 5) | 0) + day - 1;
  const leapDays = (marchYear >> 2) - ((marchYear / 100) | 0) + ((marchYear / 400) | 0);
  return 365 * marchYear + leapDays + dayOfYear - 719_468 - 146_097;
}

function isLeapYear(year: number): boolean {
  return (year & 3) === 0 && ((year / 100) | 0) * 100 !== year ? true : ((year / 400) | 0) * 400 === year;
}

/**
 * Milliseconds in UTC of the time with offset that stands in the text from `at` to its end: `HH:MM[:SS[.fraction]]`,
 * then `Z`, `±HH`, `±HHMM` or `±HH:MM`. Below 0 or above a day where the offset says so. Fractions beyond milliseconds
 * are cut off. NaN for anything else, leap seconds included (`Date` has none either).
 */
export function parseClock(text: string, at: number): number {
  const hour = digits(text, at, 2);
  const minute = digits(text, at + 3, 2);
  if (text.charCodeAt(at + 2) !== colon || !(hour <= 23 && minute <= 59)) return Number.NaN;
  let next = at + 5;
  let second = 0;
  let fractionMs = 0;
  if (text.charCodeAt(next) === colon) {
    second = digits(text, next + 1, 2);
    next += 3;
    const mark = text.charCodeAt(next);
    if (mark === point || mark === comma) {
      const start = next + 1;
      next = start;
      while (isDigit(text.charCodeAt(next))) next += 1;
      if (next === start) return Number.NaN;
      fractionMs = Number(text.slice(start, Math.min(next, start + 3)).padEnd(3, "0"));
    }
  }
  if (!(second <= 59)) return Number.NaN;
  return ((hour * 60 + minute) * 60 + second) * 1_000 + fractionMs - parseOffsetMs(text, next);
}

/** `HH:MM:SS.mmmZ` of milliseconds since midnight. */
export function formatClock(ms: number): string {
  return new Date(ms).toISOString().slice(11);
}

function parseOffsetMs(text: string, at: number): number {
  const mark = text.charCodeAt(at);
  const length = text.length - at;
  if (mark === upperZ || mark === lowerZ) return length === 1 ? 0 : Number.NaN;
  if (mark !== plus && mark !== hyphen) return Number.NaN;
  const hasColon = text.charCodeAt(at + 3) === colon;
  if (length !== 3 && length !== (hasColon ? 6 : 5)) return Number.NaN;
  const hours = digits(text, at + 1, 2);
  const minutes = length === 3 ? 0 : digits(text, text.length - 2, 2);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (hours * 60 + minutes) * 60_000 * (mark === hyphen ? -1 : 1);
}

/** The number that `count` digits from `at` stand for; NaN if one is no digit. */
function digits(text: string, at: number, count: number): number {
  let number = 0;
  for (let next = at; next < at + count; next += 1) {
    const unit = text.charCodeAt(next);
    if (!isDigit(unit)) return Number.NaN;
    number = number * 10 + unit - zero;
  }
  return number;
}

function isDigit(unit: number): boolean {
  return unit >= zero && unit <= nine;
}

const plus = 0x2b;
const comma = 0x2c;
const hyphen = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const upperZ = 0x5a;
const lowerZ = 0x7a;
