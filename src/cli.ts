/** The `sotto` command: finds the subcommand, prints its errors as sentences, ends with its status. */

import { hardenOutbound } from './adapters/bounded/suites.ts';
import { debugNever, dieQuietly, lastWords } from './cli/dying.ts';
import { environment, printing } from './config.ts';
import { SottoError } from './core/errors.ts';

/** Done (whatever the outcome of a question) · a finding · wrong use or settings. */
export type Status = 0 | 1 | 2;

export interface Subcommand {
  readonly summary: string;
  /** What `--help` prints below the summary. */
  readonly help: string;
  /** Where the first argument names one of these, it is explained alone. */
  readonly parts?: Readonly<Record<string, Subcommand>>;
  run(args: readonly string[]): Promise<Status>;
}

const SUBCOMMANDS: Readonly<Record<string, () => Promise<Subcommand>>> = {
  playground: async () => (await import('./cli/playground.ts')).playground,
  serve: async () => (await import('./cli/serve.ts')).serve,
  ask: async () => (await import('./cli/ask.ts')).ask,
  explain: async () => (await import('./cli/explain.ts')).explain,
  recognise: async () => (await import('./cli/recognise.ts')).recognise,
  check: async () => (await import('./cli/check.ts')).check,
  doctor: async () => (await import('./cli/doctor.ts')).doctor,
  audit: async () => (await import('./cli/audit.ts')).audit,
  pause: async () => (await import('./cli/pause.ts')).pause,
  hold: async () => (await import('./cli/hold.ts')).hold,
  restrict: async () => (await import('./cli/restrict.ts')).restrict,
  recall: async () => (await import('./cli/recall.ts')).recall,
  forget: async () => (await import('./cli/forget.ts')).forget,
  export: async () => (await import('./cli/export.ts')).exportPerson,
  donated: async () => (await import('./cli/donated.ts')).donated,
  unmet: async () => (await import('./cli/unmet.ts')).unmet,
  expiries: async () => (await import('./cli/expiries.ts')).expiries,
  backup: async () => (await import('./cli/backup.ts')).backup,
  restore: async () => (await import('./cli/restore.ts')).restoreCommand,
  'data-key': async () => (await import('./cli/data-key.ts')).dataKey,
  dead: async () => (await import('./cli/dead.ts')).dead,
  new: async () => (await import('./cli/new.ts')).scaffold,
  policy: async () => (await import('./cli/policy.ts')).policy,
  manifest: async () => (await import('./cli/manifest.ts')).manifest,
};

/** These meet nobody's words and no secret of a company's, whatever prints beside them. */
const AT_PLAY: readonly string[] = ['playground', 'ask', 'explain', 'recognise', 'new', 'policy', 'manifest'];

const overview = async (): Promise<string> => {
  const rows = await Promise.all(
    Object.entries(SUBCOMMANDS).map(async ([name, load]) => `  ${name.padEnd(12)}${(await load()).summary}`),
  );
  return ['sotto: an assistant that keeps confidences', '', ...rows, '', 'sotto COMMAND --help tells more.'].join('\n');
};

const main = async (args: readonly string[]): Promise<Status> => {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    console.log(await overview());
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (load === undefined) {
    console.error(`"${name}" is not a command of sotto.\n\n${await overview()}`);
    return 2;
  }
  const subcommand = await load();
  if (rest.includes('--help')) {
    const { parts = {} } = subcommand;
    const [first = ''] = rest;
    const part = Object.hasOwn(parts, first) ? parts[first] : undefined;
    console.log(
      part === undefined
        ? `sotto ${name}: ${subcommand.summary}\n\n${subcommand.help}`
        : `sotto ${name} ${first}: ${part.summary}\n\n${part.help}`,
    );
    return 0;
  }
  const prints = AT_PLAY.includes(name) ? [] : printing(environment());
  if (prints.length > 0) {
    console.error(`sotto ${name} does not start:\n${prints.map((finding) => `- ${finding}`).join('\n')}`);
    return 2;
  }
  hardenOutbound();
  return subcommand.run(rest);
};

dieQuietly();
debugNever();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof SottoError) {
    console.error(error.message);
  } else if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    // The first sentence names what is wrong; the rest advises what nobody means.
    const [what = ''] = error.message.split(/\.\s/);
    console.error(`${what.replace(/\.$/, '')}. "sotto ${process.argv[2] ?? ''} --help" says what there is.`);
  } else {
    console.error(lastWords(error));
  }
  process.exitCode = 2;
}
