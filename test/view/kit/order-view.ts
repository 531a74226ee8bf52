import { defineView } from "../../support/view-definitions.ts";

/** What most tests of views look at: an id and a number. */
export const orderView = defineView({
  name: "Order",
  topic: "orders",
  fields: { n: { type: "Int", isIndexed: true } },
});
