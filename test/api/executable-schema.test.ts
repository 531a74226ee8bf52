import {
  type GraphQLNamedType,
  isEnumType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
} from "graphql";
import { describe, expect, test } from "vitest";
import { createExecutableSchema } from "../../src/api/executable-schema.ts";
import { GeneratedNameError } from "../../src/api/merge-fields.ts";
import { mapSchema } from "../../src/mapping/read-schema.ts";
import { defineView } from "../support/view-definitions.ts";
import { shopDefinitions } from "./kit/shop.ts";

const schema = createExecutableSchema(shopDefinitions, {});

describe("createExecutableSchema", () => {
  test("gives the schema of the golden file", async () => {
    const printed = printSchema(lexicographicSortSchema(schema));
    await expect(`${printed}\n`).toMatchFileSnapshot("../golden/api-schema.graphql");
  });

  test("gives a valid schema", () => {
    expect(validateSchema(schema)).toEqual([]);
  });

  test("describes every type, field, argument and enum value", () => {
    const own = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
    const bare = own.filter((type) => !isSpecifiedScalarType(type)).flatMap(findUndescribed);
    expect(bare).toEqual([]);
  });

  test("carries descriptions and deprecations of the author over", () => {
    const text = `
      "Kinds." enum Kind { "The old one." OLD @deprecated(reason: "gone") NEW }
      "A part." type Part { "Its name." name: String @deprecated(reason: "unused") }
      "A thing." type Thing @view(topic: "things") {
        "Its id." id: ID! @key
        "Its kind." kind: Kind @deprecated(reason: "no kinds")
        part: Part
        otherId: ID
        "The other." other: Thing @join(local: "otherId") @deprecated(reason: "alone")
      }`;
    const printed = printSchema(createExecutableSchema(mapSchema([{ name: "t.graphql", text }]), {}));
    for (const line of [
      '"""Kinds."""',
      '"""The old one."""\n  OLD @deprecated(reason: "gone")',
      '"""Its name."""\n  name: String @deprecated(reason: "unused")',
      '"""Its kind."""\n  kind: Kind @deprecated(reason: "no kinds")',
      '"""The other."""\n  other: Thing @deprecated(reason: "alone")',
    ]) {
      expect(printed).toContain(line);
    }
  });

  test("declares nothing that does not work yet", () => {
    const withoutDescriptions = printSchema(schema).replaceAll(/"""[\s\S]*?"""/g, "");
    for (const name of ["where", "orderBy", "SNAPSHOT", "Aggregate", "Filter", "atLeast", "follow"]) {
      expect(withoutDescriptions).not.toContain(name);
    }
  });

  test("refuses two generated fields of one name", () => {
    const kind = { ...defineView({ name: "Kind" }), singular: "kind", plural: "kinds" };
    expect(() => createExecutableSchema([kind], {}).toConfig()).toThrow(GeneratedNameError);
    const news = { ...defineView({ name: "News" }), singular: "news", plural: "news" };
    expect(() => createExecutableSchema([news], {})).toThrow(
      /found two called `news`; rename a type, or give `@view\(plural: …\)`/,
    );
  });
});

function findUndescribed(type: GraphQLNamedType): string[] {
  const bare = type.description ? [] : [type.name];
  if (isEnumType(type))
    bare.push(...type.getValues().flatMap(({ name, description }) => (description ? [] : [`${type.name}.${name}`])));
  if (!isObjectType(type)) return bare;
  for (const field of Object.values(type.getFields())) {
    if (!field.description) bare.push(`${type.name}.${field.name}`);
    bare.push(
      ...field.args.flatMap(({ name, description }) => (description ? [] : [`${type.name}.${field.name}(${name})`])),
    );
  }
  return bare;
}
