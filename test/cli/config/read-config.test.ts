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
    const { config } = read({ args: ["--port", "5"], env, files });
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
    const env = {
      TAILWATER_KAFKA_SASL_PASSWORD: "hush",
      TAILWATER_KAFKA_SASL_MECHANISM: "PLAIN",
      TAILWATER_KAFKA_SASL_USERNAME: "me",
    };
    expect(read({ env }).config["kafka.sasl.password"]).toBe("hush");
  });
});

describe("options that do not go together", () => {
  const log = "--log=kafka://a:9092";

  test.each([
    [
      "serve without a log",
      ["serve"],
      "--log: expected kafka://host:port,host:port or ndjson:DIRECTORY, found nothing",
    ],
    [
      "another log",
      ["serve", "--log", "file:x"],
      '--log: expected kafka://host:port,host:port or ndjson:DIRECTORY, found "file:x"',
    ],
    [
      "a broker without a port",
      ["serve", "--log", "kafka://a:1,b"],
      '--log: expected kafka://host:port,host:port or ndjson:DIRECTORY, found "kafka://a:1,b"',
    ],
    [
      "a name without a password",
      ["serve", log, "--kafka-sasl-mechanism", "PLAIN", "--kafka-sasl-username", "me"],
      "TAILWATER_KAFKA_SASL_PASSWORD: expected a value, since kafka.sasl.mechanism is PLAIN, found none",
    ],
    [
      "no token",
      ["serve", log, "--kafka-sasl-mechanism", "OAUTHBEARER"],
      "--kafka-sasl-token-file: expected a value, since kafka.sasl.mechanism is OAUTHBEARER, found none",
    ],
    [
      "a name without a mechanism",
      ["serve", log, "--kafka-sasl-username", "me"],
      "--kafka-sasl-username: expected kafka.sasl.mechanism beside it, found none",
    ],
    [
      "certificates without TLS",
      ["serve", log, "--kafka-tls-ca-file", "ca.pem"],
      "--kafka-tls-ca-file: expected kafka.tls.enabled to be true beside it, found false",
    ],
    [
      "a certificate without a key",
      ["serve", log, "--kafka-tls-enabled", "--kafka-tls-cert-file", "me.pem"],
      "--kafka-tls-key-file: expected a file, since there is a kafka.tls.certFile, found none",
    ],
    [
      "a default page beyond the greatest",
      ["--limits-max-page-size", "10"],
      "--limits-default-page-size: expected at most limits.maxPageSize, which is 10, found 50",
    ],
    [
      "a header slower than the request",
      ["--headers-timeout-ms", "2000", "--request-timeout-ms", "1000"],
      "--headers-timeout-ms: expected at most requestTimeoutMs, which is 1000, found 2000",
    ],
    [
      "one port for two listeners",
      ["--port", "80", "--admin-port", "80"],
      "--admin-port: expected another port than the public listener's, found 80 for both",
    ],
    [
      "a wait longer than timers can",
      ["--dead-peer-ms", "2147483648"],
      '--dead-peer-ms: expected an integer of at least 1, at most 2147483647, found "2147483648"',
    ],
  ])("are a problem: %s", (_what, args, problem) => {
    expect(problemsOf({ args })).toEqual([problem]);
  });

  test.each([
    ["an IPv6 broker", ["serve", "--log", "kafka://[::1]:9092,b:9092"]],
    ["TLS with nothing else", ["serve", log, "--kafka-tls-enabled"]],
    ["free ports", ["--port", "0", "--admin-port", "0"]],
    ["another command without a log", ["print-schema"]],
  ])("are not found where they do: %s", (_what, args) => {
    expect(problemsOf({ args })).toEqual([]);
  });

  test("are reported beside what is wrong in itself, each once and where it stands", () => {
    const files = { "tailwater.yaml": "log: file:x\nlimits:\n  maxPageSize: 0\n  defaultPageSize: 5000\n" };
    expect(problemsOf({ args: ["serve", "--prot", "1", "--kafka-sasl-mechanism", "NONE"], files })).toEqual([
      "--prot: unknown option. Did you mean --port? See tailwater --help.",
      "tailwater.yaml:3:3 limits.maxPageSize: expected an integer of at least 1, found 0",
      '--kafka-sasl-mechanism: expected one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER, found "NONE"',
      'tailwater.yaml:1:1 log: expected kafka://host:port,host:port or ndjson:DIRECTORY, found "file:x"',
    ]);
  });
});
