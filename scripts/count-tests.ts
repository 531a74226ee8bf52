import { readFileSync } from "node:fs";

/** Prints `N passed, N failed` from the test runner's own JSON report; fails if nothing ran or the report is not one. */
const reportFile = ".cache/test-report.json";
const report: unknown = JSON.parse(readFileSync(reportFile, "utf8"));

function countOf(name: string): number {
  const count = typeof report === "object" && report !== null ? Reflect.get(report, name) : undefined;
  if (typeof count !== "number") throw new Error(`Expected a number ${name} in ${reportFile}, found ${String(count)}.`);
  return count;
}

const passed = countOf("numPassedTests");
const failed =
  countOf("numFailedTests") + (countOf("numFailedTestSuites") > 0 && countOf("numFailedTests") === 0 ? 1 : 0);
if (passed + failed === 0 || failed > 0) process.exitCode = 1;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
