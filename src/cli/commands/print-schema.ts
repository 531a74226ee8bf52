import { lexicographicSortSchema, printSchema } from "graphql";
import { createExecutableSchema } from "../../api/executable-schema.ts";
import { loadSchema } from "../../mapping/load-schema.ts";
import { makeTransportOptions } from "../config/gateway-options.ts";
import type { Config } from "../config/option-table.ts";
import type { ExitCode, Terminal } from "../terminal.ts";

/** `tailwater print-schema`: prints the API that the schema directory gives, sorted; needs no log. */
export async function printApiSchema(config: Config, { print }: Terminal): Promise<ExitCode> {
  const schema = createExecutableSchema(await loadSchema(config.schema), {
    limits: makeTransportOptions(config).limits,
  });
  print(`${printSchema(lexicographicSortSchema(schema))}\n`);
  return 0;
}
