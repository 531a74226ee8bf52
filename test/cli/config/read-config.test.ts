import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../src/cli/config/config-error.ts";
import { readConfig } from "../../../src/cli/config/read-config.ts";

function read(options: { args?: string[]; env?: Record<string, string>; files?: Record<string, string> }) {
  const { args = [], env = {}, files = {} } = options;
  return readConfig({ args, env, readFile: (path) => files[path] });
}

function problemsOf(options: Parameters<typeof read>[0]): string[] {
  try {
    read(options);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ where, message }) => `${where}: ${message}`);
    throw error;
  }
  return [];
}

describe("readConfig", () => {
  test("gives every default", () => {
    const { config } = read({});
    expect(config.port).toBe(4000);
    expect(config["admin.host"]).toBe("127.0.0.1");
    expect(config["cors.origins"]).toEqual([]);
    expect(config.log).toBeUndefined();
  });

  test("lets a flag beat the environment and the environment beat the file", () => {
    const files = { "tailwater.yaml": "port: 1\nadmin:\n  port: 2\nhost: 127.0.0.9\n" };
    const env = { TAILWATER_PORT: "3", TAILWATER_ADMIN_PORT: "4" };
    const { config } = read({ args: ["serve", "--port", "5"], env, files });
    expect([config.port, config["admin.port"], config.host]).toEqual([5, 4, "127.0.0.9"]);
  });

  test("keeps operands, takes --flag=value and switches", () => {
    const { config, operands } = read({
      args: ["serve", "--introspection", "--log=ndjson:data", "--kafka-tls-enabled", "false"],
    });
    expect(operands).toEqual(["serve"]);
    expect(config.introspection).toBe(true);
    expect(config.log).toBe("ndjson:data");
    expect(config["kafka.tls.enabled"]).toBe(false);
  });

  test("reports all problems at once, each with its place and the nearest known name", () => {
    expect(
      problemsOf({
        args: ["--prot", "4000", "--admin-port", "many"],
        env: { TAILWATER_HOTS: "x", OTHER: "y" },
        files: { "tailwater.yaml": "limits:\n  maxBodyByte: 3\n  maxDepth: -1\n" },
      }),
    ).toEqual([
      "--prot: unknown option. Did you mean --port? See tailwater --help.",
      "tailwater.yaml:2:3: unknown key limits.maxBodyByte. Did you mean limits.maxBodyBytes?",
      "TAILWATER_HOTS: unknown variable. Did you mean TAILWATER_HOST?",
      '--admin-port: expected an integer of at least 0, at most 65535, found "many"',
      "tailwater.yaml:3:3 limits.maxDepth: expected an integer of at least 1, found -1",
    ]);
  });

  test("names the place of a file that is no YAML, and a file that is missing", () => {
    expect(problemsOf({ args: ["--config", "a.yaml"], files: { "a.yaml": "port: [1" } })[0]).toMatch(
      /^a\.yaml:\d+:\d+: /,
    );
    expect(problemsOf({ args: ["--config", "b.yaml"] })).toEqual([
      "b.yaml: expected a configuration file here, found none",
    ]);
  });

  test("takes a password from environment or file only, and never prints it", () => {
    expect(problemsOf({ args: ["--kafka-sasl-password", "hush"] })[0]).toMatch(
      /^--kafka-sasl-password: unknown option/,
    );
    expect(problemsOf({ files: { "tailwater.yaml": "kafka: {sasl: {password: [hush]}}" } }).join()).not.toContain(
      "hush",
    );
    expect(read({ env: { TAILWATER_KAFKA_SASL_PASSWORD: "hush" } }).config["kafka.sasl.password"]).toBe("hush");
  });
});
