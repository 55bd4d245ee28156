import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { stringify } from 'yaml';
import { createFileDirectory } from '../../../src/adapters/files/directory.ts';
import { CAST_TEAM, CAST_TENANT, directoryContract } from '../../contracts/directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-directory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

directoryContract('the directory in a file', async (cast) => {
  const path = join(mkdtempSync(join(folder, 'cast-')), 'people.yaml');
  const people = cast.map(({ slackUser, teamsUser, department, ...person }) => ({
    ...person,
    ...(department === null ? {} : { department }),
    country: 'DE',
    locale: 'en',
    accounts: {
      slack: [{ team: CAST_TEAM, user: slackUser }],
      teams: [{ tenant: CAST_TENANT, user: teamsUser }],
    },
  }));
  writeFileSync(path, stringify({ people }));
  return {
    directory: createFileDirectory({ path }),
    idOf: (member) => member,
    identityOf: (member) => ({ issuer: 'https://sign-in.example', subject: member, tenant: null, email: null }),
  };
});
