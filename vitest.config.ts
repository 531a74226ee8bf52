import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";

/** Vite would take graphql's `module` file while packages outside its reach take `main`: two copies, two realms. */
const graphql = { find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") };

/** One project for each kind of test, so that each can be run alone: `npx vitest run --project unit`. */
export default defineConfig({
  resolve: { alias: [graphql] },
  test: {
    setupFiles: ["test/support/property-seed.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          testTimeout: 30_000,
          include: ["test/{base,mapping,log,decode,view,api,transport,cli,project}/**/*.test.ts"],
        },
      },
      { extends: true, test: { name: "property", include: ["test/property/**/*.test.ts"], testTimeout: 60_000 } },
      { extends: true, test: { name: "contract", include: ["test/contract/**/*.test.ts"], testTimeout: 30_000 } },
      {
        extends: true,
        test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: "kafka",
          include: ["test/kafka/**/*.test.ts"],
          globalSetup: ["test/kafka/kit/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
