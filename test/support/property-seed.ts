import fc from "fast-check";

/**
 * In CI all properties are tried with one seed, so that a run that fails says something about the change it ran on; every
 * other run draws a new one, and its counter-examples become tests.
 */
if (process.env["CI"] !== undefined) fc.configureGlobal({ seed: 20_261_124 });
