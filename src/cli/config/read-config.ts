import { didYouMean } from "../../base/nearest-name.ts";
import { checkConfig } from "./check-config.ts";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { parseConfigFile } from "./config-file.ts";
import { flagOf, type OptionSpec, type OptionValue, variableOf } from "./option-spec.ts";
import { type Config, optionTable } from "./option-table.ts";
import { parseOptionValue } from "./option-value.ts";

/** Where options come from. `readFile` gives a file's text or undefined if there is none. */
export interface ConfigSources {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string | undefined;
}

export interface ReadConfig {
  readonly config: Config;
  /** Words that are no options, in order. */
  readonly operands: readonly string[];
}

interface Found {
  readonly where: string;
  readonly raw: unknown;
}

const specs: readonly OptionSpec[] = optionTable;
const defaultFile = "tailwater.yaml";
const fileVariable = "TAILWATER_CONFIG";

/**
 * The configuration: a flag beats the environment, which beats the file (`--config FILE`, else `tailwater.yaml` if
 * there is one). Unknown options, variables with our prefix and keys are errors that name the nearest known one, and
 * what the command needs is checked too.
 * Throws `ConfigError` with every problem found.
 */
export function readConfig({ args, env, readFile }: ConfigSources): ReadConfig {
  const problems: ConfigProblem[] = [];
  const { flags, operands, configFile } = readFlags(args, problems);
  const found = new Map<string, Found>([
    ...readFileEntries(configFile ?? env[fileVariable], readFile, problems),
    ...readVariables(env, problems),
    ...flags,
  ]);
  const values = new Map<string, OptionValue | undefined>();
  const wrong = new Set<string>();
  for (const spec of specs) {
    const entry = found.get(spec.name);
    const parsed = entry === undefined ? undefined : parseOptionValue(spec, entry.raw);
    if (entry === undefined || parsed === undefined) values.set(spec.name, spec.defaultValue);
    else if (parsed.ok) values.set(spec.name, parsed.value);
    else {
      wrong.add(spec.name);
      const message = spec.isSecret ? parsed.message.replace(/, found .*/, "") : parsed.message;
      problems.push({ where: entry.where, message });
    }
  }
  // Each value was parsed by its own spec, so the object has the table's types, but for those that are wrong.
  const config = Object.fromEntries(values) as unknown as Config;
  for (const { option, message } of checkConfig(config, operands[0])) {
    if (!wrong.has(option)) problems.push({ where: found.get(option)?.where ?? nameOf(option), message });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { config, operands };
}

/** How to call an option that was not given. */
function nameOf(option: string): string {
  return specs.some(({ name, isSecret }) => name === option && isSecret === true) ? variableOf(option) : flagOf(option);
}

function readFlags(args: readonly string[], problems: ConfigProblem[]) {
  const byFlag = new Map(specs.filter((spec) => !spec.isSecret).map((spec) => [flagOf(spec.name), spec]));
  const flags = new Map<string, Found>();
  const operands: string[] = [];
  let configFile: string | undefined;
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    if (!word.startsWith("--")) {
      operands.push(word);
      continue;
    }
    const [flag = "", inline] = word.split(/=(.*)/s, 2);
    const spec = byFlag.get(flag);
    if (spec === undefined && flag !== "--config") {
      const known = [...byFlag.keys(), "--config"];
      problems.push({ where: flag, message: `unknown option.${didYouMean(flag, known)} See tailwater --help.` });
      if (inline === undefined && args[at + 1]?.startsWith("--") === false) at += 1;
      continue;
    }
    const isSwitch = spec?.kind === "boolean" && inline === undefined && !/^(true|false)$/.test(args[at + 1] ?? "");
    const value = isSwitch ? "true" : (inline ?? args[++at]);
    if (value === undefined) problems.push({ where: flag, message: "expected a value after it" });
    else if (spec === undefined) configFile = value;
    else flags.set(spec.name, { where: flag, raw: value });
  }
  return { flags, operands, configFile };
}

function readVariables(env: ConfigSources["env"], problems: ConfigProblem[]): Map<string, Found> {
  const byVariable = new Map(specs.map((spec) => [variableOf(spec.name), spec]));
  const found = new Map<string, Found>();
  for (const [variable, raw] of Object.entries(env)) {
    if (raw === undefined || !variable.startsWith("TAILWATER_") || variable === fileVariable) continue;
    const spec = byVariable.get(variable);
    if (spec !== undefined) found.set(spec.name, { where: variable, raw });
    else
      problems.push({ where: variable, message: `unknown variable.${didYouMean(variable, [...byVariable.keys()])}` });
  }
  return found;
}

function readFileEntries(
  asked: string | undefined,
  readFile: ConfigSources["readFile"],
  problems: ConfigProblem[],
): Map<string, Found> {
  const file = asked ?? defaultFile;
  const text = readFile(file);
  if (text === undefined) {
    if (asked !== undefined) problems.push({ where: file, message: "expected a configuration file here, found none" });
    return new Map();
  }
  const { entries, problems: fileProblems } = parseConfigFile(file, text);
  problems.push(...fileProblems);
  const names = specs.map((spec) => spec.name);
  const found = new Map<string, Found>();
  for (const { name, where, value } of entries) {
    if (names.includes(name)) found.set(name, { where: `${where} ${name}`, raw: value });
    else problems.push({ where, message: `unknown key ${name}.${didYouMean(name, names)}` });
  }
  return found;
}
