/** What a row slot holds, as bits of one byte. 0: nothing, the slot is free. */

/** The newest record of its key and partition has values. */
export const rowIsLive = 1;
/** The newest record of its key and partition deletes. */
export const rowIsTombstone = 2;
/** Another partition's record of the same key wins: the row is not shown. */
export const rowIsShadow = 4;
/** The key has rows of several partitions. */
export const rowHasRivals = 8;
/** A tombstone that waits to be forgotten. */
export const rowIsQueued = 16;
/** JSON prints the key as it is. */
export const rowKeyIsPlain = 32;
/** Two record keys have given the row's key. */
export const rowKeyCollides = 64;

/** Of a row that is shown, only `rowIsLive` of these is set. */
export const shownMask = rowIsLive | rowIsShadow;
