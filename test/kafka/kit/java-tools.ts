import { runCommand } from "./run-command.ts";

const neededJava = 17;

/** Why no broker can be started here; undefined if one can. Needs `java` and `javac` 17 or newer, and `mvn`. */
export async function whyNoKafka(): Promise<string | undefined> {
  const problems = [
    await problemOf("javac", ["-version"], (output) => {
      const major = Number(/(\d+)/.exec(output)?.[1]);
      return major >= neededJava ? undefined : `Java ${neededJava} or newer is needed, javac says "${output.trim()}"`;
    }),
    await problemOf("java", ["--version"], () => undefined),
    await problemOf("mvn", ["-v"], () => undefined),
  ].filter((problem) => problem !== undefined);
  return problems.length === 0 ? undefined : problems.join(" ");
}

async function problemOf(
  command: string,
  args: readonly string[],
  judge: (output: string) => string | undefined,
): Promise<string | undefined> {
  try {
    return judge(await runCommand(command, args));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
