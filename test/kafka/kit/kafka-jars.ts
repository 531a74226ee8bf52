import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cachedFolder } from "./cache-folder.ts";
import { runCommand } from "./run-command.ts";

const pomFile = join(import.meta.dirname, "pom.xml");
const javaFolder = join(import.meta.dirname, "java");

/** The version of Apache Kafka under test; `pom.xml` says it. */
export const kafkaVersion = readVersion();

/** The class path of Apache Kafka and of this kit's Java programs, for `java -cp`. Downloads and compiles what is not cached. */
export async function kafkaClassPath(): Promise<string> {
  const jars = join(await ensureKafkaJars(), "jars", "*");
  return [await ensureJavaPrograms(jars), jars].join(delimiter);
}

/** Downloads Kafka's jars by Maven into the cache, unless they are there; returns the folder. About 55 MB, 10 s. */
async function ensureKafkaJars(): Promise<string> {
  const fingerprint = hash([await readFile(pomFile, "utf8")]);
  return await cachedFolder(`kafka-${kafkaVersion}`, fingerprint, async (folder) => {
    await runCommand("mvn", [
      "-q",
      "-B",
      "-f",
      pomFile,
      "-DincludeScope=runtime",
      `-DoutputDirectory=${join(folder, "jars")}`,
      "dependency:copy-dependencies",
    ]);
  });
}

async function ensureJavaPrograms(jars: string): Promise<string> {
  const files = (await readdir(javaFolder)).filter((name) => name.endsWith(".java")).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(javaFolder, name), "utf8")));
  const fingerprint = hash([kafkaVersion, ...texts]);
  return await cachedFolder(`kafka-kit-${fingerprint.slice(0, 16)}`, fingerprint, async (folder) => {
    await runCommand("javac", ["-nowarn", "-cp", jars, "-d", folder, ...files.map((name) => join(javaFolder, name))]);
  });
}

function readVersion(): string {
  const version = /<kafka\.version>([^<]+)</.exec(readFileSync(pomFile, "utf8"))?.[1];
  if (version === undefined) throw new Error(`Expected <kafka.version> in ${pomFile}, found none.`);
  return version;
}

function hash(texts: readonly string[]): string {
  return createHash("sha256").update(texts.join("\0")).digest("hex");
}
