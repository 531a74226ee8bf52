import { describe, expect, test } from "vitest";
import { mapSchema } from "../../src/mapping/read-schema.ts";
import { SchemaError } from "../../src/mapping/schema-error.ts";
import type { ViewDefinition } from "../../src/mapping/view-definition.ts";

const shop = `
"Where an order stands."
enum OrderStatus { PLACED PAID @deprecated }
"One line of an order."
type OrderLine { sku: String! @source(path: "product.sku") }
"An order."
type Order @view(topic: "shop.orders", onBadRecord: HALT) {
  id: ID! @key
  status: OrderStatus! @index
  customer: Customer @join(local: "customerId")
  traceId: String @source(header: "trace-id") @deprecated(reason: "gone")
  writtenAt: DateTime! @source(record: TIMESTAMP)
  customerId: ID!
  lines: [OrderLine!]!
}
type Customer @view(topic: "shop.customers") {
  id: ID! @key
  orders: [Order!]! @join(foreign: "customerId")
}`;

describe("mapSchema", () => {
  test("gives a view with its fields, joins and names", () => {
    const plain = { description: undefined, deprecationReason: undefined, isIndexed: false };
    const id = { kind: "scalar", scalar: "ID", nullable: false };
    expect(mapOne(shop, "Order")).toEqual({
      name: "Order",
      description: "An order.",
      topic: "shop.orders",
      keyFormat: "STRING",
      onBadRecord: "HALT",
      isolation: "READ_COMMITTED",
      keyField: "id",
      fields: [
        { ...plain, name: "id", type: id, source: { from: "key", path: undefined } },
        {
          ...plain,
          name: "status",
          type: {
            kind: "enum",
            nullable: false,
            definition: {
              name: "OrderStatus",
              description: "Where an order stands.",
              values: [
                { name: "PLACED", description: undefined, deprecationReason: undefined },
                { name: "PAID", description: undefined, deprecationReason: "No longer supported" },
              ],
            },
          },
          source: { from: "value", path: ["status"] },
          isIndexed: true,
        },
        {
          ...plain,
          name: "traceId",
          deprecationReason: "gone",
          type: { kind: "scalar", scalar: "String", nullable: true },
          source: { from: "header", header: "trace-id" },
        },
        {
          ...plain,
          name: "writtenAt",
          type: { kind: "scalar", scalar: "DateTime", nullable: false },
          source: { from: "record", part: "TIMESTAMP" },
        },
        { ...plain, name: "customerId", type: id, source: { from: "value", path: ["customerId"] } },
        {
          ...plain,
          name: "lines",
          type: {
            kind: "list",
            nullable: false,
            element: {
              kind: "embedded",
              nullable: false,
              definition: {
                name: "OrderLine",
                description: "One line of an order.",
                fields: [
                  {
                    ...plain,
                    name: "sku",
                    type: { kind: "scalar", scalar: "String", nullable: false },
                    source: { from: "value", path: ["product", "sku"] },
                  },
                ],
              },
            },
          },
          source: { from: "value", path: ["lines"] },
        },
      ],
      joins: [
        {
          kind: "toOne",
          name: "customer",
          description: undefined,
          deprecationReason: undefined,
          target: "Customer",
          localField: "customerId",
        },
      ],
      joinedFields: ["customerId"],
      fieldOrder: ["id", "status", "customer", "traceId", "writtenAt", "customerId", "lines"],
      singular: "order",
      plural: "orders",
      mappingHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test("joins to many by the other view's field", () => {
    expect(mapOne(shop, "Customer").joins).toMatchObject([
      { kind: "toMany", name: "orders", target: "Order", foreignField: "customerId" },
    ]);
  });

  test("reads a dot after a backslash as part of the member's name", () => {
    const view = mapOne(viewWith('a: Int @source(path: "x\\\\.y.z")'));
    expect(view.fields[1]?.source).toEqual({ from: "value", path: ["x.y", "z"] });
  });

  test("reads a key out of a structured record key", () => {
    const view = mapOne('type T @view(topic: "t", keyFormat: JSON) { id: ID! @key(path: "order.id") }');
    expect(view.fields[0]?.source).toEqual({ from: "key", path: ["order", "id"] });
  });

  test.each([
    ["Order", "order", "orders"],
    ["OrderLine", "orderLine", "orderLines"],
    ["Category", "category", "categories"],
    ["URLMap", "urlMap", "urlMaps"],
    ["SKU", "sku", "skus"],
    ["EU4Country", "eu4Country", "eu4Countries"],
    ["X", "x", "xes"],
    ["order", "order", "orders"],
  ])("names the queries of %s %s and %s", (type, singular, plural) => {
    expect(mapOne(`type ${type} @view(topic: "t") { id: ID! @key }`)).toMatchObject({ singular, plural });
  });

  test("takes an irregular plural from the author", () => {
    expect(mapOne('type Datum @view(topic: "t", plural: "data") { id: ID! @key }').plural).toBe("data");
  });

  test("joins views of different files", () => {
    const sources = shop.split(/(?=type Customer)/).map((text, at) => ({ name: `${at}.graphql`, text }));
    expect(mapSchema(sources).map(({ name }) => name)).toEqual(["Order", "Customer"]);
  });

  test("reports the other files' mistakes beside a syntax error, and no type as unknown that the broken file declares", () => {
    const broken = { name: "b.graphql", text: "enum Status { \n type Customer" };
    const other = {
      name: "a.graphql",
      text: `type T @view(topic: "t") {
        id: ID @key
        status: Status
        owner: Customer @join(local: "id")
        total: Flaot
      }`,
    };
    expect(problemsOf([broken, other])).toEqual(["a.graphql:2", "a.graphql:5", "b.graphql:2"]);
  });

  test("reports a declaration that is not supported where it stands, not again where it is used", () => {
    const text = `scalar Money
      interface Node { id: ID! }
      type T @view(topic: "t") { id: ID! @key  a: Money  b: [Node!]  c: Node @join(local: "id") }`;
    expect(problemsOf([{ name: "t.graphql", text }])).toEqual(["t.graphql:1", "t.graphql:2"]);
  });

  test("reports a type that two files declare at the second, naming the place of the first", () => {
    const text = 'type T @view(topic: "t") { id: ID! @key }';
    expect(() =>
      mapSchema([
        { name: "a.graphql", text },
        { name: "b.graphql", text: `\n${text}` },
      ]),
    ).toThrow("b.graphql:2:6: expected one type T, found a second (first at a.graphql:1:6); rename or remove one");
  });

  test("sorts problems by file and line", () => {
    const text = 'type T @view(topic: "t") {\n id: ID! @key\n a: A\n b: B\n}';
    const found = problemsOf([
      { name: "z.graphql", text },
      { name: "y.graphql", text: text.replace("type T", "type U") },
    ]);
    expect(found).toEqual(["y.graphql:3", "y.graphql:4", "z.graphql:3", "z.graphql:4"]);
  });
});

describe("mappingHash", () => {
  const hash = (text: string): string => mapOne(text).mappingHash;

  test("stays when a description, an index or the policy for bad records changes", () => {
    expect(hash('type T @view(topic: "t", onBadRecord: HALT) { id: ID! @key  "An a." a: Int @index }')).toBe(
      hash(viewWith("a: Int")),
    );
  });

  test.each([
    ["the topic", viewWith("a: Int").replace('"t"', '"u"')],
    ["a field's type", viewWith("a: Float")],
    ["a field's nullability", viewWith("a: Int!")],
    ["a field's source", viewWith('a: Int @source(path: "b")')],
    ["a field's name", viewWith('b: Int @source(path: "a")')],
    ["the isolation", viewWith("a: Int").replace('"t"', '"t", isolation: READ_UNCOMMITTED')],
    ["the key format", viewWith("a: Int").replace('"t"', '"t", keyFormat: JSON')],
  ])("changes with %s", (_what, text) => {
    expect(hash(text)).not.toBe(hash(viewWith("a: Int")));
  });

  test("changes with an embedded type's field and with an enum's values", () => {
    const embedded = (inner: string): string => hash(`${viewWith("e: E  s: S")} ${inner}`);
    const hashes = [
      embedded("type E { x: Int } enum S { A }"),
      embedded("type E { y: Int } enum S { A }"),
      embedded("type E { x: Int } enum S { A B }"),
    ];
    expect(new Set(hashes).size).toBe(3);
  });
});

function viewWith(field: string): string {
  return `type T @view(topic: "t") { id: ID! @key ${field} }`;
}

function mapOne(text: string, name?: string): ViewDefinition {
  const views = mapSchema([{ name: "t.graphql", text }]);
  const found = name === undefined ? views[0] : views.find((view) => view.name === name);
  if (found === undefined) throw new Error(`no view ${name}`);
  return found;
}

function problemsOf(sources: Parameters<typeof mapSchema>[0]): readonly string[] {
  try {
    mapSchema(sources);
  } catch (error) {
    if (error instanceof SchemaError) return error.problems.map(({ file, line }) => `${file}:${line}`);
    throw error;
  }
  return [];
}
