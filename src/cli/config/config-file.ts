import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { ConfigProblem } from "./config-error.ts";

/** One value of a configuration file, with its dotted name and where it stands (`file:line:column`). */
export interface FileEntry {
  readonly name: string;
  readonly where: string;
  readonly value: unknown;
}

/** The values of a YAML configuration file, flattened to dotted names. Pure; all problems at once. */
export function parseConfigFile(file: string, text: string): { entries: FileEntry[]; problems: ConfigProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (node: unknown): string => {
    const start = (node as Partial<Node> | null)?.range?.[0] ?? 0; // every parsed YAML node has a range
    const { line, col } = lines.linePos(start);
    return `${file}:${line}:${col}`;
  };
  const problems: ConfigProblem[] = document.errors.map((error) => ({
    where: `${file}:${error.linePos?.[0].line ?? 1}:${error.linePos?.[0].col ?? 1}`,
    message: error.message.split("\n")[0] ?? "not YAML",
  }));
  const entries: FileEntry[] = [];
  const visit = (node: unknown, prefix: string): void => {
    if (!isMap(node)) {
      if (node !== null)
        problems.push({ where: at(node), message: "expected options as `name: value`, found something else" });
      return;
    }
    for (const { key, value } of node.items) {
      const name = `${prefix}${isScalar(key) ? String(key.value) : String(key)}`;
      if (isMap(value)) visit(value, `${name}.`);
      else entries.push({ name, where: at(key), value: (value as Node | null)?.toJS(document) ?? null }); // values of a parsed map are nodes
    }
  };
  if (problems.length === 0) visit(document.contents, "");
  return { entries, problems };
}
