import type { DirectiveUse } from "./directives.ts";
import type { Problems } from "./problems.ts";

/**
 * The member names of a directive's `path`: dots separate them, `\.` is a dot and `\\` a backslash inside a name.
 * Reports an empty name and any other escape; then, or if there is no valid `path`, undefined.
 */
export function readPath(use: DirectiveUse, problems: Problems): readonly string[] | undefined {
  const text = use.values.get("path");
  if (text === undefined) return undefined;
  const members = splitPath(text);
  const node = use.given.get("path") ?? use.node;
  if (members === undefined) {
    problems.report(
      node,
      `expected a dot or a backslash after each backslash of a path, found ${JSON.stringify(text)}; double the backslash`,
    );
  } else if (members.includes("")) {
    problems.report(
      node,
      `expected member names separated by single dots, found ${JSON.stringify(text)}; remove the empty part`,
    );
    return undefined;
  }
  return members;
}

function splitPath(text: string): readonly string[] | undefined {
  const members: string[] = [];
  let member = "";
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (unit === ".") {
      members.push(member);
      member = "";
    } else if (unit === "\\") {
      at += 1;
      const escaped = text.charAt(at);
      if (escaped !== "." && escaped !== "\\") return undefined;
      member += escaped;
    } else {
      member += unit;
    }
  }
  return [...members, member];
}
