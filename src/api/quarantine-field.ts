import {
  type GraphQLFieldConfig,
  GraphQLFloat,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
} from "graphql";
import type { Quarantine, QuarantineEntry } from "../view/readable-view.ts";
import { pageInfoType } from "./connection-type.ts";
import { type CursorScope, decodeCursor, encodeCursor, makeCursorScope } from "./cursor.ts";
import { defaultApiLimits } from "./limits.ts";
import type { ObservedView } from "./observed-view.ts";
import { checkSize } from "./page-arguments.ts";
import { dateTimeScalar } from "./scalars.ts";

const defaultPageSize = 20;
/** Greatest value of GraphQL's Int. */
const maxInt = 2 ** 31 - 1;

interface QuarantineArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** A page of the kept bad records, oldest first. */
interface QuarantinePage {
  readonly quarantine: Quarantine;
  readonly scope: CursorScope;
  readonly after: number | undefined;
  readonly entries: readonly QuarantineEntry[];
}

const text = new GraphQLNonNull(GraphQLString);

const recordType = new GraphQLObjectType<QuarantineEntry, unknown>({
  name: "QuarantinedRecord",
  description:
    "A record that could not be decoded. Its entity keeps its last good value, for as long as the log has that or this process runs.",
  fields: {
    topic: { type: text, description: "Its topic.", resolve: ({ record }) => record.topic },
    partition: {
      type: new GraphQLNonNull(GraphQLInt),
      description: "Its partition.",
      resolve: ({ record }) => record.partition,
    },
    offset: {
      type: new GraphQLNonNull(GraphQLFloat),
      description: "Its offset.",
      resolve: ({ record }) => record.offset,
    },
    key: {
      type: GraphQLString,
      description: "Its key as text; null if unreadable.",
      resolve: ({ record }) => record.key,
    },
    timestamp: {
      type: dateTimeScalar,
      description: "Its time; null if it has none.",
      resolve: ({ record }) => (record.timestamp < 0 ? null : record.timestamp),
    },
    error: {
      type: text,
      description: "What was expected, what was found, at which path.",
      resolve: ({ record }) => record.error,
    },
    firstBytes: {
      type: text,
      description: "How its value begins, for people to read.",
      resolve: ({ record }) => record.firstBytes,
    },
  },
});

interface QuarantineEdge {
  readonly entry: QuarantineEntry;
  readonly scope: CursorScope;
}

const edgeType = new GraphQLObjectType<QuarantineEdge, unknown>({
  name: "QuarantineEdge",
  description: "A bad record at its place in the quarantine.",
  fields: {
    node: { type: new GraphQLNonNull(recordType), description: "The record.", resolve: ({ entry }) => entry },
    cursor: {
      type: text,
      description: "Its place in the quarantine: opaque, for `after`.",
      resolve: ({ entry, scope }) => encodeCursor(scope, String(entry.index)),
    },
  },
});

const connectionType = new GraphQLObjectType<QuarantinePage, unknown>({
  name: "QuarantineConnection",
  description: "A page of a view's bad records, the oldest that are kept first.",
  fields: {
    totalCount: {
      type: new GraphQLNonNull(GraphQLInt),
      description: `How many there ever were, more than are kept; counted up to ${maxInt}.`,
      resolve: ({ quarantine }) => Math.min(quarantine.totalCount, maxInt),
    },
    nodes: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(recordType))),
      description: "The page's records.",
      resolve: ({ entries }) => entries,
    },
    edges: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(edgeType))),
      description: "The page's records with their cursors.",
      resolve: ({ entries, scope }) => entries.map((entry): QuarantineEdge => ({ entry, scope })),
    },
    pageInfo: {
      type: new GraphQLNonNull(pageInfoType),
      description: "Where this page lies in the quarantine.",
      resolve: makePageInfo,
    },
  },
});

/** `quarantine(first: Int = 20, after: String)` of a view. */
export function createQuarantineField(): GraphQLFieldConfig<ObservedView, unknown, QuarantineArguments> {
  return {
    type: new GraphQLNonNull(connectionType),
    description: "Records that could not be decoded, the oldest that are kept first.",
    args: {
      first: {
        type: GraphQLInt,
        defaultValue: defaultPageSize,
        description: `At most so many, up to ${defaultApiLimits.maxPageSize}.`,
      },
      after: { type: GraphQLString, description: "Only what comes after the record with this cursor." },
    },
    resolve: ({ view }, args) => {
      const scope = makeCursorScope(`the quarantine of ${view.definition.name}`, "arrival");
      const first = checkSize("first", args.first, defaultApiLimits) ?? defaultPageSize;
      const after = typeof args.after === "string" ? Number(decodeCursor(scope, args.after, "after")) : undefined;
      return { quarantine: view.quarantine, scope, after, entries: view.quarantine.page({ first, after }) };
    },
  };
}

function makePageInfo({ quarantine, scope, after, entries }: QuarantinePage) {
  const start = entries[0];
  const end = entries.at(-1);
  const oldest = quarantine.page({ first: 1 })[0];
  const cursorOf = (entry: QuarantineEntry | undefined) => entry && encodeCursor(scope, String(entry.index));
  return {
    hasNextPage: quarantine.page({ first: 1, after: end?.index ?? after }).length > 0,
    hasPreviousPage: oldest !== undefined && oldest.index < (start?.index ?? (after === undefined ? 0 : after + 1)),
    startCursor: cursorOf(start),
    endCursor: cursorOf(end),
  };
}
