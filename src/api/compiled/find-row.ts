import type { Row } from "../../view/view-reader.ts";
import type { ObjectCost } from "../object-cost.ts";
import { writeNull } from "./object-writer.ts";
import type { Binding, ReaderPlan, Run, Write } from "./run.ts";

/** Entities that are looked up by their keys. */
export interface FoundEntities {
  readonly plan: ReaderPlan<Write<Row>>;
  readonly cost: ObjectCost;
}

/** Writes the entity with this key, null if there is none. */
export function writeFound(key: string, found: FoundEntities, run: Run): void {
  const binding = found.plan.at(run);
  writeRow(binding.reader.get(key), binding, found.cost, run);
}

/** Writes the entity whose key the run's span points at, null if there is none. */
export function writeFoundAtSpan(found: FoundEntities, run: Run): void {
  const binding = found.plan.at(run);
  writeRow(binding.reader.getAt(run.span), binding, found.cost, run);
}

function writeRow(row: Row | undefined, { bound }: Binding<Write<Row>>, cost: ObjectCost, run: Run): void {
  if (row === undefined) {
    writeNull(run);
    return;
  }
  run.tally.takeEntities(1);
  run.tally.takeObjects(1, cost);
  bound(row, run);
}
