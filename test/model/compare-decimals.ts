import { compareText } from "../../src/base/text-order.ts";

/** Compares two canonical decimal texts by the numbers that they stand for, exactly. */
export function compareDecimals(left: string, right: string): number {
  if (left === right) return 0;
  const isLeftNegative = left.startsWith("-");
  if (isLeftNegative !== right.startsWith("-")) return isLeftNegative ? -1 : 1;
  return isLeftNegative ? compareMagnitudes(right.slice(1), left.slice(1)) : compareMagnitudes(left, right);
}

/** More digits before the point are more; with as many, text order is number order, as no fraction ends in zero. */
function compareMagnitudes(left: string, right: string): number {
  return wholeLengthOf(left) - wholeLengthOf(right) || compareText(left, right);
}

function wholeLengthOf(text: string): number {
  const point = text.indexOf(".");
  return point === -1 ? text.length : point;
}
