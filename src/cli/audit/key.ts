import { parseArgs } from 'node:util';
import { readPublicKeys } from '../../adapters/audit-log/keys.ts';
import { verifierKey } from '../../adapters/audit-log/note.ts';
import type { Status, Subcommand } from '../../cli.ts';
import { auditFolder, originsAsked, trustedKeys } from './logs.ts';

export const key: Subcommand = {
  summary: 'prints the public keys that an auditor verifies with',
  help: [
    'sotto audit key [ORIGIN] [--pem] [--json]',
    'The public keys of the vault (audit-signing-key, all that are accepted, the current one first) as verifier keys of signed notes',
    '(NAME+ID+KEY), for each log or for one; --pem: as PEM, which is the same for all. Hand them to the auditor by a way that this machine',
    'has no part in. Status 0: printed; 2: could not be read.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false }, pem: { type: 'boolean', default: false } },
      allowPositionals: true,
      strict: true,
    });
    const { folder } = auditFolder();
    const origins = await originsAsked(folder, positionals);
    const pem = await trustedKeys();
    const keys = readPublicKeys(pem);
    const logs = origins.map((origin) => ({ origin, keys: keys.map((one) => verifierKey(origin, one)) }));
    if (values.json) console.log(JSON.stringify({ logs, pem }));
    else if (values.pem) process.stdout.write(pem);
    else for (const one of logs.flatMap((log) => log.keys)) console.log(one);
    return 0;
  },
};
