import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, getNamedType, isObjectType } from "graphql";
import type { OperationRequest } from "../../src/api/compiled/check-document.ts";
import { encodeCursor, makeCursorScope } from "../../src/api/cursor.ts";

/** Choices that were made beforehand, so that a counter-example shrinks to fewer and smaller ones. */
export class Tape {
  readonly #choices: readonly number[];
  #at = 0;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  /** A number from 0 to `count - 1`; 0 when the tape is at its end. */
  pick(count: number): number {
    const choice = this.#choices[this.#at] ?? 0;
    this.#at += 1;
    return choice % count;
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.pick(items.length)] as Item; // below the length; never called without items
  }
}

/** What ids and cursors are made of. */
export interface KnownKeys {
  readonly Alpha: readonly string[];
  readonly Beta: readonly string[];
}

/** Writes a valid operation of the type's fields out of the tape's choices. */
export function writeOperation(
  schema: GraphQLSchema,
  kind: "query" | "subscription",
  tape: Tape,
  keys: KnownKeys,
): OperationRequest {
  return new OperationWriter(schema, tape, keys).write(kind);
}

const maxDepth = 5;

const variableTypes: Readonly<Record<string, string>> = {
  yes: "Boolean!",
  no: "Boolean!",
  maybe: "Boolean = true",
  size: "Int",
  many: "Int = 2",
  place: "String",
  key: "ID!",
  keyOr: 'ID! = "none"',
  keys: "[ID!]!",
};

class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #tape: Tape;
  readonly #keys: KnownKeys;
  readonly #fragments: Array<{ readonly name: string; readonly type: string; readonly text: string }> = [];
  /** By type, field and alias: equal members must have equal arguments. */
  readonly #arguments = new Map<string, string>();
  /** By type and response name: whose field and arguments it stands for. */
  readonly #claims = new Map<string, string>();
  readonly #used = new Set<string>();

  constructor(schema: GraphQLSchema, tape: Tape, keys: KnownKeys) {
    this.#schema = schema;
    this.#tape = tape;
    this.#keys = keys;
  }

  write(kind: "query" | "subscription"): OperationRequest {
    const type = kind === "query" ? this.#schema.getQueryType() : this.#schema.getSubscriptionType();
    if (type === null || type === undefined) throw new Error(`no ${kind}`);
    const body = kind === "query" ? this.#selection(type, 0) : this.#event(type);
    const declared = [...this.#used].map((name) => `$${name}: ${variableTypes[name]}`).join(", ");
    const fragments = this.#fragments.map(({ name, type: on, text }) => ` fragment ${name} on ${on} ${text}`);
    return {
      query: `${kind} Q${declared === "" ? "" : `(${declared})`} ${body}${fragments.join("")}`,
      variables: this.#variables(),
    };
  }

  /** One root field: subscriptions have no more. */
  #event(type: GraphQLObjectType): string {
    const field = this.#tape.of(Object.values(type.getFields()));
    const alias = this.#tape.pick(3) === 0 ? "event: " : "";
    return `{ ${alias}${field.name}${this.#argumentsOf(type.name, field, "")} ${this.#inner(field, 1)} }`;
  }

  #selection(type: GraphQLObjectType, depth: number): string {
    const count = 1 + this.#tape.pick(5);
    const parts: string[] = [];
    for (let part = 0; part < count; part += 1) parts.push(this.#part(type, depth));
    return `{ ${parts.join(" ")} }`;
  }

  #part(type: GraphQLObjectType, depth: number): string {
    switch (this.#tape.pick(12)) {
      case 1:
        return `... on ${type.name}${this.#directive()} ${this.#selection(type, depth + 1)}`;
      case 2:
        return `...${this.#directive()} ${this.#selection(type, depth + 1)}`;
      case 3:
        return `...${this.#fragment(type, depth)}${this.#directive()}`;
      case 4:
        return `${this.#tape.pick(2) === 0 ? "" : "kind_: "}__typename${this.#directive()}`;
      default:
        return this.#field(type, depth);
    }
  }

  /** One that is finished, so that none holds itself, or a new one. */
  #fragment(type: GraphQLObjectType, depth: number): string {
    const known = this.#fragments.filter((fragment) => fragment.type === type.name);
    if (known.length > 0 && this.#tape.pick(2) === 0) return this.#tape.of(known).name;
    const text = this.#selection(type, depth + 1);
    const name = `F${this.#fragments.length}`;
    this.#fragments.push({ name, type: type.name, text });
    return name;
  }

  #field(type: GraphQLObjectType, depth: number): string {
    const all = Object.values(type.getFields());
    const leaves = all.filter((field) => !isObjectType(getNamedType(field.type)));
    // Every type but Query has a leaf, and nothing nests below the depth but for it.
    const field = this.#tape.of(depth >= maxDepth && leaves.length > 0 ? leaves : all);
    const name = this.#responseName(type.name, field.name, all);
    const alias = name === field.name ? "" : `${name}: `;
    const given = this.#argumentsOf(type.name, field, name);
    return `${alias}${field.name}${given}${this.#directive()}${this.#inner(field, depth + 1)}`;
  }

  /** Its own name, another one, or that of another field, unless that stands for something else already. */
  #responseName(type: string, field: string, all: ReadonlyArray<GraphQLField<unknown, unknown>>): string {
    const wanted = this.#tape.of([field, field, field, `${field}A`, `${field}B`, this.#tape.of(all).name]);
    for (const name of [wanted, field, `${field}A`]) {
      const claim = this.#claims.get(`${type}.${name}`);
      if (claim !== undefined && claim !== field) continue;
      this.#claims.set(`${type}.${name}`, field);
      return name;
    }
    throw new Error("nobody else claims a field's own names");
  }

  #inner(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    return isObjectType(type) ? ` ${this.#selection(type, depth)}` : "";
  }

  #directive(): string {
    switch (this.#tape.pick(14)) {
      case 1:
        return ` @include(if: ${this.#use("yes")})`;
      case 2:
        return ` @skip(if: ${this.#use("no")})`;
      case 3:
        return ` @skip(if: ${this.#use("maybe")})`;
      case 4:
        return ` @include(if: ${this.#tape.of(["true", "false"])})`;
      case 5:
        return ` @skip(if: ${this.#use("yes")}) @include(if: ${this.#use("maybe")})`;
      default:
        return "";
    }
  }

  #argumentsOf(type: string, field: GraphQLField<unknown, unknown>, responseName: string): string {
    const place = `${type}.${responseName}`;
    const known = this.#arguments.get(place);
    if (known !== undefined) return known;
    const given = field.args.flatMap(({ name }) => {
      const value = this.#argument(name);
      return value === undefined ? [] : [`${name}: ${value}`];
    });
    const text = given.length === 0 ? "" : `(${given.join(", ")})`;
    this.#arguments.set(place, text);
    return text;
  }

  #argument(name: string): string | undefined {
    switch (name) {
      case "id":
        return this.#tape.of([() => this.#use("key"), () => this.#use("keyOr"), () => JSON.stringify(this.#key())])();
      case "ids":
        return this.#tape.of([
          () => this.#use("keys"),
          () => `[${JSON.stringify(this.#key())}, ${JSON.stringify(this.#key())}]`,
          () => `[${JSON.stringify(this.#key())}, ${this.#use("key")}]`,
        ])();
      case "first":
      case "last":
        if (this.#tape.pick(6) !== 1) return undefined;
        return this.#tape.of([
          () => String(this.#tape.pick(6)),
          () => String(this.#tape.pick(6)),
          () => this.#use("size"),
          () => this.#use("many"),
          () => "null",
          () => "-1",
        ])();
      case "after":
      case "before":
        if (this.#tape.pick(7) !== 1) return undefined;
        return this.#tape.of([() => JSON.stringify(this.#cursor()), () => this.#use("place"), () => "null"])();
      default:
        return undefined;
    }
  }

  #key(): string {
    return this.#tape.of([...this.#keys.Alpha, ...this.#keys.Beta, "none"]);
  }

  #cursor(): string {
    const view = this.#tape.of(["Alpha", "Beta"] as const);
    const bad = this.#tape.pick(12) === 1 ? "x" : "";
    return bad + encodeCursor(makeCursorScope(view, "key"), this.#tape.of([...this.#keys[view], "m"]));
  }

  #use(name: string): string {
    this.#used.add(name);
    return `$${name}`;
  }

  #variables(): Readonly<Record<string, unknown>> {
    const choices: Readonly<Record<string, readonly unknown[]>> = {
      yes: [true, false],
      no: [false, true],
      maybe: [true, false, undefined, null],
      size: [2, 0, 5, null, undefined, 3, 1001],
      many: [1, undefined, null],
      place: [this.#cursor(), null, undefined, this.#cursor(), "bad"],
      key: [this.#key(), 7],
      keyOr: [this.#key(), undefined],
      keys: [[this.#key(), this.#key(), "none"], [], this.#key()],
    };
    const given = [...this.#used].map((name) => [name, this.#tape.of(choices[name] ?? [])] as const);
    return Object.fromEntries(given.filter(([, value]) => value !== undefined));
  }
}
