import { hashView } from "./hash-bytes.ts";

const double = new Float64Array(1);
const view = new DataView(double.buffer);

/**
 * Hash of a number under a seed: that of its eight bytes (`hashView`). Equal numbers have equal hashes, 0 and -0 too. For
 * any number but NaN.
 */
export function hashNumber(value: number, seed: number): number {
  double[0] = value + 0; // -0 becomes 0
  return hashView(view, 0, double.byteLength, seed);
}
