import { type Logger as Pino, pino, stdTimeFunctions } from "pino";
import type { LogFields, Logger } from "../base/logger.ts";

/** Writes log lines as JSON to standard error (file descriptor 2). */
export function createPinoLogger(level: string): Logger {
  const root = pino(
    { level, base: null, timestamp: stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  return wrap(root);
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
