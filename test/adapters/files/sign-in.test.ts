import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createFileDirectory } from '../../../src/adapters/files/directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-sign-in-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ISSUER = 'https://login.example.com';

const written = (name: string, people: Readonly<Record<string, readonly (readonly [string, string])[]>>): string => {
  const path = join(folder, name);
  const entries = Object.entries(people).map(
    ([id, oidc]) =>
      `  - { id: ${id}, name: ${id}, kind: employee, country: DE, locale: de, manager: null, accounts: { oidc: ${JSON.stringify(
        oidc.map(([issuer, subject]) => ({ issuer, subject })),
      )} } }`,
  );
  writeFileSync(path, ['people:', ...entries].join('\n'));
  return path;
};

const named = (subject: string, issuer = ISSUER) => ({ issuer, subject, tenant: null, email: null });

describe('a sign-in of somebody in a file', () => {
  it('is by the subjects on file where there are any, and by the id where there are none', async () => {
    const directory = createFileDirectory({
      path: written('two.yaml', { ada: [[ISSUER, '00u1abcd']], bob: [] }),
    });
    expect(await directory.signInOf(named('00u1abcd'))).toEqual({ ok: true, person: 'ada' });
    expect(await directory.signInOf(named('bob'))).toEqual({ ok: true, person: 'bob' });
    expect(await directory.signInOf(named('ada'))).toEqual({ ok: false, why: 'unknown' });
  });

  it('is nobody’s of another issuer, in another case, or by an address', async () => {
    const directory = createFileDirectory({ path: written('one.yaml', { ada: [[ISSUER, '00u1abcd']], bob: [] }) });
    for (const stranger of [
      named('00u1abcd', 'https://login.example.org'),
      named('00u1abcd', `${ISSUER}/`),
      named('00U1ABCD'),
      named('BOB'),
      { ...named('x'), email: 'bob' },
    ])
      expect([stranger, await directory.signInOf(stranger)]).toEqual([stranger, { ok: false, why: 'unknown' }]);
  });

  it('cannot be two people’s: such a file is refused', () => {
    expect(() =>
      createFileDirectory({ path: written('both.yaml', { ada: [[ISSUER, 's']], bob: [[ISSUER, 's']] }) }),
    ).toThrow(/a sign-in of bob is another person's, too/);
    expect(() => createFileDirectory({ path: written('id.yaml', { ada: [[ISSUER, 'bob']], bob: [] }) })).toThrow(
      /ada signs in with a subject that is the id of bob/,
    );
    expect(() =>
      createFileDirectory({ path: written('fine.yaml', { ada: [[ISSUER, 'bob']], bob: [[ISSUER, 'b']] }) }),
    ).not.toThrow();
  });

  it('is read from the file as it is now', async () => {
    const path = written('now.yaml', { ada: [[ISSUER, 'a1']] });
    const directory = createFileDirectory({ path, now: () => 0 });
    written('now.yaml', { ada: [[ISSUER, 'a2']] });
    utimesSync(path, 1_000, 1_000);
    expect(await directory.signInOf(named('a1'))).toEqual({ ok: false, why: 'unknown' });
    expect(await directory.signInOf(named('a2'))).toEqual({ ok: true, person: 'ada' });
  });
});
