declare const typed: unique symbol;

/**
 * The text of one GraphQL operation, with the types of its result and variables: what `npm run codegen` makes of each
 * `.graphql` document. A text and not a parsed document, because it is sent and printed, never executed by whoever holds it.
 */
export type OperationText<Result, Variables> = string & {
  /** Exists for the compiler only. */
  readonly [typed]?: (variables: Variables) => Result;
};

/** The text of a generated template: the operation, then its fragments, without the blanks that the generator puts around them. */
export function gql(parts: TemplateStringsArray, ...fragments: readonly string[]): string {
  return parts
    .flatMap((part, at) => [part.trim(), fragments[at] ?? ""])
    .filter((text) => text !== "")
    .join("\n");
}

/** The operation on one line, as one types it into a shell. Holds for texts without block strings, the only ones in which line ends count. */
export function makeOneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
