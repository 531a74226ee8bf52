import type { EmbeddedDefinition, FieldType } from "../../mapping/view-definition.ts";
import type { TextSpan } from "./text-span.ts";
import type { TouchTexts } from "./touch-texts.ts";

/** One field of rows by slot: what `FieldColumn` is by row. Members only where the value is present. */
export type SlotColumn =
  | LeafColumn
  | {
      readonly kind: "embedded";
      readonly definition: EmbeddedDefinition;
      isPresent(slot: number): boolean;
      readonly members: readonly SlotColumn[];
    };

/** A field that is one column. */
export type LeafColumn =
  | { readonly kind: "number"; readonly type: FieldType; get(slot: number): number /* NaN: null */ }
  | { readonly kind: "code"; readonly type: FieldType; get(slot: number): number /* -1: null */ }
  | TextColumn;

/** A field that is held as text. */
export interface TextColumn {
  readonly kind: "text";
  readonly type: FieldType;
  /** False: null. */
  locate(slot: number, span: TextSpan): boolean;
  /** What `locate` would give; does not go to where the text is. */
  hasText(slot: number): boolean;
  /** To be called before `locate` is for many rows. */
  readonly touch: TouchTexts;
}
