import { type DestinationStream, pino, stdTimeFunctions } from 'pino';
import { SottoError } from '../../core/errors.ts';
import type { Log, LogFields } from '../../core/ports.ts';

const MAX_LENGTH = 200;
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

type Level = (typeof LEVELS)[number];

const TEXTS: readonly (keyof LogFields)[] = ['id', 'tenant', 'code', 'step', 'name'];
const NUMBERS: readonly (keyof LogFields)[] = ['status', 'count', 'ms', 'leftMs'];

/** Ids and codes are one word of visible ASCII. Whatever holds a space could be a sentence. */
const ID = /^[\x21-\x7e]+$/;

/**
 * A log of JSON lines: `level`, `time`, `event` and the fields of `LogFields`. What else comes in at run time is dropped, and a
 * text that is not one word is withheld, so that no caller's mistake lets people's words through (promise 7).
 * `destination` gets whole lines; standard output unless given.
 */
export const createLog = (o: { readonly level: Level; readonly destination?: DestinationStream }): Log => {
  if (!LEVELS.includes(o.level)) throw new SottoError('settings', `The log's level is none of: ${LEVELS.join(', ')}.`);
  const options = {
    level: o.level,
    base: null,
    messageKey: 'event',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  };
  const logger = o.destination === undefined ? pino(options) : pino(options, o.destination);
  return {
    ...(o.level === 'debug'
      ? { debug: (event: string, fields?: LogFields) => logger.debug(allowed(fields), word(event)) }
      : {}),
    info: (event, fields) => logger.info(allowed(fields), word(event)),
    warn: (event, fields) => logger.warn(allowed(fields), word(event)),
    error: (event, fields) => logger.error(allowed(fields), word(event)),
  };
};

const allowed = (fields: LogFields = {}): Readonly<Record<string, string | number>> => {
  const kept: Record<string, string | number> = {};
  for (const name of TEXTS) {
    const value = fields[name];
    if (typeof value === 'string') kept[name] = word(value);
  }
  for (const name of NUMBERS) {
    const value = fields[name];
    if (typeof value === 'number' && Number.isFinite(value)) kept[name] = value;
  }
  return kept;
};

const word = (text: string): string => (ID.test(text) ? text.slice(0, MAX_LENGTH) : 'withheld');
