import type { RowTexts } from "../columns/row-texts.ts";
import { dayMs, daysOf, isTimestamp, noDay } from "../scalars/iso-time.ts";
import { fourDigits, isFourDigits } from "./scan-numbers.ts";

// As in `scan-numbers.ts`: the place after the value, its cell written; or -1. All begin at the opening quote.

/** DateTime as `YYYY-MM-DDTHH:MM:SS[.fraction]`, then `Z` or `±HH:MM`. Beyond milliseconds a fraction is cut off. */
export function scanDateTime(view: DataView, at: number, column: Float64Array, row: number): number {
  const end = scanUsualDateTime(view, at, column, row);
  return end === -1 ? scanAnyDateTime(view, at, column, row) : end;
}

/**
 * A DateTime as `Date` prints it, `YYYY-MM-DDTHH:MM:SS.mmmZ`: six words, whose digits and marks are looked at together. In each,
 * the bits that no digit changes are compared, then those of its digits again after adding 6 (see `pairAt`).
 */
function scanUsualDateTime(view: DataView, at: number, column: Float64Array, row: number): number {
  const year = view.getInt32(at + 1, true);
  const month = view.getInt32(at + 5, true); // -MM-
  const dayHour = view.getInt32(at + 9, true); // DDTH
  const hourMinute = view.getInt32(at + 13, true); // H:MM
  const second = view.getInt32(at + 17, true); // :SS.
  const fraction = view.getInt32(at + 21, true); // mmmZ
  const differences =
    ((month & 0xfff0_f0ff) ^ 0x2d30_302d) |
    (((month + 0x0006_0600) & 0x00f0_f000) ^ 0x0030_3000) |
    ((dayHour & 0xf0ff_f0f0) ^ 0x3054_3030) |
    (((dayHour + 0x0600_0606) & 0xf000_f0f0) ^ 0x3000_3030) |
    ((hourMinute & 0xf0f0_fff0) ^ 0x3030_3a30) |
    (((hourMinute + 0x0606_0006) & 0xf0f0_00f0) ^ 0x3030_0030) |
    ((second & 0xfff0_f0ff) ^ 0x2e30_303a) |
    (((second + 0x0006_0600) & 0x00f0_f000) ^ 0x0030_3000) |
    ((fraction & 0xfff0_f0f0) ^ 0x5a30_3030) |
    (((fraction + 0x0006_0606) & 0x00f0_f0f0) ^ 0x0030_3030);
  if (differences !== 0 || !isFourDigits(year)) return -1;
  if (view.getUint8(at) !== quote || view.getUint8(at + 25) !== quote) return -1;
  const days = daysOf(
    fourDigits(year),
    ((month >>> 8) & 15) * 10 + ((month >>> 16) & 15),
    (dayHour & 15) * 10 + ((dayHour >>> 8) & 15),
  );
  const hours = ((dayHour >>> 24) & 15) * 10 + (hourMinute & 15);
  const minutes = ((hourMinute >>> 16) & 15) * 10 + ((hourMinute >>> 24) & 15);
  const seconds = ((second >>> 8) & 15) * 10 + ((second >>> 16) & 15);
  if (days === noDay || !isTimeOfDay(hours, minutes, seconds)) return -1;
  const ms = (fraction & 15) * 100 + ((fraction >>> 8) & 15) * 10 + ((fraction >>> 16) & 15);
  const time = days * dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms;
  if (!isTimestamp(time)) return -1;
  column[row] = time;
  return at + 26;
}

function scanAnyDateTime(view: DataView, at: number, column: Float64Array, row: number): number {
  if (view.getUint8(at) !== quote || view.getUint8(at + 11) !== upperT) return -1;
  const days = daysAt(view, at + 1);
  const clockMs = clockAt(view, at + 12);
  if (days === noDay || clockMs < 0) return -1;
  let next = at + 20;
  let fractionMs = 0;
  if (view.getUint8(next) === point) {
    next += 1;
    let unit = 100;
    const start = next;
    for (let digit = digitAt(view, next); digit >= 0; digit = digitAt(view, next)) {
      fractionMs += unit * digit;
      unit = unit === 100 ? 10 : unit === 10 ? 1 : 0;
      next += 1;
    }
    if (next === start) return -1;
  }
  let offsetMs = 0;
  const mark = view.getUint8(next);
  if (mark === upperZ) {
    next += 1;
  } else {
    if ((mark !== plus && mark !== hyphen) || view.getUint8(next + 3) !== colon) return -1;
    const hours = pairAt(view, next + 1);
    const minutes = pairAt(view, next + 4);
    if (!isTimeOfDay(hours, minutes, 0)) return -1;
    offsetMs = (hours * 60 + minutes) * 60_000 * (mark === hyphen ? -1 : 1);
    next += 6;
  }
  const ms = days * dayMs + clockMs + fractionMs - offsetMs;
  if (view.getUint8(next) !== quote || !isTimestamp(ms)) return -1;
  column[row] = ms;
  return next + 1;
}

/** Date. */
export function scanDate(view: DataView, at: number, texts: RowTexts, slot: number): number {
  const end = at + 11;
  if (view.getUint8(at) !== quote || daysAt(view, at + 1) === noDay || view.getUint8(end) !== quote) return -1;
  texts.putPlain(slot, at + 1, end);
  return end + 1;
}

/** Time as it is held: `HH:MM:SS.mmmZ`. */
export function scanTime(view: DataView, at: number, texts: RowTexts, slot: number): number {
  const end = at + 14;
  if (view.getUint8(at) !== quote || clockAt(view, at + 1) < 0 || view.getUint8(at + 9) !== point) return -1;
  const isWhole = digitAt(view, at + 10) >= 0 && digitAt(view, at + 11) >= 0 && digitAt(view, at + 12) >= 0;
  if (!isWhole || view.getUint8(at + 13) !== upperZ || view.getUint8(end) !== quote) return -1;
  texts.putPlain(slot, at + 1, end);
  return end + 1;
}

/** Days since 1970 of the `YYYY-MM-DD` at this place; `noDay` if there is no such day. */
function daysAt(view: DataView, at: number): number {
  if (view.getUint8(at + 4) !== hyphen || view.getUint8(at + 7) !== hyphen) return noDay;
  const century = pairAt(view, at);
  const year = pairAt(view, at + 2);
  const month = pairAt(view, at + 5);
  const day = pairAt(view, at + 8);
  return (century | year | month | day) < 0 ? noDay : daysOf(100 * century + year, month, day);
}

/** Milliseconds of the `HH:MM:SS` at this place; -1 if it is no time of day. */
function clockAt(view: DataView, at: number): number {
  if (view.getUint8(at + 2) !== colon || view.getUint8(at + 5) !== colon) return -1;
  const hours = pairAt(view, at);
  const minutes = pairAt(view, at + 3);
  const seconds = pairAt(view, at + 6);
  return isTimeOfDay(hours, minutes, seconds) ? ((hours * 60 + minutes) * 60 + seconds) * 1_000 : -1;
}

function isTimeOfDay(hours: number, minutes: number, seconds: number): boolean {
  return (hours | minutes | seconds) >= 0 && hours <= 23 && minutes <= 59 && seconds <= 59;
}

/**
 * The number that two digits make; -1 if one is no digit. Both at once: the upper half of a digit's byte is 3, and still
 * is if 6 is added to its lower half.
 */
function pairAt(view: DataView, at: number): number {
  const pair = view.getUint16(at);
  const halves = (pair & 0xf0f0) | (((pair + 0x0606) & 0xf0f0) >>> 4);
  return halves === 0x3333 ? ((pair >>> 8) & 15) * 10 + (pair & 15) : -1;
}

/** -1 if there is no digit. */
function digitAt(view: DataView, at: number): number {
  const byte = view.getUint8(at);
  return byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : -1;
}

const quote = 0x22;
const plus = 0x2b;
const hyphen = 0x2d;
const point = 0x2e;
const colon = 0x3a;
const upperT = 0x54;
const upperZ = 0x5a;
