import { join } from "node:path";
import { systemClock } from "../src/base/system-clock.ts";
import { run } from "../src/cli/run.ts";
import { Screen } from "../src/cli/screen.ts";

/**
 * What `tailwater print-schema` prints for `schema/`: the API that `codegen.yml` types operations from. The text and
 * not the executable schema, from which the generator would take the enums' internal values.
 */
export const schema = await printDemoApi();

async function printDemoApi(): Promise<string> {
  let printed = "";
  let errors = "";
  const exitCode = await run({
    args: ["print-schema", "--schema", join(import.meta.dirname, "..", "schema")],
    env: {},
    clock: systemClock,
    random: Math.random,
    readFile: () => undefined,
    physicalBytes: 0,
    print: (text) => {
      printed += text;
    },
    screen: new Screen({
      write: (text: unknown) => {
        errors += String(text);
        return true;
      },
    }),
    stopSignal: new AbortController().signal,
  });
  if (exitCode !== 0) throw new Error(`Expected tailwater print-schema to print the demo's API, found: ${errors}`);
  return printed;
}
