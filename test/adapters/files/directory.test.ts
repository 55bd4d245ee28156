import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFileDirectory } from '../../../src/adapters/files/directory.ts';
import type { Account, Person } from '../../../src/core/types.ts';
import { SAMPLE_PEOPLE } from '../../../src/policies/pack.ts';

const account = (user: string, external = false): Account => ({
  platform: 'slack',
  tenant: 'T0SOTTO000',
  user,
  external,
});

const one = (id: string, name: string, more = ''): string =>
  `  - { id: ${id}, name: ${name}, kind: employee, country: DE, locale: de, manager: null, accounts: { slack: [{ team: T1, user: U${id} }] }${more} }`;

describe('a directory in a file', () => {
  let folder: string;
  let asker: Person;
  const sample = createFileDirectory({ path: SAMPLE_PEOPLE });
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-directory-'));
    const evan = await sample.person('evan');
    if (evan === null) throw new Error('the sample has no evan');
    asker = evan;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, lines: readonly string[]): string => {
    const path = join(folder, name);
    writeFileSync(path, ['people:', ...lines].join('\n'));
    return path;
  };

  it('finds a person by the account that the platform proved', async () => {
    expect(await sample.find(account('U0ERIN0000'))).toMatchObject({
      ok: true,
      person: { id: 'erin', country: 'DE', locale: 'de', manager: 'mona' },
    });
  });

  it('knows nobody by an account that it does not hold, or that is another tenant’s', async () => {
    expect(await sample.find(account('U0NOBODY00'))).toEqual({ ok: false, why: 'unknown' });
    expect(await sample.find({ ...account('U0ERIN0000'), tenant: 'T0OTHER000' })).toEqual({
      ok: false,
      why: 'unknown',
    });
  });

  it('knows somebody on Teams whichever case their ids are written in, and no account twice', async () => {
    const [tenant, user] = ['5F0C2B1E-6A51-4C39-9C50-0D6F3F1A7E01', '0A6F5F0E-1111-4D1C-8F5E-3A7D4B2C9E01'];
    const on = (id: string, theirs: string): string =>
      `  - { id: ${id}, name: A, kind: employee, country: DE, locale: de, manager: null, accounts: { teams: [{ tenant: ${tenant}, user: ${theirs} }] } }`;
    const { find } = createFileDirectory({ path: write('capitals.yaml', [on('ada', user)]) });
    const known = {
      platform: 'teams',
      tenant: tenant.toLowerCase(),
      user: user.toLowerCase(),
      external: false,
    } as const;
    expect(await find(known)).toMatchObject({ ok: true, person: { id: 'ada' } });
    const twice = write('twice.yaml', [on('ada', user), on('bob', user.toLowerCase())]);
    expect(() => createFileDirectory({ path: twice })).toThrow(/belongs to two people/);
  });

  it('takes an account of another company only where the file says that they are external', async () => {
    expect(await sample.find(account('U0XENA0000', true))).toMatchObject({
      ok: true,
      person: { id: 'xena', kind: 'external' },
    });
    expect(await sample.find(account('U0ERIN0000', true))).toEqual({ ok: false, why: 'external' });
  });

  it('knows where somebody is who says so, and takes no place that is none', async () => {
    const zoned = (zone: string) => write('zoned.yaml', [one('tim', 'Tim', `, timeZone: ${zone}`)]);
    const { person } = createFileDirectory({ path: zoned('America/Denver') });
    expect(await person('tim')).toMatchObject({ timeZone: 'America/Denver' });
    expect(() => createFileDirectory({ path: zoned('Mars/Base') })).toThrow(/timeZone must be a time zone of the IANA/);
    expect(await sample.person('erin')).not.toHaveProperty('timeZone');
  });

  it('refuses somebody who is deactivated', async () => {
    const directory = createFileDirectory({
      path: write('gone.yaml', [one('ada', 'Ada Byron', ', deactivated: true')]),
    });
    expect(await directory.find({ ...account('Uada'), tenant: 'T1' })).toEqual({ ok: false, why: 'deactivated' });
  });

  it('finds names by first name, last name and whole name, with and without umlauts', async () => {
    const directory = createFileDirectory({
      path: write('names.yaml', [one('jm', '"Jörg Müller"'), one('jk', '"Jörg Klee"')]),
    });
    const said = async (text: string): Promise<readonly (readonly string[])[]> =>
      (await directory.mentions({ tokens: text.split(' '), asker })).map(({ people }) => people.map(({ id }) => id));
    expect(await said('what does jörg müller earn')).toEqual([['jm']]);
    expect(await said('joerg')).toEqual([['jm', 'jk']]);
    expect(await said('jorg and klee')).toEqual([['jm', 'jk'], ['jk']]);
    expect(await said('constructor __proto__')).toEqual([]);
  });

  it('knows whose an account is in the workspace where it was mentioned, and in no other', async () => {
    const two = createFileDirectory({ path: write('two.yaml', [one('ada', 'Ada Byron'), one('bob', 'Bob Hale')]) });
    const mentioned = async (tokens: readonly string[], tenant: string, platform: 'slack' | 'teams' = 'slack') =>
      (await two.mentions({ tokens, asker, where: { platform, tenant } })).map(({ start, people }) => [
        start,
        people.map(({ id }) => id),
      ]);
    expect(await mentioned(['pay', 'of', '@', 'uada'], 'T1')).toEqual([[3, ['ada']]]);
    expect(await mentioned(['@', 'uada'], 'T2')).toEqual([]);
    expect(await mentioned(['@', 'uada'], 'T1', 'teams')).toEqual([]);
    expect(await mentioned(['uada'], 'T1')).toEqual([]);
    expect(await two.mentions({ tokens: ['@', 'uada'], asker })).toEqual([]);
    const guest = { ...asker, id: 'gus', kind: 'guest' as const };
    const where = { platform: 'slack' as const, tenant: 'T1' };
    expect(await two.mentions({ tokens: ['@', 'uada'], asker: guest, where })).toEqual([]);
  });

  it('shows a guest nobody', async () => {
    const gus = await sample.person('gus');
    expect(await sample.mentions({ tokens: ['mona'], asker: gus ?? asker })).toEqual([]);
  });

  it('says everything that is wrong with a file at once', () => {
    const path = write('wrong.yaml', [
      one('a', 'A'),
      one('a', 'B'),
      one('c', 'C').replace('manager: null', 'manager: nobody'),
    ]);
    expect(() => createFileDirectory({ path })).toThrow(
      /the id a stands twice[\s\S]*the account slack:T1:Ua belongs to two[\s\S]*c reports to nobody/,
    );
    expect(() => createFileDirectory({ path: write('unknown.yaml', [one('a', 'A', ', salary: 5')]) })).toThrow(
      /salary/,
    );
    expect(() => createFileDirectory({ path: join(folder, 'missing.yaml') })).toThrow(/cannot be read/);
    const everywhere = write('everywhere.yaml', [one('a', 'A').replace('team: T1', 'team: E0GRID0000')]);
    expect(() => createFileDirectory({ path: everywhere })).toThrow(
      /a has an account in the organisation E0GRID0000, where nobody would be known by it/,
    );
    const repeated = write('repeated.yaml', [one('a', 'A', ', groups: &all [hr]'), one('b', 'B', ', groups: *all')]);
    expect(() => createFileDirectory({ path: repeated })).toThrow(/it repeats a part by an alias/);
  });

  it('reads a changed file, and keeps the last good one when the new one is broken', async () => {
    const path = write('changing.yaml', [one('ada', 'Ada')]);
    let now = 0;
    const directory = createFileDirectory({ path, now: () => now });
    const change = (lines: readonly string[], second: number): void => {
      write('changing.yaml', lines);
      utimesSync(path, second, second);
      now += 2_000;
    };
    change([one('bob', 'Bob')], 1_000);
    expect(await directory.person('bob')).not.toBeNull();
    expect(await directory.person('ada')).toBeNull();
    change(['  - broken'], 2_000);
    expect(await directory.person('bob')).not.toBeNull();
  });

  it('is looked at at once where somebody must be known as of now', async () => {
    const path = write('now.yaml', [one('ada', 'Ada')]);
    const directory = createFileDirectory({ path, now: () => 0 });
    write('now.yaml', [one('ada', 'Ada', ', deactivated: true')]);
    utimesSync(path, 1_000, 1_000);
    const account: Account = { platform: 'slack', tenant: 'T1', user: 'Uada', external: false };
    expect(await directory.find(account)).toMatchObject({ ok: true });
    expect(await directory.find(account, { anew: true })).toEqual({ ok: false, why: 'deactivated' });
  });

  it('knows people afresh again as soon as a broken file is mended', async () => {
    const path = write('mended.yaml', [one('ada', 'Ada')]);
    let now = 0;
    const directory = createFileDirectory({ path, now: () => now });
    const account: Account = { platform: 'slack', tenant: 'T1', user: 'Uada', external: false };
    write('mended.yaml', ['  - broken']);
    now += 2_000;
    expect(await directory.find(account)).toMatchObject({ ok: true, person: { fresh: false } });
    write('mended.yaml', [one('ada', 'Ada')]);
    expect(await directory.find(account)).toMatchObject({ ok: true, person: { fresh: true } });
  });

  it('refuses to say what systems call people while its file is broken, for somebody else may be called so by now', async () => {
    const named = (id: string, email: string): string =>
      one(id, id).replace(/\}$/, `, identifiers: { email: ${email} } }`);
    const path = write('called.yaml', [named('ada', 'a@cast.example'), named('bob', 'b@cast.example')]);
    let now = 0;
    const directory = createFileDirectory({ path, now: () => now });
    expect(await directory.identified?.({ by: 'email', value: 'a@cast.example' })).toMatchObject({ id: 'ada' });
    expect(directory.identifiable('email')).toEqual({ people: 2, shared: 0 });
    expect(directory.identifiable('user-name')).toEqual({ people: 0, shared: 0 });
    write('called.yaml', ['  - broken']);
    now += 2_000;
    await expect(directory.identified?.({ by: 'email', value: 'a@cast.example' })).rejects.toMatchObject({
      code: 'directory-unavailable',
    });
    await expect(directory.identifier?.({ person: 'ada', by: 'email' })).rejects.toThrow(/SOTTO_DIRECTORY/);
    write('called.yaml', [named('ada', 'a@cast.example'), named('bob', 'A@cast.example')]);
    expect(await directory.identifier?.({ person: 'ada', by: 'email' })).toBeNull();
    expect(directory.identifiable('email')).toEqual({ people: 0, shared: 1 });
    expect(() => createFileDirectory({ path: write('odd.yaml', [named('ada', '"a b"')]) })).toThrow(
      /identifiers\.email must be 1 to 200 letters/,
    );
  });
});
