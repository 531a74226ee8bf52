import fc from "fast-check";

/** Draws one value; what `fc.gen()` gives. */
export type Draw = fc.GeneratorValue;

/** True once in so many times. */
export function oneIn(draw: Draw, count: number): boolean {
  return draw(fc.nat, { max: count - 1 }) === 0;
}

/** One of these, which are some. */
export function pick<Value>(draw: Draw, values: readonly Value[]): Value {
  return values[draw(fc.nat, { max: values.length - 1 })] as Value; // below the length; no list is empty
}
