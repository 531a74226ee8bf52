import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseMemoryLimit, makeMemoryLimit } from "../../../src/cli/config/memory-limit.ts";

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

function choose(
  files: Readonly<Record<string, string>>,
  { limitBytes, physicalBytes = 16 * gibibyte }: { limitBytes?: number; physicalBytes?: number } = {},
) {
  return chooseMemoryLimit({ "memory.limitBytes": limitBytes }, { readFile: (path) => files[path], physicalBytes });
}

const inCgroup = (limit: string) => ({
  "/proc/self/cgroup": "0::/\n",
  "/proc/self/mountinfo": "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
  "/sys/fs/cgroup/memory.max": `${limit}\n`,
});

describe("the memory limit", () => {
  test("is what is configured, whatever the machine has", () => {
    expect(choose(inCgroup("1000"), { limitBytes: 5 })).toEqual({ limitBytes: 5, from: "memory.limitBytes" });
  });

  test("is what the control group leaves beside 256 MiB", () => {
    const processBytes = 768 * mebibyte;
    expect(choose(inCgroup(String(processBytes)))).toEqual({
      limitBytes: 512 * mebibyte,
      from: "control group",
      processBytes,
      problem: undefined,
    });
  });

  test("is three quarters of the machine, where no group has less", () => {
    const expected = { limitBytes: 12 * gibibyte, from: "physical memory", processBytes: 16 * gibibyte };
    expect(choose({})).toMatchObject(expected);
    expect(choose(inCgroup("max"))).toMatchObject(expected);
    expect(choose(inCgroup("9223372036854771712"))).toMatchObject(expected);
  });

  test("is that of the machine, with the reason, where the control group cannot be looked at", () => {
    const refuse = () => {
      throw new Error("EACCES: permission denied, open '/proc/self/cgroup'");
    };
    const terminal = { readFile: refuse, physicalBytes: 4 * gibibyte };
    expect(chooseMemoryLimit({ "memory.limitBytes": undefined }, terminal)).toMatchObject({
      limitBytes: 3 * gibibyte,
      problem: expect.stringContaining("EACCES"),
    });
  });

  test("leaves something to views and to all else, and never falls while the process may have more", () => {
    const bytes = fc.integer({ min: mebibyte, max: 2 ** 45 });
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(makeMemoryLimit(less)).toBeLessThanOrEqual(makeMemoryLimit(more));
        expect(makeMemoryLimit(less)).toBeGreaterThanOrEqual(less / 4);
        expect(makeMemoryLimit(less)).toBeLessThanOrEqual(Math.ceil((3 / 4) * less));
      }),
    );
  });
});
