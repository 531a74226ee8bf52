import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/base/system-clock.ts";
import { run } from "../../../src/cli/run.ts";
import { Screen } from "../../../src/cli/screen.ts";

/** Runs a command line that is to end by itself. */
async function runCommand(args: readonly string[]) {
  let output = "";
  let errors = "";
  const exitCode = await run({
    args,
    env: {},
    clock: systemClock,
    random: Math.random,
    readFile: () => undefined,
    physicalBytes: 16e9,
    print: (text) => {
      output += text;
    },
    screen: new Screen({
      write: (text: unknown) => {
        errors += String(text);
        return true;
      },
    }),
    stopSignal: new AbortController().signal,
  });
  return { exitCode, output, errors };
}

describe("tailwater serve", () => {
  test("reports everything that is wrong with its options at once, before it looks at the schema", async () => {
    const { exitCode, output, errors } = await runCommand([
      ...["serve", "--schema", "nowhere", "--log", "file:x", "--prot", "1"],
      ...["--kafka-sasl-mechanism", "OAUTHBEARER", "--kafka-tls-ca-file", "ca.pem"],
    ]);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: "" });
    expect(errors.trimEnd().split("\n")).toEqual([
      "--prot: unknown option. Did you mean --port? See tailwater --help.",
      '--log: expected kafka://host:port,host:port or ndjson:DIRECTORY, found "file:x"',
      "--kafka-sasl-token-file: expected a value, since kafka.sasl.mechanism is OAUTHBEARER, found none",
      "--kafka-tls-ca-file: expected kafka.tls.enabled to be true beside it, found false",
    ]);
  });

  test("names every file of its options that cannot be read", async () => {
    const { exitCode, errors } = await runCommand([
      ...["serve", "--schema", "nowhere", "--log", "kafka://localhost:9092", "--kafka-tls-enabled"],
      ...[
        "--kafka-tls-ca-file",
        "none.pem",
        "--kafka-tls-cert-file",
        "no-cert.pem",
        "--kafka-tls-key-file",
        "no-key.pem",
      ],
      ...["--kafka-sasl-mechanism", "OAUTHBEARER", "--kafka-sasl-token-file", "no-token"],
    ]);
    expect(exitCode).toBe(2);
    expect(errors.match(/expected a readable file \S+/g)).toEqual(
      ["none.pem", "no-cert.pem", "no-key.pem", "no-token"].map((file) => `expected a readable file ${file}:`),
    );
  });

  test("says which address is taken, without a stack, and exits with 1", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo; // a server that listens on a port has an address of that kind
    const { exitCode, errors } = await runCommand([
      ...["serve", "--schema", "schema", "--log", "ndjson:.", "--log-level", "silent", "--host", "127.0.0.1"],
      ...["--port", String(port), "--admin-port", "0"],
    ]);
    other.close();
    expect({ exitCode, errors }).toEqual({
      exitCode: 1,
      errors: `tailwater: expected an address to listen on, found: listen EADDRINUSE: address already in use 127.0.0.1:${port}; stop what listens there, or give another --port, --admin-port or --host\n`,
    });
  });

  test("says what is wrong with the schema once its options are right", async () => {
    const { exitCode, errors } = await runCommand(["serve", "--schema", "nowhere", "--log", "ndjson:."]);
    expect(exitCode).toBe(2);
    expect(errors).toContain("nowhere");
  });
});
