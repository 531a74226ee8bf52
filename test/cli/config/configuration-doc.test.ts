import { describe, test } from "vitest";
import { expectGolden } from "../../support/golden.ts";
import { makeConfigurationDoc } from "./configuration-doc.ts";

describe("docs/configuration.md", () => {
  test("is what the option table gives", () => {
    expectGolden("../../docs/configuration.md", makeConfigurationDoc());
  });
});
