import { spawn } from "node:child_process";
import { kafkaClassPath } from "../test/kafka/kit/kafka-jars.ts";
import type { ReplayTopic } from "./replay-topic.ts";

/** One run of Kafka's own ConsumerPerformance. */
export interface ConsumerPerformanceRun {
  /** By its own clock and word (`fetch.nMsg.sec`): without start of the JVM and joining the group. */
  readonly recordsPerSecond: number;
  /** User and system time of the process. */
  readonly cpuMs: number;
  /** Of it, what was used before the tool's first line ran. */
  readonly startCpuMs: number;
  readonly peakRssBytes: number;
}

/** What Kafka's own script gives the JVM. */
const jvmOptions = [
  "-Xmx512M",
  "-server",
  "-XX:+UseG1GC",
  "-XX:MaxGCPauseMillis=20",
  "-XX:InitiatingHeapOccupancyPercent=35",
  "-XX:+ExplicitGCInvokesConcurrent",
  "-Djava.awt.headless=true",
  "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
];

/** Reads the topic once from its start, in a group of its own. Throws unless it read every record. The process ends with this one. */
export async function runConsumerPerformance(
  bootstrap: string,
  { name, records }: ReplayTopic,
): Promise<ConsumerPerformanceRun> {
  const child = spawn(
    "java",
    [
      ...jvmOptions,
      ...["-cp", await kafkaClassPath(), "MeasuredMain", "org.apache.kafka.tools.ConsumerPerformance"],
      ...["--bootstrap-server", bootstrap, "--topic", name, "--num-records", String(records)],
      ...["--group", crypto.randomUUID()],
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  const columns = readColumns(output);
  const used = readUsage(errors);
  if (columns.get("data.consumed.in.nMsg") !== String(records) || used === undefined) {
    throw new Error(`Expected ConsumerPerformance to read ${records} records, it said:\n${output}\n${errors}`);
  }
  return { recordsPerSecond: Number(columns.get("fetch.nMsg.sec")), ...used };
}

/** Its last two lines are names and values, separated by commas. */
function readColumns(output: string): ReadonlyMap<string, string> {
  const [names = [], values = []] = output
    .trim()
    .split("\n")
    .slice(-2)
    .map((line) => line.split(",").map((cell) => cell.trim()));
  return new Map(names.map((name, at) => [name, values[at] ?? ""]));
}

/** MeasuredMain.java writes this line. */
function readUsage(errors: string): Omit<ConsumerPerformanceRun, "recordsPerSecond"> | undefined {
  const line = /^MEASURED (.+)$/m.exec(errors)?.[1];
  return line === undefined ? undefined : (JSON.parse(line) as Omit<ConsumerPerformanceRun, "recordsPerSecond">);
}
