import type { Status, Subcommand } from '../cli.ts';
import { SottoError } from '../core/errors.ts';
import { checkpoint } from './audit/checkpoint.ts';
import { consistency } from './audit/consistency.ts';
import { copy } from './audit/copy.ts';
import { exportLog } from './audit/export.ts';
import { key } from './audit/key.ts';
import { lost } from './audit/lost.ts';
import { prove } from './audit/prove.ts';
import { receipt } from './audit/receipt.ts';
import { report } from './audit/report.ts';
import { verify } from './audit/verify.ts';

/** One file each in `audit/`. */
const PARTS: Readonly<Record<string, Subcommand>> = {
  verify,
  checkpoint,
  key,
  prove,
  consistency,
  receipt,
  copy,
  export: exportLog,
  lost,
  report,
};

export const audit: Subcommand = {
  summary: 'the audit log: proves it, takes out of it, looks after it',
  help: Object.values(PARTS)
    .map(({ help }) => help)
    .join('\n\n'),
  parts: PARTS,
  run: async (args): Promise<Status> => {
    const [name, ...rest] = args;
    const part = name !== undefined && Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (part === undefined)
      throw new SottoError(
        'usage',
        `Say which: ${Object.keys(PARTS)
          .map((known) => `"sotto audit ${known}"`)
          .join(', ')}.`,
      );
    return part.run(rest);
  },
};
