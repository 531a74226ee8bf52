import type { Chunk } from "../memory/chunk-allocator.ts";

/** Places that a table begins with. */
export const firstCapacity = 16;
/** From here on a part grows by a step before it is split, so that a table's parts, which all grow at the same time, are never half empty. */
const fullCapacity = 16_384;
/** A part that has this many places is split. */
export const splitCapacity = (11 * fullCapacity) / 8;
/** More places have no homes of their own. */
export const maxCapacity = 65_536;

/** Places of one part, two words each: hash and what is found by it; 0 is a free place. */
export interface HashPart {
  readonly words: Uint32Array;
  readonly chunk: Chunk;
  readonly capacity: number;
  /** How many top bits all hashes of the part have in common. */
  readonly depth: number;
  used: number;
}

/** What stands at the first place that has the hash; 0 if none has. */
export function findHash({ words, capacity }: HashPart, hash: number): number {
  for (let place = homeOf(hash, capacity); ; place = nextPlace(place, capacity)) {
    const found = words[2 * place + 1] as number; // below the capacity; there is always a free place
    if (found === 0 || words[2 * place] === hash) return found;
  }
}

/** The place where the search for a hash begins: by its lower 16 bits. */
export function homeOf(hash: number, capacity: number): number {
  return Math.imul(hash & 0xffff, capacity) >>> 16;
}

/** The place after a place; the first one after the last. */
export function nextPlace(place: number, capacity: number): number {
  return place + 1 === capacity ? 0 : place + 1;
}

/** True if nothing may be added: five eighths of the places are in use. More would make searches for what is not there long. */
export function isFull({ used, capacity }: HashPart): boolean {
  return used >= limitOf(capacity);
}

function limitOf(capacity: number): number {
  return (capacity * 5) >>> 3;
}

/** What a part that is full grows to, unless it is split. */
export function nextCapacity(capacity: number): number {
  return capacity < fullCapacity ? 2 * capacity : capacity + (3 * fullCapacity) / 8;
}

/** Of half a part that is split: hashes are spread, but those of one key's rows are all the same. */
export function capacityFor(places: number): number {
  let capacity = fullCapacity;
  while (places >= limitOf(capacity)) capacity = nextCapacity(capacity);
  return capacity;
}

/** Takes a free place; there must be one more. */
export function put(part: HashPart, hash: number, found: number): void {
  putAt(part.words, part.capacity, hash, found);
  part.used += 1;
}

function putAt(words: Uint32Array, capacity: number, hash: number, found: number): void {
  let place = homeOf(hash, capacity);
  while (words[2 * place + 1] !== 0) place = nextPlace(place, capacity);
  words[2 * place] = hash;
  words[2 * place + 1] = found;
}

/** Places in use by hashes that have this bit, counted from the lowest. Without branches: which places are free follows no rule that a processor could guess. */
export function countPlacesWith({ words, capacity }: HashPart, bit: number): number {
  let count = 0;
  for (let at = 0; at < 2 * capacity; at += 2) {
    const found = words[at + 1] as number; // below the capacity
    const isUsed = (found | (0 - found)) >>> 31;
    count += ((words[at] as number) >>> bit) & isUsed;
  }
  return count;
}

/** Adds all that a part has to two others, which may be one: to `high` where the hash has this bit. There must be room. */
export function movePlaces({ words, capacity }: HashPart, low: HashPart, high: HashPart, bit: number): void {
  const { words: lowWords, capacity: lowCapacity } = low;
  const { words: highWords, capacity: highCapacity } = high;
  let [moved, movedHigh] = [0, 0];
  for (let at = 0; at < 2 * capacity; at += 2) {
    const found = words[at + 1] as number; // below the capacity
    if (found === 0) continue;
    const hash = words[at] as number;
    const isHigh = (hash >>> bit) & 1;
    const target = isHigh === 1 ? highWords : lowWords;
    putAt(target, isHigh === 1 ? highCapacity : lowCapacity, hash, found);
    moved += 1;
    movedHigh += isHigh;
  }
  low.used += moved - movedHigh;
  high.used += movedHigh;
}

/** Frees a place: what was put behind it only because it was taken moves up. */
export function freePlace(part: HashPart, freed: number): void {
  const { words, capacity } = part;
  let gap = freed;
  for (let place = nextPlace(gap, capacity); words[2 * place + 1] !== 0; place = nextPlace(place, capacity)) {
    const home = homeOf(words[2 * place] as number, capacity); // below the capacity
    const isBehindGap = gap <= place ? home <= gap || home > place : home <= gap && home > place;
    if (!isBehindGap) continue;
    words[2 * gap] = words[2 * place] as number;
    words[2 * gap + 1] = words[2 * place + 1] as number;
    gap = place;
  }
  words[2 * gap + 1] = 0;
  part.used -= 1;
}
