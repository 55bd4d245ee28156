/** `sotto policy matrix`: what comes of every request, as a table that a reviewer of a change can read. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Status, Subcommand } from '../../cli.ts';
import { environment } from '../../config.ts';
import { codeOf, SottoError } from '../../core/errors.ts';
import { packFolders } from '../../policies/pack.ts';
import { loadTrialPack } from '../../policies/reach/load.ts';
import { matrixOf, matrixText } from '../../policies/reach/matrix.ts';

export const policyMatrix: Subcommand = {
  summary: 'what comes of every request, as a table',
  help: [
    'sotto policy matrix [--policies DIR] [--out FILE | --check FILE]',
    '  prints what comes of every request (intent, kind, groups, place, about whom, age of the sign-in) as a table in Markdown,',
    '  of the pack that ships with SOTTO_POLICIES, or DIR, laid over it. HR’s restrictions are not in it.',
    '  --out writes it to FILE. --check compares FILE with it: status 0: the same; 1: it differs, and the lines are printed.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: { policies: { type: 'string' }, out: { type: 'string' }, check: { type: 'string' } },
      strict: true,
    });
    if (values.out !== undefined && values.check !== undefined) {
      throw new SottoError('usage', '--out writes the file that --check compares, so only one of them makes sense.');
    }
    const before = values.check === undefined ? null : reading(values.check);
    const text = await matrixOfFolders(packFolders(values.policies ?? environment()['SOTTO_POLICIES'] ?? null));
    if (values.out !== undefined) {
      writing(values.out, text);
      return 0;
    }
    if (before === null) {
      console.log(text);
      return 0;
    }
    const differing = differences(before, text);
    for (const line of differing) console.log(line);
    if (differing.length > 0) console.log(`${values.check} is not what the pack says. Write it anew with --out.`);
    return differing.length === 0 ? 0 : 1;
  },
};

/** The whole page for a pack. */
export const matrixOfFolders = async (folders: readonly string[]): Promise<string> => {
  const pack = await loadTrialPack({ folders });
  const rows = await matrixOf({ pack, signal: new AbortController().signal });
  return matrixText(rows, (action) => pack.actions.get(action) ?? '');
};

/** Lines that only one of them has, as a reviewer knows them. */
const differences = (before: string, after: string): readonly string[] => {
  const [old, now] = [before, after].map((text) => text.split('\n'));
  const has = (lines: readonly string[] | undefined) => new Set(lines);
  const [inOld, inNow] = [has(old), has(now)];
  const lines = [
    ...(old ?? []).filter((line) => !inNow.has(line)).map((line) => `- ${line}`),
    ...(now ?? []).filter((line) => !inOld.has(line)).map((line) => `+ ${line}`),
  ];
  return lines.length === 0 && before !== after ? ['The lines are the same, in another order.'] : lines;
};

const reading = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SottoError('usage', `${file} cannot be read (${codeOf(cause)}). Write it with --out first.`, { cause });
  }
};

const writing = (file: string, text: string): void => {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new SottoError('usage', `${file} cannot be written (${codeOf(cause)}). Name another file.`, { cause });
  }
};
