import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadSchema } from "../../src/mapping/load-schema.ts";
import { SchemaError } from "../../src/mapping/schema-error.ts";

describe("loadSchema", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "tailwater-schema-"));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  test("reads the shop's schema, files in the order of their names", async () => {
    const views = await loadSchema(fileURLToPath(new URL("../../schema", import.meta.url)));
    expect(views.map(({ name }) => name)).toEqual(["Customer", "Order", "Product"]);
  });

  test("refuses a directory that does not exist", async () => {
    await expect(loadSchema(join(directory, "none"))).rejects.toThrow(/none: expected a directory .* nothing there/);
  });

  test("refuses a directory without *.graphql files", async () => {
    await writeFile(join(directory, "a.txt"), "");
    await expect(loadSchema(directory)).rejects.toThrow("expected at least one *.graphql file, found none");
  });

  test("reports each file that cannot be read or is not UTF-8, the latter with its line", async () => {
    await mkdir(join(directory, "a.graphql"));
    await writeFile(join(directory, "b.graphql"), Buffer.from("scalar Größe\n\nscalar \xff\n", "latin1"));
    await writeFile(join(directory, "c.graphql"), Buffer.from([0x0a, 0x0a, 0xff]));
    const error = await loadSchema(directory).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SchemaError);
    expect(String(error).replaceAll(directory, "dir").split("\n")).toEqual([
      "SchemaError: dir/a.graphql: expected a file that can be read, found a directory; make it readable or remove it",
      "dir/b.graphql:1:1: expected UTF-8 text, found other bytes in this line; save the file as UTF-8",
      "dir/c.graphql:3:1: expected UTF-8 text, found other bytes in this line; save the file as UTF-8",
    ]);
  });

  test("leaves out an editor's hidden files and takes a byte order mark for nothing", async () => {
    await writeFile(join(directory, ".a.graphql"), "not SDL");
    await writeFile(join(directory, "b.graphql"), '\ufefftype T @view(topic: "t") { id: ID! @key }');
    expect((await loadSchema(directory)).map(({ name }) => name)).toEqual(["T"]);
  });
});
