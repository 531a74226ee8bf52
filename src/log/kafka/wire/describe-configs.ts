import { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

export interface DescribeConfigsResponse {
  readonly resources: ReadonlyArray<{
    readonly errorCode: number;
    readonly name: string;
    readonly configs: ReadonlyArray<{ readonly name: string; readonly value: string | null }>;
  }>;
}

const topicResource = 2;

/** Body of a DescribeConfigs v2 request for some settings of one topic. */
export function encodeDescribeConfigsRequest({
  topic,
  names,
}: {
  readonly topic: string;
  readonly names: readonly string[];
}): Buffer {
  const writer = new WireWriter();
  writer.array([topic], () => {
    writer
      .int8(topicResource)
      .string(topic)
      .array(names, (name) => writer.string(name));
  });
  const includesSynonyms = 0;
  return writer.int8(includesSynonyms).end();
}

/** Reads a DescribeConfigs v2 response. Throws `LogProtocolError` if it ends early. */
export function decodeDescribeConfigsResponse(bytes: Buffer): DescribeConfigsResponse {
  const reader = new WireReader(bytes, "DescribeConfigs");
  reader.int32(); // throttle time
  const resources = reader.array(() => {
    const errorCode = reader.int16();
    reader.string(); // message
    reader.int8(); // kind of resource
    return { errorCode, name: reader.string() ?? "", configs: reader.array(() => readConfig(reader)) };
  });
  return { resources };
}

function readConfig(reader: WireReader): { name: string; value: string | null } {
  const config = { name: reader.string() ?? "", value: reader.string() };
  for (const _fact of ["read only", "source", "sensitive"]) reader.int8();
  reader.array(() => {
    reader.string(); // name of the synonym
    reader.string(); // its value
    reader.int8(); // its source
  });
  return config;
}
