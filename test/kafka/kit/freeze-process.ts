import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Stops a process from running (SIGSTOP); the function that is returned lets it run again. So does the end of this
 * process, however it ends: a stopped process would never notice that nobody needs it any more. A shell of its own
 * sees to that, at the end of its input, and lets no signal from a terminal keep it from it.
 */
export async function freezeProcess(pid: number): Promise<() => Promise<void>> {
  const script = 'trap "" INT TERM HUP; kill -STOP "$1" && echo stopped && cat; kill -CONT "$1"';
  const guard = spawn("sh", ["-c", script, "freeze-process", String(pid)], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(guard, "exit");
  const outcome = await Promise.race([once(guard.stdout, "data").then(() => "stopped"), ended]);
  if (outcome !== "stopped") throw new Error(`Expected to stop process ${pid}, found that it cannot be stopped.`);
  return async () => {
    guard.stdin.end();
    await ended;
  };
}
