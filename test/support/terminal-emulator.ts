import { Writable } from "node:stream";

const escapeCharacter = "\x1b";
const parts = new RegExp(`(${escapeCharacter}\\[\\??\\d*[A-Za-z]|\n)`);
const control = new RegExp(`^${escapeCharacter}\\[(\\??)(\\d*)([A-Za-z])$`);

/**
 * A terminal as far as the product writes to one: text that wraps, line feeds, cursor up and to a column, clearing to the
 * end of line or screen. Fails on any other control sequence. `lines` is what a person would see.
 */
export class TerminalEmulator extends Writable {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: number;
  isCursorShown = true;
  #lines: string[] = [""];
  #row = 0;
  #column = 0;

  constructor({ columns = 100, rows = 30 }: { readonly columns?: number; readonly rows?: number } = {}) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
  }

  get lines(): readonly string[] {
    const lines = this.#lines.map((line) => line.trimEnd());
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    for (const part of String(chunk).split(parts)) this.#take(part);
    done();
  }

  #take(part: string): void {
    const [, mode, count, command] = control.exec(part) ?? [];
    if (part === "\n") this.#goTo(this.#row + 1, 0);
    else if (command === undefined) for (const character of part) this.#put(character);
    else this.#control(`${mode}${command}`, count === "" ? undefined : Number(count));
  }

  #put(character: string): void {
    if (character === escapeCharacter) throw new Error("a control sequence that the emulator does not know");
    if (this.#column >= this.columns) this.#goTo(this.#row + 1, 0);
    const line = (this.#lines[this.#row] ?? "").padEnd(this.#column);
    this.#lines[this.#row] = `${line.slice(0, this.#column)}${character}${line.slice(this.#column + 1)}`;
    this.#column += 1;
  }

  #control(command: string, count: number | undefined): void {
    const line = this.#lines[this.#row] ?? "";
    switch (command) {
      case "A":
        if (this.#row < (count ?? 1)) throw new Error("cursor above the top of the screen");
        this.#goTo(this.#row - (count ?? 1), this.#column);
        break;
      case "G":
        this.#column = (count ?? 1) - 1;
        break;
      case "K":
        this.#lines[this.#row] = count === 2 ? "" : line.slice(0, this.#column);
        break;
      case "J":
        this.#lines = [...this.#lines.slice(0, this.#row), line.slice(0, this.#column)];
        break;
      case "?h":
      case "?l":
        if (count === 25) this.isCursorShown = command === "?h";
        break;
      default:
        throw new Error(`unknown control sequence ${command}`);
    }
  }

  #goTo(row: number, column: number): void {
    while (this.#lines.length <= row) this.#lines.push("");
    this.#row = row;
    this.#column = column;
  }
}
