import type { Status, Subcommand } from '../cli.ts';
import { SottoError } from '../core/errors.ts';
import { policyMatrix } from './policy/matrix.ts';
import { policySchemas } from './policy/schemas.ts';
import { policyTest } from './policy/test.ts';

/** One file each in `policy/`. */
const PARTS: Readonly<Record<string, Subcommand>> = { test: policyTest, schemas: policySchemas, matrix: policyMatrix };

export const policy: Subcommand = {
  summary: 'tries a pack out: its examples, its shapes, all it permits',
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
          .map((known) => `"sotto policy ${known}"`)
          .join(', ')}.`,
      );
    return part.run(rest);
  },
};
