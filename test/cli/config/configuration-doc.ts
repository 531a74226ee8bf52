import { flagOf, type OptionSpec, variableOf } from "../../../src/cli/config/option-spec.ts";
import { optionTable } from "../../../src/cli/config/option-table.ts";

const sections: ReadonlyArray<{ readonly title: string; readonly text: string; readonly prefix: RegExp }> = [
  { title: "What to serve", text: "", prefix: /^(schema|log|logLevel)$/ },
  { title: "Listeners", text: "", prefix: /^(host|port|introspection|compiledOperations|admin\..*|cors\..*)$/ },
  {
    title: "Health and stopping",
    text: "",
    prefix: /^(readiness\..*|gracePeriodMs)$/,
  },
  {
    title: "Limits",
    text: "Every rejection names the limit that it met.",
    prefix: /^limits\./,
  },
  {
    title: "Connections that say nothing",
    text: "",
    prefix: /^(headersTimeoutMs|requestTimeoutMs|connectionInitMs|deadPeerMs)$/,
  },
  { title: "Reading", text: "", prefix: /^ingest\./ },
  { title: "Views", text: "", prefix: /^(views|memory)\./ },
  {
    title: "Kafka",
    text: "Used when `log` is `kafka://…`.",
    prefix: /^kafka\./,
  },
];

const introduction = `# Configuration

<!-- Made from the option table in src/cli/config: UPDATE_GOLDEN=1 npx vitest run test/cli/config/configuration-doc.test.ts -->

Every option is a flag, an environment variable and a key of a YAML file. A flag beats the environment, which beats the file.
The file is the one that \`--config FILE\` (or \`TAILWATER_CONFIG\`) names, else \`tailwater.yaml\` in the working directory if there
is one. Names with dots are nested in the file:

\`\`\`yaml
schema: schema
log: kafka://broker-1:9093,broker-2:9093
limits:
  maxPageSize: 500
kafka:
  tls:
    enabled: true
\`\`\`

An option, a \`TAILWATER_…\` variable or a key that is not known is an error, and so is a value that does not fit: all of them are
reported at once, with the nearest known name, and the exit code is 2. Lists are separated by commas on the command line and in
variables. Passwords are never flags, because other users of a machine can read the command line of a process.
`;

/** `docs/configuration.md`, from the option table. Fails if an option belongs to no section, or to two. */
export function makeConfigurationDoc(): string {
  const specs: readonly OptionSpec[] = optionTable;
  for (const { name } of specs) {
    const places = sections.filter(({ prefix }) => prefix.test(name)).length;
    if (places !== 1)
      throw new Error(`expected ${name} in one section of docs/configuration.md, found it in ${places}`);
  }
  return [introduction, ...sections.map((section) => makeSection(section, specs))].join("\n");
}

function makeSection({ title, text, prefix }: (typeof sections)[number], specs: readonly OptionSpec[]): string {
  const entries = specs.filter(({ name }) => prefix.test(name)).map(makeEntry);
  return `## ${title}\n${text === "" ? "" : `\n${text}\n`}\n${entries.join("\n")}`;
}

function makeEntry(spec: OptionSpec): string {
  const flag = spec.isSecret === true ? "no flag" : `\`${flagOf(spec.name)}\``;
  return `### \`${spec.name}\`

${spec.description}

${flag} · \`${variableOf(spec.name)}\` · ${describeKind(spec)} · ${describeDefault(spec)}
`;
}

function describeKind({ kind, choices = [], min, max }: OptionSpec): string {
  if (kind === "choice") return choices.map((choice) => `\`${choice}\``).join(", ");
  if (kind === "boolean") return "`true` or `false`";
  if (kind === "list") return "list of texts";
  if (kind !== "integer") return kind;
  return `integer${min === undefined ? "" : ` of at least ${min}`}${max === undefined ? "" : `, at most ${max}`}`;
}

function describeDefault({ defaultValue }: OptionSpec): string {
  if (defaultValue === undefined) return "no default";
  return String(defaultValue) === "" ? "default: empty" : `default: \`${String(defaultValue)}\``;
}
