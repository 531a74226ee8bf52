import { InvariantError } from "../../src/base/errors.ts";
import { compareText } from "../../src/base/text-order.ts";
import type { FieldValue } from "../../src/decode/row-batch.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";
import type { Pacer } from "../../src/view/pacer.ts";
import type { Entity } from "./entity.ts";
import { FieldIndex } from "./field-index.ts";
import { sortInSlices } from "./sort-in-slices.ts";
import { SortedList } from "./sorted-list.ts";

/** How many entities are looked at between two looks at the clock. */
const checkEvery = 256;

interface IndexedField {
  readonly at: number;
  readonly index: FieldIndex;
}

/** All indexes of one store: by key, and by the value of each indexed or joined field. They hold keys, not entities. */
export class StoreIndexes {
  readonly keys = new SortedList<string>(compareText);
  readonly #view: string;
  readonly #fields: ReadonlyMap<string, IndexedField>;

  constructor({ name: view, fields, joinedFields }: ViewDefinition) {
    this.#view = view;
    this.#fields = new Map(
      fields.flatMap(({ name, type, isIndexed }, at) =>
        isIndexed || joinedFields.includes(name)
          ? [[name, { at, index: new FieldIndex({ name, type, isOrdered: isIndexed }) }]]
          : [],
      ),
    );
  }

  /** An estimate. */
  get memoryBytes(): number {
    let bytes = 9 * this.keys.size;
    for (const { index } of this.#fields.values()) bytes += index.memoryBytes;
    return bytes;
  }

  /** Fills the empty indexes, giving way in between. */
  async build(entities: Iterable<Entity>, pacer: Pacer): Promise<void> {
    const all: Entity[] = [];
    for (const entity of entities) {
      all.push(entity);
      if (all.length % checkEvery === 0) await pacer.giveWay();
    }
    const sorted = await sortInSlices(all, (left, right) => compareText(left.key, right.key), pacer);
    for (const [count, { key }] of sorted.entries()) {
      this.keys.insert(key);
      if (count % checkEvery === 0) await pacer.giveWay();
    }
    for (const { at, index } of this.#fields.values()) await index.build(entriesOf(sorted, at), pacer);
  }

  /** Follows one key from one image to another. */
  move(before: Entity | undefined, after: Entity | undefined): void {
    if (before === undefined && after !== undefined) this.keys.insert(after.key);
    if (before !== undefined && after === undefined) this.keys.remove(before.key);
    for (const { at, index } of this.#fields.values()) {
      const from = valueAt(before, at);
      const to = valueAt(after, at);
      if (from === to) continue;
      if (before !== undefined) index.remove(from, before.key);
      if (after !== undefined) index.add(to, after.key);
    }
  }

  /** Throws `InvariantError` if the field has no index. */
  of(field: string): FieldIndex {
    const indexed = this.#fields.get(field);
    if (indexed === undefined) throw new InvariantError(`${this.#view} has no index of ${field}`);
    return indexed.index;
  }
}

function* entriesOf(
  entities: readonly Entity[],
  at: number,
): IterableIterator<{ readonly value: FieldValue; readonly key: string }> {
  for (const entity of entities) yield { value: valueAt(entity, at), key: entity.key };
}

function valueAt(entity: Entity | undefined, at: number): FieldValue {
  return entity?.values[at] ?? null;
}
