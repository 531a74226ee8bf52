import type { ConfigSources } from "./read-config.ts";

/** A mounted hierarchy of control groups that can limit memory. */
interface Hierarchy {
  readonly mountPoint: string;
  /** The group that the mount point shows: a container may see a part only. */
  readonly root: string;
  readonly version: 1 | 2;
}

const limitFiles = { 1: "memory.limit_in_bytes", 2: "memory.max" } as const;

/**
 * The least limit of memory among this process's control group and those that hold it, of version 2 and 1 alike, as far as
 * they are mounted; undefined if there is none. Version 1 says an absurdly large number where it has no limit. Throws what
 * `readFile` throws.
 */
export function readCgroupLimit(readFile: ConfigSources["readFile"]): number | undefined {
  const groups = parseGroups(readFile("/proc/self/cgroup") ?? "");
  const limits = parseHierarchies(readFile("/proc/self/mountinfo") ?? "").flatMap((hierarchy) =>
    listFolders(hierarchy, groups[hierarchy.version] ?? "/").flatMap((folder) =>
      parseLimit(readFile(`${folder}/${limitFiles[hierarchy.version]}`)),
    ),
  );
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** Path of the process's group in version 2, and in version 1's hierarchy of memory. Lines are `id:controllers:path`. */
function parseGroups(text: string): { readonly [Version in Hierarchy["version"]]?: string } {
  const groups: { [Version in Hierarchy["version"]]?: string } = {};
  for (const line of text.split("\n")) {
    const [, id, controllers = "", path = "/"] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === "0" && controllers === "") groups[2] = path;
    if (controllers.split(",").includes("memory")) groups[1] = path;
  }
  return groups;
}

/** Lines are `… … … root mount-point options … - type source options`. */
function parseHierarchies(text: string): Hierarchy[] {
  return text.split("\n").flatMap((line): Hierarchy[] => {
    const [mount = "", system = ""] = line.split(" - ");
    const [root = "/", mountPoint = "/"] = mount.split(" ").slice(3).map(unescapeOctal);
    const [type, , options = ""] = system.split(" ");
    if (type === "cgroup2") return [{ mountPoint, root, version: 2 }];
    return type === "cgroup" && options.split(",").includes("memory") ? [{ mountPoint, root, version: 1 }] : [];
  });
}

/** Blanks and the like stand as `\040`. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Folders of the group and of those that hold it, up to what is mounted; that alone if the group is not below it. */
function listFolders({ mountPoint, root }: Hierarchy, group: string): string[] {
  const base = root === "/" ? "" : root;
  const isBelow = group === root || group.startsWith(`${base}/`);
  const names = isBelow
    ? group
        .slice(base.length)
        .split("/")
        .filter((name) => name !== "")
    : [];
  return [mountPoint, ...names.map((_, at) => [mountPoint, ...names.slice(0, at + 1)].join("/"))];
}

/** Version 2 says `max` where there is no limit. */
function parseLimit(text: string | undefined): number[] {
  const limit = text?.trim() ?? "";
  return /^\d+$/.test(limit) ? [Number(limit)] : [];
}
