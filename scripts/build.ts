import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";

/** Makes `dist`, what the package publishes: JavaScript with declarations, imports rewritten to `.js`. */
rmSync("dist", { recursive: true, force: true });
execFileSync("tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
