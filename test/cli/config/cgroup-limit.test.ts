import { describe, expect, test } from "vitest";
import { readCgroupLimit } from "../../../src/cli/config/cgroup-limit.ts";

function limitOf(files: Readonly<Record<string, string>>): number | undefined {
  return readCgroupLimit((path) => files[path]);
}

const unified = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
const memory = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n";
const folder = "/sys/fs/cgroup";
const noLimit = "9223372036854771712\n";

describe("readCgroupLimit", () => {
  test("is that of the process's own group, version 2", () => {
    const files = {
      "/proc/self/cgroup": "0::/system.slice/tailwater.service\n",
      "/proc/self/mountinfo": unified,
      [`${folder}/system.slice/memory.max`]: "max\n",
      [`${folder}/system.slice/tailwater.service/memory.max`]: "536870912\n",
    };
    expect(limitOf(files)).toBe(536_870_912);
  });

  test("is that of a group further out, if it is less", () => {
    const files = {
      "/proc/self/cgroup": "0::/kubepods/pod1/box\n",
      "/proc/self/mountinfo": unified,
      [`${folder}/kubepods/memory.max`]: "900\n",
      [`${folder}/kubepods/pod1/memory.max`]: "400\n",
      [`${folder}/kubepods/pod1/box/memory.max`]: "500\n",
    };
    expect(limitOf(files)).toBe(400);
  });

  test("is what the mount shows in a container that sees itself as the root", () => {
    const files = {
      "/proc/self/cgroup": "0::/\n",
      "/proc/self/mountinfo": unified,
      [`${folder}/memory.max`]: "256000000\n",
    };
    expect(limitOf(files)).toBe(256_000_000);
  });

  test("is that of version 1's hierarchy of memory, where there are both", () => {
    const files = {
      "/proc/self/cgroup": "9:name=systemd:/\n4:cpu,memory:/box\n0::/\n",
      "/proc/self/mountinfo": `${memory}${unified}`,
      [`${folder}/memory/memory.limit_in_bytes`]: noLimit,
      [`${folder}/memory/box/memory.limit_in_bytes`]: "1000\n",
    };
    expect(limitOf(files)).toBe(1000);
  });

  test("is found where a container sees a part of the hierarchy only, at a place with blanks", () => {
    const files = {
      "/proc/self/cgroup": "4:memory:/docker/abc/inner\n",
      "/proc/self/mountinfo": "35 31 0:32 /docker/abc /cgroups\\040of/memory rw - cgroup cgroup rw,memory\n",
      "/cgroups of/memory/memory.limit_in_bytes": "2000\n",
      "/cgroups of/memory/inner/memory.limit_in_bytes": "1500\n",
    };
    expect(limitOf(files)).toBe(1500);
  });

  test("is what the mount shows, if the process's group lies outside of it", () => {
    const files = {
      "/proc/self/cgroup": "4:memory:/elsewhere\n",
      "/proc/self/mountinfo": memory.replace(" / ", " /docker/abc "),
      [`${folder}/memory/memory.limit_in_bytes`]: "2000\n",
      [`${folder}/memory/elsewhere/memory.limit_in_bytes`]: "1\n",
    };
    expect(limitOf(files)).toBe(2000);
  });

  test("is undefined without a limit, without a mount, and where there are no control groups", () => {
    const files = {
      "/proc/self/cgroup": "0::/a\n",
      "/proc/self/mountinfo": unified,
      [`${folder}/a/memory.max`]: "max\n",
    };
    expect(limitOf(files)).toBeUndefined();
    expect(
      limitOf({ "/proc/self/cgroup": "0::/a\n", "/proc/self/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda rw\n" }),
    ).toBe(undefined);
    expect(limitOf({})).toBeUndefined();
  });
});
