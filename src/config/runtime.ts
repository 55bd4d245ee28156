/** How Node itself was started: options and variables of its own that would undo what Sotto promises. */
import { url as debuggerAt } from 'node:inspector';
import type { Reading } from './findings.ts';

/** However it was opened, it is said with the same words. */
const DEBUGGER = /^--inspect(?:-brk|-wait)?$/;

/** By the option's name, its value aside; why it is refused. */
const OPTIONS: readonly { readonly option: RegExp; readonly why: string }[] = [
  {
    option: DEBUGGER,
    why: 'whoever reaches the debugger’s port reads every secret and every answer out of memory',
  },
  { option: /^--tls-min-v1\.[01]$/, why: 'connections would be made by versions of TLS that are broken' },
  { option: /^--(?:tls-keylog|trace-tls)$/, why: 'what opens the TLS connections would be written down' },
  { option: /^--insecure-http-parser$/, why: 'requests would be read so leniently that one can be hidden in another' },
  {
    option: /^--(?:heapsnapshot-signal|heapsnapshot-near-heap-limit|abort-on-uncaught-exception)$/,
    why: 'the memory, with every secret in it, would be written to the disk',
  },
];

/** What each prints while Sotto runs. */
const PRINTING: Readonly<Record<string, string>> = {
  NODE_DEBUG: 'Node would print what it sends and receives, tokens among it',
  NODE_DEBUG_NATIVE: 'Node would print what it sends and receives, tokens among it',
  DEBUG: 'libraries would print what they send, the password of Redis among it',
};

/** `--a_b="c d"` and `--a-b` name one option, which stands before the first "=". */
const nameOf = (word: string): string => word.replace(/=.*$/s, '').replaceAll('"', '').replaceAll('_', '-');

const refusals = (words: readonly string[]): readonly string[] =>
  OPTIONS.flatMap(({ option, why }) => {
    const named = words.map(nameOf).find((name) => option.test(name));
    return named === undefined
      ? []
      : [`Node runs with ${option === DEBUGGER ? '--inspect' : named}: ${why}. Start it without.`];
  });

/** Findings of the environment, which every command that asks a vault heeds before it does. */
export const checkRuntime = ({ env, optional, find }: Reading): void => {
  if (optional('NODE_TLS_REJECT_UNAUTHORIZED') === '0')
    find(
      'NODE_TLS_REJECT_UNAUTHORIZED is 0, so anybody on the way could pass for the vault, Slack or Microsoft, and be sent their tokens. Unset it; where a certificate authority of your own is to be trusted, name it in NODE_EXTRA_CA_CERTS.',
    );
  for (const [name, why] of Object.entries(PRINTING)) {
    if (env[name] !== undefined && env[name] !== '') find(`${name} is set: ${why}. Unset it.`);
  }
  for (const refusal of refusals((env['NODE_OPTIONS'] ?? '').split(/\s+/))) find(refusal);
};

/** Findings of this process, however it came by its options. */
export const processFindings = (
  o: { readonly execArgv: readonly string[]; readonly debugged: boolean } = {
    execArgv: process.execArgv,
    debugged: debuggerAt() !== undefined,
  },
): readonly string[] => refusals([...o.execArgv, ...(o.debugged ? ['--inspect'] : [])]);
