import { createTextSpan } from "../columns/text-span.ts";
import { compareBytes } from "../order/compare-bytes.ts";
import type { FieldColumn, Row, ViewReader } from "../view-reader.ts";

/** Whether a live row of one reader shows the same as one of another. */
export type HasSameContent = (before: Row, after: Row) => boolean;

/** Makes the comparison of all stored fields; both readers are of the same view. Texts that differ are different, so JSON with its members in another order is. */
export function makeHasSameContent(before: ViewReader, after: ViewReader): HasSameContent {
  const comparisons = before.definition.fields.map(({ name }) =>
    compareColumns(before.column(name), after.column(name)),
  );
  return (old, now) => comparisons.every((isSame) => isSame(old, now));
}

function compareColumns(before: FieldColumn, after: FieldColumn): HasSameContent {
  if (before.kind === "text" && after.kind === "text") return compareTexts(before, after);
  if (before.kind === "embedded" && after.kind === "embedded") return compareEmbedded(before, after);
  if ("get" in before && "get" in after) return (old, now) => Object.is(before.get(old) + 0, after.get(now) + 0);
  return () => false; // held in another way: of another mapping
}

function compareTexts(
  before: Extract<FieldColumn, { readonly kind: "text" }>,
  after: Extract<FieldColumn, { readonly kind: "text" }>,
): HasSameContent {
  const [was, is] = [createTextSpan(), createTextSpan()];
  return (old, now) => {
    const [wasThere, isThere] = [before.locate(old, was), after.locate(now, is)];
    return wasThere && isThere ? compareBytes(was, is) === 0 : wasThere === isThere;
  };
}

function compareEmbedded(
  before: Extract<FieldColumn, { readonly kind: "embedded" }>,
  after: Extract<FieldColumn, { readonly kind: "embedded" }>,
): HasSameContent {
  const members = before.members.flatMap((member, at) => {
    const other = after.members[at];
    return other === undefined ? [] : [compareColumns(member, other)];
  });
  return (old, now) => {
    const [wasThere, isThere] = [before.isPresent(old), after.isPresent(now)];
    if (!wasThere || !isThere) return wasThere === isThere;
    return members.every((isSame) => isSame(old, now));
  };
}
