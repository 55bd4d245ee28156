import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { stringify } from 'yaml';
import { createFileDirectory } from '../../../src/adapters/files/directory.ts';
import { CAST_TEAM, CAST_TENANT, type CastMember, directoryContract } from '../../contracts/directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-directory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inYaml = (cast: readonly CastMember[]): string =>
  stringify({
    people: cast.map(({ slackUser, teamsUser, department, email, employeeNumber, userName, ...person }) => ({
      ...person,
      ...(department === null ? {} : { department }),
      identifiers: {
        email,
        ...(employeeNumber === null ? {} : { 'employee-number': employeeNumber }),
        ...(userName === null ? {} : { 'user-name': userName }),
      },
      country: 'DE',
      locale: 'en',
      accounts: {
        slack: [{ team: CAST_TEAM, user: slackUser }],
        teams: [{ tenant: CAST_TENANT, user: teamsUser }],
      },
    })),
  });

const inCsv = (cast: readonly CastMember[]): string =>
  [
    'id;name;kind;groups;country;locale;manager;department;deactivated;email;employee-number;user-name;slack;teams',
    ...cast.map((each) =>
      [
        each.id,
        each.name,
        each.kind,
        each.groups.join('|'),
        'DE',
        'en',
        each.manager ?? '',
        each.department ?? '',
        each.deactivated,
        each.email,
        each.employeeNumber ?? '',
        each.userName ?? '',
        `${CAST_TEAM}:${each.slackUser}`,
        `${CAST_TENANT}:${each.teamsUser}`,
      ].join(';'),
    ),
  ].join('\r\n');

for (const { name, file, write } of [
  { name: 'the directory in a file', file: 'people.yaml', write: inYaml },
  { name: 'the directory in a table', file: 'people.csv', write: inCsv },
]) {
  directoryContract(name, async (cast) => {
    const path = join(mkdtempSync(join(folder, 'cast-')), file);
    writeFileSync(path, write(cast));
    return {
      directory: createFileDirectory({ path }),
      idOf: (member) => member,
      identityOf: (member) => ({ issuer: 'https://sign-in.example', subject: member, tenant: null, email: null }),
    };
  });
}
