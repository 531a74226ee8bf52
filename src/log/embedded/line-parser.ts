import { closeBrace, comma, openBrace } from "../../base/json-bytes.ts";
import { skipName, skipSpace, skipString, skipValue } from "./json-scanner.ts";
import { stringBytes } from "./json-string.ts";
import { type Headers, readHeaders } from "./line-headers.ts";
import { type Member, memberNamed, members } from "./line-members.ts";

/**
 * Reads lines of a topic's file, one at a time. After `parse`, the fields tell what the line is; they and the bytes
 * that `key` and `value` give hold until the next `parse`. A line is first walked over to its end, so that nothing is
 * said of a line that is not JSON as a whole; of a member that comes twice the last counts, as for `JSON.parse`.
 * Members that neither form knows are ignored.
 */
export class LineParser {
  /** Why the line is no record; undefined if it is one. */
  malformed: string | undefined;
  partition = 0;
  /** The offset that a kcat line names; -1 if the line names none. */
  offset = -1;
  timestamp = -1;
  headers: Headers = noHeaders;

  #bytes: Buffer = Buffer.alloc(0);
  /** Member → where its value begins, -1 if it is absent; and where it ends. */
  readonly #starts = new Int32Array(members.length);
  readonly #ends = new Int32Array(members.length);
  #value: Member = "value";

  /** Reads the line `bytes[start, end)`; the byte at `end` must be its newline. Returns false if it is blank: nothing. */
  parse(bytes: Buffer, start: number, end: number): boolean {
    const from = skipSpace(bytes, hasByteOrderMark(bytes, start) ? start + 3 : start);
    if (from >= end) return false;
    this.#bytes = bytes;
    this.#starts.fill(-1);
    this.partition = 0;
    this.offset = -1;
    this.timestamp = -1;
    this.headers = noHeaders;
    this.malformed = this.#walk(from, start, end) ?? this.#interpret();
    return true;
  }

  /** The key's bytes: those that a string stands for, else the JSON text itself. Null only for a null. */
  key(): Buffer | null {
    return this.#content("key");
  }

  /** The value's bytes: null for a tombstone; in a kcat line those that the string stands for, else the JSON text itself. */
  value(): Buffer | null {
    if (this.#value === "payload") return this.#content("payload");
    return this.#isNull("value") ? null : this.#bytes.subarray(this.#start("value"), this.#end("value"));
  }

  /** About how many bytes key and value have, cheaply; never less than they have. */
  get sizeBytesAtMost(): number {
    return this.#end("key") - this.#start("key") + this.#end(this.#value) - this.#start(this.#value);
  }

  #walk(from: number, start: number, end: number): string | undefined {
    const bytes = this.#bytes;
    if (bytes[from] !== openBrace) {
      const after = skipValue(bytes, from);
      return after >= 0 && skipSpace(bytes, after) === end
        ? "expected a JSON object, found another JSON value"
        : notJson(after < 0 ? ~after : after, start);
    }
    let at = skipSpace(bytes, from + 1);
    if (bytes[at] === closeBrace) return "expected the members key and value (or payload), found an empty object";
    for (;;) {
      const valueStart = skipName(bytes, at);
      if (valueStart < 0) return notJson(~valueStart, start);
      const valueEnd = skipValue(bytes, valueStart);
      if (valueEnd < 0) return notJson(~valueEnd, start);
      const member = memberNamed(bytes, at + 1, skipString(bytes, at) - 1);
      if (member >= 0) {
        this.#starts[member] = valueStart;
        this.#ends[member] = valueEnd;
      }
      at = skipSpace(bytes, valueEnd);
      if (bytes[at] === closeBrace) break;
      if (bytes[at] !== comma) return notJson(at, start);
      at = skipSpace(bytes, at + 1);
    }
    at = skipSpace(bytes, at + 1);
    return at === end ? undefined : notJson(at, start);
  }

  #interpret(): string | undefined {
    if (this.#has("value") === this.#has("payload")) {
      return this.#has("value")
        ? "expected a member value, or payload as kcat prints it, found both"
        : "expected a member value, or payload as kcat prints it, found neither";
    }
    if (!this.#has("key")) return "expected a member key (it may be null), found none";
    const isKcat = this.#has("payload");
    this.#value = isKcat ? "payload" : "value";
    if (isKcat) {
      // Where kcat cannot decode a key or payload it prints null and the reason beside: no tombstone.
      if (this.#isSet("key_error")) return `kcat could not read the key: ${this.#text("key_error")}`;
      if (this.#isSet("payload_error")) return `kcat could not read the payload: ${this.#text("payload_error")}`;
    }
    return this.#interpretNumbers(isKcat) ?? this.#interpretHeaders();
  }

  #interpretNumbers(isKcat: boolean): string | undefined {
    if (this.#isSet("partition")) {
      this.partition = this.#integer("partition");
      if (!(this.partition >= 0 && this.partition <= 0x7fff_ffff)) return notAn("a partition number");
    }
    if (isKcat && this.#isSet("offset")) {
      this.offset = this.#integer("offset");
      if (!(this.offset >= 0)) return notAn("an offset");
    }
    const timestamp = isKcat ? "ts" : "timestamp";
    if (this.#isSet(timestamp)) {
      this.timestamp = this.#integer(timestamp);
      if (!(this.timestamp >= -1)) return notAn("a timestamp in milliseconds");
    }
    return undefined;
  }

  #interpretHeaders(): string | undefined {
    if (!this.#isSet("headers")) return undefined;
    const headers = readHeaders(this.#bytes, this.#start("headers"));
    if (headers === undefined) {
      return "expected headers as an object of strings or kcat's array of names and values, found something else";
    }
    this.headers = headers;
    return undefined;
  }

  /** NaN if it is no integer that a double holds exactly, with room for the next one. */
  #integer(member: Member): number {
    let value = 0;
    const end = this.#end(member);
    for (let at = this.#start(member); at < end; at += 1) {
      const digit = (this.#bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9 || value > 1e14) return this.#unusualInteger(member);
      value = value * 10 + digit;
    }
    return value;
  }

  #unusualInteger(member: Member): number {
    if (this.#bytes[this.#start(member)] === 0x22) return Number.NaN;
    const value = Number(this.#bytes.toString("latin1", this.#start(member), this.#end(member)));
    return Number.isSafeInteger(value + 1) ? value || 0 : Number.NaN; // never -0
  }

  #content(member: Member): Buffer | null {
    const start = this.#start(member);
    const end = this.#end(member);
    if (this.#isNull(member)) return null;
    return this.#bytes[start] === 0x22
      ? stringBytes(this.#bytes, start + 1, end - 1)
      : this.#bytes.subarray(start, end);
  }

  #text(member: Member): string {
    return (this.#content(member) ?? Buffer.alloc(0)).toString("utf8");
  }

  #has(member: Member): boolean {
    return this.#start(member) >= 0;
  }

  /** Present and not null. */
  #isSet(member: Member): boolean {
    return this.#has(member) && !this.#isNull(member);
  }

  #isNull(member: Member): boolean {
    return this.#bytes[this.#start(member)] === 0x6e; // only `null` begins with n
  }

  #start(member: Member): number {
    return this.#starts[memberIndex[member]] ?? -1;
  }

  #end(member: Member): number {
    return this.#ends[memberIndex[member]] ?? -1;
  }
}

const noHeaders: Headers = [];

const memberIndex = Object.fromEntries(members.map((member, at) => [member, at])) as Record<Member, number>; // of all

function hasByteOrderMark(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
}

function notJson(at: number, start: number): string {
  return `expected a JSON object, found what is no JSON at byte ${at - start + 1} of the line`;
}

function notAn(expected: string): string {
  return `expected ${expected}, found another value`;
}
