import { flagOf, type OptionSpec, variableOf } from "./config/option-spec.ts";
import { optionTable } from "./config/option-table.ts";

/** What `tailwater --help` prints. */
export function makeHelpText(): string {
  return `tailwater <command> [options]

Commands
  serve             replay a log into views and serve them
  demo              serve a shop that keeps changing, from an embedded log; needs nothing
  print-schema      print the GraphQL API that the schema directory gives
  position TOKEN…   print what position tokens hold, a JSON line each

Options (a flag beats the environment, which beats the file)
  --config FILE  (TAILWATER_CONFIG)
      YAML file with options by their dotted names. Default: tailwater.yaml, if there is one.
${optionTable.map(describe).join("\n")}
`;
}

function describe(spec: OptionSpec): string {
  const flag = spec.isSecret
    ? "(not a flag)"
    : `${flagOf(spec.name)} ${spec.kind === "boolean" ? "[true|false]" : spec.kind.toUpperCase()}`;
  const values = spec.choices === undefined ? "" : ` One of ${spec.choices.join(", ")}.`;
  const fallback = spec.defaultValue === undefined ? "" : ` Default: ${String(spec.defaultValue) || "none"}.`;
  return `  ${flag}  (${variableOf(spec.name)}, ${spec.name})\n      ${spec.description}${values}${fallback}`;
}
