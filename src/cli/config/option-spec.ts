/** A value as the configuration holds it. */
export type OptionValue = string | number | boolean | readonly string[];

/** One option: its name in the file is a dotted path; flag and environment variable derive from it. */
export interface OptionSpec {
  readonly name: string;
  readonly kind: "text" | "integer" | "boolean" | "list" | "choice";
  readonly choices?: readonly string[] | undefined;
  /** Taken from where it is defined, never written a second time; undefined: none. */
  readonly defaultValue?: OptionValue | undefined;
  readonly description: string;
  /** Never on the command line, where other users of the machine could read it. */
  readonly isSecret?: boolean | undefined;
  /** Smallest and largest integer. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** A port; 0 takes a free one. */
export const port = { kind: "integer", min: 0, max: 65_535 } as const;

/** A number of things, at least one. */
export const count = { kind: "integer", min: 1 } as const;

/** Milliseconds that a timer can wait; beyond, Node's end at once. */
export const timer = { kind: "integer", min: 1, max: 2_147_483_647 } as const;

/** `limits.maxBodyBytes` → `--limits-max-body-bytes`. */
export function flagOf(name: string): string {
  return `--${kebab(name).replaceAll(".", "-")}`;
}

/** `limits.maxBodyBytes` → `TAILWATER_LIMITS_MAX_BODY_BYTES`. */
export function variableOf(name: string): string {
  return `TAILWATER_${kebab(name).replaceAll(/[.-]/g, "_").toUpperCase()}`;
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
