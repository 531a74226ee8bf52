/**
 * The walls. Data flows down the list of folders, imports point up it; a violation fails `npm test`.
 * Each rule says why it stands.
 */
const order = ["base", "mapping", "log", "decode", "view", "api", "transport", "cli"];

const downward = order.map((folder, at) => ({
  name: `${folder}-imports-upward-only`,
  comment: "Imports point up the flow of data, so that each layer can be read and tested with what stands above it.",
  severity: "error",
  from: { path: `^src/${folder}/` },
  to: { path: `^src/(${[...order.slice(at + 1), "gateway\\.ts"].join("|")})` },
}));

/** A rule that lets only the files matching `from` import the packages matching `to`. */
const only = (name, comment, from, to) => ({
  name,
  comment,
  severity: "error",
  from: { path: "^src/", pathNot: from },
  to: { path: to },
});

export default {
  forbidden: [
    ...downward.filter((rule) => rule.from.path !== "^src/cli/"),
    {
      name: "no-cycles",
      comment: "A cycle means that two files are one idea.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    only(
      "kafkajs-behind-one-file",
      "kafkajs is an implementation detail of one file, kafkajs-connection.ts, with its repairs beside it, kafkajs-*.ts.",
      "^src/log/kafka/kafkajs-[a-z-]+\\.ts$",
      "node_modules/kafkajs",
    ),
    only(
      "servers-in-transport",
      "Apollo, ws and graphql-ws are known in transport/ only.",
      "^src/transport/",
      "node_modules/(@apollo/|ws/|graphql-ws/)",
    ),
    only(
      "graphql-in-mapping-and-api",
      "Views know no GraphQL; nor does what stands before them, but for the SDL reader.",
      "^src/(mapping|api|transport|cli)/",
      "node_modules/graphql/",
    ),
    only(
      "log-clients-in-log",
      "Codecs of the log's wire format are known in log/ only.",
      "^src/log/",
      "node_modules/(snappy|lz4-napi|minizlib|@node-rs/)",
    ),
    {
      name: "api-reads-only",
      comment: "A resolver gets the read side of a view, whose type has no apply.",
      severity: "error",
      from: { path: "^src/(api|transport)/" },
      to: {
        path: "^src/view/",
        pathNot: "^src/view/(readable-view|view-reader|view-position|change-set|view-errors|columns/text-span)\\.ts$",
      },
    },
    {
      name: "source-without-tests",
      comment: "The product does not know its tests, benchmarks or scripts.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|scripts)/" },
    },
    {
      name: "no-undeclared-packages",
      comment: "What is imported is declared; what the product imports is a runtime dependency.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "undetermined"] },
    },
    {
      name: "resolvable",
      comment: "Every import leads somewhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".mjs", ".js", ".json"],
    },
  },
};
