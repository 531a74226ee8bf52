/** Most records in one batch that a reader hands out. */
export const maxSliceRecords = 1000;
/** Most key and value bytes in one batch, unless a single record is larger. */
export const maxSliceBytes = 256 * 1024;
