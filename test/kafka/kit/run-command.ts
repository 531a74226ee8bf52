import { spawn } from "node:child_process";

const timeoutMs = 240_000;

/**
 * Runs a command to its end and returns what it printed to standard output. Throws with the end of what it said if it
 * cannot be started, does not end in four minutes or ends with another code than 0.
 */
export async function runCommand(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs, killSignal: "SIGKILL" });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const status = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new Error(`Expected to run "${command}", found: ${cause.message}. Is it installed?`, { cause })),
    );
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  if (status !== 0) {
    throw new Error(
      `Expected "${command} ${args.join(" ")}" to end with code 0, found ${status}:\n${(errors + output).slice(-4000)}`,
    );
  }
  return output;
}
