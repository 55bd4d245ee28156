/** What the log tells, and what in a process's surroundings would print what the log never does. */
import type { Environment, Reading } from './findings.ts';

/** From the most talkative. */
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export const readLogLevel = ({ optional, find }: Reading): LogLevel => {
  const value = optional('SOTTO_LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((one) => one === value);
  if (level === undefined)
    find(
      `SOTTO_LOG_LEVEL is "${value.slice(0, 40)}". It is one of ${LOG_LEVELS.join(', ')}; none of them logs words or secrets.`,
    );
  return level ?? 'info';
};

/** What Node and the vendors print where one of these is set. */
const PRINTERS: Readonly<Record<string, string>> = {
  NODE_DEBUG: 'Node prints addresses and authorization headers of what is sent',
  NODE_DEBUG_NATIVE: 'Node prints its inner workings',
  DEBUG: 'libraries print what they send, passwords included',
  AZURE_LOG_LEVEL: 'Azure’s libraries print their requests',
};

/** As other programs are told; no library of ours listens to these. */
const NOTHING = /^(?:0|1|no|yes|off|on|false|true)$/i;

/** Node's options that open the heap, or that write it or an error's words to a file or a terminal. */
const OPENING =
  /^--(?:inspect|heapsnapshot|heap-prof|report-|experimental-report|trace-uncaught|trace-tls|tls-keylog|abort-on-uncaught)/;

/**
 * Whatever would make this process print people's words or secrets past our own log, or open its memory: a sentence each.
 * `options`: Node's own, as the process was started with.
 */
export const whatPrints = (env: Environment, options: readonly string[]): readonly string[] => [
  ...Object.entries(PRINTERS).flatMap(([name, what]) => {
    const value = env[name]?.trim() ?? '';
    if (value === '' || NOTHING.test(value)) return [];
    return [`${name} is set, by which ${what}. Unset it; SOTTO_LOG_LEVEL=debug tells more, and no words.`];
  }),
  ...[...options, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)]
    // Node takes underscores for dashes.
    .map((option) => (option.split('=', 1)[0] ?? '').replaceAll('_', '-'))
    .filter((option) => OPENING.test(option))
    .map(
      (option) =>
        `Node runs with ${option.slice(0, 60)}, by which the memory of this process, with answers and secrets in it, can be read or is written down. Start it without.`,
    ),
];
