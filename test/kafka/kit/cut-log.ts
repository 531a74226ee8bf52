import { readdir, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { partitionFolder } from "./broker-properties.ts";
import { dumpLog, type PartitionOnDisk } from "./dump-log.ts";

/**
 * Cuts a partition's last segment before the batch that holds `offset`, as a loss of power does to what was not yet
 * written to disk. The broker must be dead (killed, not stopped in good order: else it does not look what is there).
 */
export async function cutLog(where: PartitionOnDisk, offset: number): Promise<void> {
  const folder = partitionFolder(where.dataFolder, where.topic, where.partition);
  const last = (await readdir(folder))
    .filter((name) => name.endsWith(".log"))
    .sort()
    .at(-1);
  if (last === undefined) throw new Error(`Expected a segment in ${folder}, found none.`);
  const batches = (await dumpLog(where)).filter(({ segment }) => segment === last);
  const keptBytes = batches
    .filter(({ lastOffset }) => lastOffset < offset)
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const file = join(folder, last);
  if (keptBytes >= (await stat(file)).size) throw new Error(`Expected offset ${offset} in ${file}, found none.`);
  await truncate(file, keptBytes);
}
