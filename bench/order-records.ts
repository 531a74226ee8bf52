import { createSeededRandom } from "../src/cli/demo/seeded-random.ts";
import { mapSchema } from "../src/mapping/read-schema.ts";
import type { ViewDefinition } from "../src/mapping/view-definition.ts";
import type { IndexCount } from "./replay-options.ts";

/** The view that is built from the records, nine members of each value. */
export function makeOrderView(topic: string, indexes: IndexCount): readonly ViewDefinition[] {
  const sdl = `
enum OrderStatus { PLACED PAID SHIPPED DELIVERED CANCELLED }

type Order @view(topic: ${JSON.stringify(topic)}) {
  id: ID! @key
  customerId: ID! ${indexes > 1 ? "@index" : ""}
  status: OrderStatus!
  total: Float! @index
  currency: String!
  quantity: Int!
  isGift: Boolean!
  city: String
  placedAt: DateTime!
  note: String
}
`;
  return mapSchema([{ name: "bench", text: sdl }]);
}

export interface OrderRecordsOptions {
  readonly records: number;
  readonly keys: number;
  readonly partitions: number;
  readonly seed: number;
}

/** Some records as the driver's command `load` reads them from a file. */
export interface OrderRecordsChunk {
  readonly bytes: Buffer;
  readonly keyBytes: number;
  readonly valueBytes: number;
}

/**
 * The records in chunks; the same options give the same bytes. Each key comes records / keys times, always in the same
 * partition, in an order that is shuffled as a whole. A value is JSON of about 185 bytes, as JSON.stringify writes it.
 * A chunk is valid until the next one.
 */
export function* makeOrderRecords({
  records,
  keys,
  partitions,
  seed,
}: OrderRecordsOptions): IterableIterator<OrderRecordsChunk> {
  const random = createSeededRandom(seed);
  const order = shuffle(
    Uint32Array.from({ length: records }, (_, at) => at % keys),
    random,
  );
  const buffer = Buffer.alloc(chunkRecords * maxRecordBytes);
  for (let first = 0; first < records; first += chunkRecords) {
    let end = 0;
    let keyBytes = 0;
    let valueBytes = 0;
    for (const number of order.subarray(first, first + chunkRecords)) {
      const key = `order-${String(number).padStart(9, "0")}`;
      const value = JSON.stringify(makeOrder(number, keys, random));
      end = buffer.writeInt32BE(number % partitions, end);
      end = buffer.writeInt32BE(key.length, end);
      end += buffer.write(key, end, "latin1");
      end = buffer.writeInt32BE(value.length, end);
      end += buffer.write(value, end, "latin1");
      keyBytes += key.length;
      valueBytes += value.length;
    }
    yield { bytes: buffer.subarray(0, end), keyBytes, valueBytes };
  }
}

const chunkRecords = 100_000;
const maxRecordBytes = 300;
const statuses = ["PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"];
const currencies = ["EUR", "USD", "GBP", "CHF"];
const cities = ["Rotterdam", "Lyon", "Porto", "Gdansk", "Turin", "Bergen", "Leipzig", "Cork"];
const words = [
  "leave",
  "at",
  "the",
  "door",
  "ring",
  "twice",
  "call",
  "before",
  "noon",
  "neighbour",
  "fragile",
  "stairs",
];

/** The value of one order. ASCII only, so that a character is a byte. */
export function makeOrder(number: number, keys: number, random: () => number) {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T; // within
  return {
    customerId: `customer-${String((number * 7) % Math.max(1, Math.floor(keys / 10))).padStart(7, "0")}`,
    status: pick(statuses),
    total: Math.floor(random() * 100_000) / 100,
    currency: pick(currencies),
    quantity: 1 + Math.floor(random() * 20),
    isGift: random() < 0.1,
    city: pick(cities),
    placedAt: new Date(1_700_000_000_000 + Math.floor(random() * 30_000_000_000)).toISOString(),
    note: `${pick(words)} ${pick(words)}`,
  };
}

/** Fisher–Yates, in place. */
function shuffle(items: Uint32Array, random: () => number): Uint32Array {
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const item = items[at] as number; // both within
    items[at] = items[other] as number;
    items[other] = item;
  }
  return items;
}
