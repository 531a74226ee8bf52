/** Bounds on what one operation may ask for and one response may hold. */
export interface ApiLimits {
  /** Fields nested in each other, the root field being the first. */
  readonly maxDepth: number;
  /** Fields of one operation, each fragment counted wherever it is spread. */
  readonly maxFields: number;
  /** Lexical tokens of one document; for the parser (`parse(…, { maxTokens })`). */
  readonly maxTokens: number;
  /** Entities of a page that names neither `first` nor `last`. */
  readonly defaultPageSize: number;
  /** Greatest `first` or `last`. */
  readonly maxPageSize: number;
  /** Ids in one list of ids. */
  readonly maxIds: number;
  /** Entities in one response, those of joins and of repeated fields included. */
  readonly maxOutputEntities: number;
  /** Fields in one response, counted for each object that has them; a list of entities counts as `listFields`. */
  readonly maxOutputFields: number;
  /** Bytes of JSON in one response, counted while it is made. */
  readonly maxOutputBytes: number;
}

/** What holds when nothing is configured. */
export const defaultApiLimits: ApiLimits = {
  maxDepth: 12,
  maxFields: 1_000,
  maxTokens: 10_000,
  defaultPageSize: 50,
  maxPageSize: 1_000,
  maxIds: 1_000,
  maxOutputEntities: 50_000,
  maxOutputFields: 250_000,
  maxOutputBytes: 16 * 1024 * 1024,
};

/** A list costs more than a field to open, whatever is on its page: about so many fields. */
export const listFields = 5;

/**
 * Fields that introspection may nest. Not configurable: `getIntrospectionQuery()` of graphql nests about 16, and
 * graphql's own rule already refuses to nest the lists that could grow without end.
 */
export const maxIntrospectionDepth = 20;

/** Where an operator changes a limit; ends the message of every error about it. */
export function howToRaise(limit: keyof ApiLimits): string {
  return `the operator of this gateway can raise \`limits.${limit}\``;
}
