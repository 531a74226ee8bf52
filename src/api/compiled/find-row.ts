import type { Row } from "../../view/view-reader.ts";
import type { ObjectCost } from "../object-cost.ts";
import { writeNull } from "./object-writer.ts";
import type { ReaderPlan, Run, Write } from "./run.ts";

/** Entities that are looked up by their keys. */
export interface FoundEntities {
  readonly plan: ReaderPlan<Write<Row>>;
  readonly cost: ObjectCost;
}

/** Writes the entity with this key, null if there is none. */
export function writeFound(key: string, { plan, cost }: FoundEntities, run: Run): void {
  const { reader, bound } = plan.at(run);
  const row = reader.get(key);
  if (row === undefined) {
    writeNull(run);
    return;
  }
  run.tally.takeEntities(1);
  run.tally.takeObjects(1, cost);
  bound(row, run);
}
