import { type FieldNode, Kind, type SelectionSetNode, type ValidationContext } from "graphql";

/** How fields add up to one number. */
export interface Measure {
  /** What one field comes to; `inner` measures its own selections. */
  ofField(field: FieldNode, inner: () => number): number;
  /** What two selections beside each other come to; 0 is neutral. */
  add(left: number, right: number): number;
}

/**
 * Measures selections with fragments expanded, each fragment only once, so a document whose fragments double each
 * other costs no more than its text. A fragment inside itself (which graphql's own rules refuse) counts as nothing.
 */
export function makeSelectionMeasure(
  context: Pick<ValidationContext, "getFragment">,
  { ofField, add }: Measure,
): (selectionSet: SelectionSetNode | undefined) => number {
  const fragments = new Map<string, number>();

  const ofFragment = (name: string): number => {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    fragments.set(name, 0);
    const measured = ofSelections(context.getFragment(name)?.selectionSet);
    fragments.set(name, measured);
    return measured;
  };

  const ofSelections = (selectionSet: SelectionSetNode | undefined): number => {
    let sum = 0;
    for (const selection of selectionSet?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        sum = add(
          sum,
          ofField(selection, () => ofSelections(selection.selectionSet)),
        );
      } else if (selection.kind === Kind.INLINE_FRAGMENT) sum = add(sum, ofSelections(selection.selectionSet));
      else sum = add(sum, ofFragment(selection.name.value));
    }
    return sum;
  };

  return ofSelections;
}
