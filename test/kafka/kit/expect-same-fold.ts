import { expect } from "vitest";
import type { TopicFold } from "./kafka-client.ts";

const shownDifferences = 10;

/** Asserts that a view holds exactly the live keys of the truth, at its positions. */
export function expectSameView(actual: TopicFold, truth: TopicFold): void {
  expect(viewDifferences(actual, truth)).toEqual([]);
}

/** Asserts the same of every single record, in order: nothing lost, repeated, reordered or changed. */
export function expectSameRecords(actual: TopicFold, truth: TopicFold): void {
  expectSameView(actual, truth);
  expect(recordsOf(actual)).toEqual(recordsOf(truth));
}

function viewDifferences(actual: TopicFold, truth: TopicFold): readonly string[] {
  const differences: string[] = [];
  for (const partition of new Set([...Object.keys(truth), ...Object.keys(actual)])) {
    const expected = truth[partition];
    const found = actual[partition];
    if (expected?.position !== found?.position) {
      differences.push(`partition ${partition}: expected position ${expected?.position}, found ${found?.position}`);
    }
    const keys = new Set([...Object.keys(expected?.live ?? {}), ...Object.keys(found?.live ?? {})]);
    for (const key of keys) {
      const wanted = expected?.live[key];
      const held = found?.live[key];
      if (wanted !== held) differences.push(`${partition}/${key}: expected ${wanted}, found ${held}`);
    }
  }
  return differences.slice(0, shownDifferences);
}

function recordsOf(fold: TopicFold): unknown {
  return Object.fromEntries(
    Object.entries(fold).map(([partition, { records, checksum }]) => [partition, { records, checksum }]),
  );
}
