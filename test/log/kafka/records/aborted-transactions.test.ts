import { describe, expect, test } from "vitest";
import { encodeControlBatch, encodeRecordBatch } from "../../../support/record-batch-encoder.ts";
import { decodeAll, offsetsOf, spansOf } from "./decoded.ts";

function written(baseOffset: number, producerId: number, key: string | Uint8Array = "k") {
  return encodeRecordBatch({ baseOffset, producerId, isTransactional: true, records: [{ key, value: "v" }] });
}

const abort = (baseOffset: number, producerId: number) => encodeControlBatch({ baseOffset, producerId, type: "abort" });
const commit = (baseOffset: number, producerId: number) =>
  encodeControlBatch({ baseOffset, producerId, type: "commit" });

describe("aborted transactions", () => {
  test("L2: two that are open at the fetch offset are both left out", () => {
    const batches = [written(10, 1), written(11, 2), written(12, 3), abort(13, 1), abort(14, 2), commit(15, 3)];
    const abortedTransactions = [
      { producerId: 1n, firstOffset: 2 },
      { producerId: 2n, firstOffset: 3 },
    ];
    expect(offsetsOf(decodeAll(batches, { position: 10, abortedTransactions }))).toEqual([12]);
  });

  test("L2: a list in the order of completion, not of first offsets, leaves all of them out", () => {
    const batches = [
      written(0, 1),
      written(1, 2),
      abort(2, 2),
      written(3, 1),
      abort(4, 1),
      written(5, 2),
      commit(6, 2),
    ];
    const abortedTransactions = [
      { producerId: 2n, firstOffset: 1 },
      { producerId: 1n, firstOffset: 0 },
    ];
    expect(offsetsOf(decodeAll(batches, { abortedTransactions }))).toEqual([5]);
  });

  test("L2: a record whose key is four zero bytes does not end its transaction", () => {
    const batches = [written(0, 1, new Uint8Array(4)), written(1, 1), abort(2, 1), written(3, 1), commit(4, 1)];
    expect(offsetsOf(decodeAll(batches, { abortedTransactions: [{ producerId: 1n, firstOffset: 0 }] }))).toEqual([3]);
  });

  test("L2: one transaction after the other of the same producer is judged by itself", () => {
    const batches = [written(0, 1), abort(1, 1), written(2, 1), commit(3, 1), written(4, 1), abort(5, 1)];
    const abortedTransactions = [
      { producerId: 1n, firstOffset: 4 },
      { producerId: 1n, firstOffset: 0 },
    ];
    expect(offsetsOf(decodeAll(batches, { abortedTransactions }))).toEqual([2]);
  });

  test("L2: a producer's records outside of transactions are not touched", () => {
    const plain = encodeRecordBatch({ baseOffset: 0, producerId: 1, records: [{ value: "v" }] });
    expect(offsetsOf(decodeAll([plain], { abortedTransactions: [{ producerId: 1n, firstOffset: 0 }] }))).toEqual([0]);
  });

  test("L1: left out records and markers move the position, also emptied markers", () => {
    const emptied = { baseOffset: 2, producerId: 1, records: [], isControl: true, isTransactional: true } as const;
    const batches = [written(0, 1), abort(1, 1), encodeRecordBatch(emptied)];
    const slices = decodeAll(batches, { abortedTransactions: [{ producerId: 1n, firstOffset: 0 }] });
    expect(spansOf(slices)).toEqual([[0, 3]]);
    expect(offsetsOf(slices)).toEqual([]);
  });

  test("L2: after an emptied marker its producer writes another transaction", () => {
    const emptied = { baseOffset: 1, producerId: 1, records: [], isControl: true, isTransactional: true } as const;
    const batches = [written(0, 1), encodeRecordBatch(emptied), written(2, 1), commit(3, 1)];
    expect(offsetsOf(decodeAll(batches, { abortedTransactions: [{ producerId: 1n, firstOffset: 0 }] }))).toEqual([2]);
  });

  test("are delivered to a reader of uncommitted records, markers are not", () => {
    const how = { isolation: "READ_UNCOMMITTED", abortedTransactions: [{ producerId: 1n, firstOffset: 0 }] } as const;
    expect(offsetsOf(decodeAll([written(0, 1), abort(1, 1), written(2, 1)], how))).toEqual([0, 2]);
  });
});
