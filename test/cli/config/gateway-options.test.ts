import { describe, expect, test } from "vitest";
import { makeTransportOptions, makeViewOptions } from "../../../src/cli/config/gateway-options.ts";
import { makeKafkaSpec } from "../../../src/cli/config/log-spec.ts";
import type { OptionSpec } from "../../../src/cli/config/option-spec.ts";
import { optionTable } from "../../../src/cli/config/option-table.ts";
import { parseOptionValue } from "../../../src/cli/config/option-value.ts";
import { readConfig } from "../../../src/cli/config/read-config.ts";
import { kafkaLogDefaults } from "../../../src/log/kafka/kafka-log-options.ts";
import { defaultTransportOptions } from "../../../src/transport/transport-options.ts";
import { defaultViewOptions } from "../../../src/view/view-options.ts";

describe("a configuration that says nothing", () => {
  const { config } = readConfig({ args: [], env: {}, readFile: () => undefined });

  test("gives exactly the listeners' own defaults", () => {
    expect(makeTransportOptions(config)).toEqual(defaultTransportOptions);
  });

  test("gives the views' own defaults", () => {
    expect(defaultViewOptions).toMatchObject(makeViewOptions(config));
  });

  test("gives the defaults of Kafka's client", async () => {
    expect(kafkaLogDefaults).toMatchObject(await makeKafkaSpec(config));
  });
});

describe("the option table", () => {
  const specs: readonly OptionSpec[] = optionTable;

  test("holds only defaults that could be given, too", () => {
    for (const spec of specs) {
      const { defaultValue } = spec;
      if (defaultValue !== undefined)
        expect(parseOptionValue(spec, defaultValue)).toEqual({ ok: true, value: defaultValue });
    }
  });

  test("describes every option in a sentence", () => {
    for (const { description } of specs) expect(description).toMatch(/^[A-Z].*\.$/s);
  });
});
