import { WireWriter } from "./wire-writer.ts";

/** A record to append. */
export interface ScriptedRecord {
  readonly key: string | null;
  readonly value: string | null;
}

/** One batch as it lies in the log. */
export interface ScriptedBatch {
  readonly baseOffset: number;
  readonly nextOffset: number;
  readonly epoch: number;
  bytes: Buffer;
}

/** One partition of a scripted topic: its log, and who leads it. Everything may be changed by a test at any time. */
export class ScriptedPartition {
  leaderId = 1;
  leaderEpoch = 0;
  startOffset = 0;
  highWatermark = 0;
  /** Undefined: the high watermark. */
  lastStableOffset: number | undefined;
  batches: ScriptedBatch[] = [];
  /** Where each epoch of leadership begins. */
  epochs: Array<{ readonly epoch: number; readonly startOffset: number }> = [{ epoch: 0, startOffset: 0 }];

  /** Appends one batch; without records it takes `offsets` offsets all the same. */
  append(records: readonly ScriptedRecord[], offsets = records.length): ScriptedBatch {
    const baseOffset = this.highWatermark;
    const bytes = encodeBatch({ baseOffset, epoch: this.leaderEpoch, records, offsets });
    const batch = { baseOffset, nextOffset: baseOffset + offsets, epoch: this.leaderEpoch, bytes };
    this.batches.push(batch);
    this.highWatermark = batch.nextOffset;
    return batch;
  }

  /** A new epoch of leadership, of the same or another broker. Where the log ends, unless it is cut to `endOffset`. */
  elect(leaderId = this.leaderId, endOffset = this.highWatermark): void {
    this.leaderId = leaderId;
    this.leaderEpoch += 1;
    this.highWatermark = endOffset;
    this.batches = this.batches.filter(({ nextOffset }) => nextOffset <= endOffset);
    this.epochs = this.epochs.filter(({ startOffset }) => startOffset < endOffset);
    this.epochs.push({ epoch: this.leaderEpoch, startOffset: endOffset });
  }

  /** Where the log ends the largest epoch that is not above `epoch`, as a broker answers OffsetForLeaderEpoch. */
  endOfEpoch(epoch: number): { readonly epoch: number; readonly endOffset: number } {
    if (epoch === this.leaderEpoch) return { epoch, endOffset: this.highWatermark };
    const next = this.epochs.find((entry) => entry.epoch > epoch);
    if (next === undefined) return { epoch: -1, endOffset: -1 };
    const floor = this.epochs.findLast((entry) => entry.epoch <= epoch);
    return { epoch: floor?.epoch ?? epoch, endOffset: next.startOffset };
  }
}

/** One life of a topic. */
export class ScriptedTopic {
  topicId: Buffer;
  readonly partitions: ScriptedPartition[];
  readonly configs = new Map([
    ["cleanup.policy", "compact"],
    ["delete.retention.ms", "86400000"],
  ]);
  /** Error code of DescribeConfigs. */
  configError = 0;
  /** How often DescribeConfigs was answered. */
  configReads = 0;
  /** Error code of Metadata. */
  metadataError = 0;

  constructor(partitions: number) {
    this.topicId = Buffer.from(crypto.randomUUID().replaceAll("-", ""), "hex");
    this.partitions = Array.from({ length: partitions }, () => new ScriptedPartition());
  }

  addPartition(): ScriptedPartition {
    const added = new ScriptedPartition();
    this.partitions.push(added);
    return added;
  }

  partition(partition: number): ScriptedPartition {
    const found = this.partitions[partition];
    if (found === undefined) throw new Error(`no partition ${partition}`);
    return found;
  }
}

/** `count` records with values `<prefix>0`, `<prefix>1`, … */
export function scriptedRecords(count: number, prefix: string, valueBytes = 0): readonly ScriptedRecord[] {
  return Array.from({ length: count }, (_, at) => ({ key: `k${at}`, value: `${prefix}${at}`.padEnd(valueBytes, ".") }));
}

function encodeBatch(batch: {
  baseOffset: number;
  epoch: number;
  records: readonly ScriptedRecord[];
  offsets: number;
}): Buffer {
  const records = new WireWriter();
  batch.records.forEach(({ key, value }, at) => {
    const record = new WireWriter().int8(0).varint(0).varint(at);
    for (const field of [key, value]) {
      if (field === null) record.varint(-1);
      else record.varint(Buffer.byteLength(field)).raw(Buffer.from(field));
    }
    const bytes = record.varint(0).end();
    records.varint(bytes.length).raw(bytes);
  });
  const timestamp = 1_700_000_000_000;
  const checked = new WireWriter()
    .int16(0)
    .int32(batch.offsets - 1)
    .int64(timestamp)
    .int64(timestamp)
    .int64(-1)
    .int16(-1)
    .int32(-1)
    .int32(batch.records.length)
    .raw(records.end())
    .end();
  return new WireWriter()
    .int64(batch.baseOffset)
    .int32(checked.length + 9)
    .int32(batch.epoch)
    .int8(2)
    .int32(crc32c(checked) | 0)
    .raw(checked)
    .end();
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}
