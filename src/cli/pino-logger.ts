import { type Logger as Pino, pino, stdTimeFunctions } from "pino";
import type { LogFields, Logger } from "../base/logger.ts";
import type { Screen } from "./screen.ts";

/** Writes log lines as JSON to standard error: on a terminal above what is pinned there, else to file descriptor 2. */
export function createPinoLogger(level: string, screen: Screen): Logger {
  const destination = screen.isInteractive
    ? { write: (line: string) => screen.print(line) }
    : pino.destination({ dest: 2, sync: true });
  return wrap(pino({ level, base: null, timestamp: stdTimeFunctions.isoTime }, destination));
}

function wrap(log: Pino): Logger {
  return {
    debug: (fields: LogFields, message: string) => log.debug(fields, message),
    info: (fields: LogFields, message: string) => log.info(fields, message),
    warn: (fields: LogFields, message: string) => log.warn(fields, message),
    error: (fields: LogFields, message: string) => log.error(fields, message),
    child: (fields: LogFields) => wrap(log.child(fields)),
  };
}
