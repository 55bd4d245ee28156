import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createFileDirectory } from '../../../src/adapters/files/directory.ts';
import { writtenInCsv } from '../../../src/adapters/files/people/csv.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-csv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEAD = 'id,name,kind,country,locale,manager,groups,slack';

const written = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const findingsOf = (content: string | Buffer): string => {
  try {
    createFileDirectory({ path: written('wrong.csv', content) });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
};

describe('people in a table', () => {
  it('are who they would be in YAML, whatever a spreadsheet puts between the cells and at the ends of lines', async () => {
    const rows = [
      ['id', 'name', 'aliases', 'kind', 'groups', 'country', 'locale', 'timeZone', 'manager', 'department'],
      ['ada', '"Byron ""Ada"", Lady"', 'Countess | AAL', 'employee', 'hr|payroll', 'DE', 'de', 'Europe/Rome', '', 'R'],
      ['bob', 'Bob Hale', '', 'contractor', '', 'US', 'en', '', 'ada', ''],
    ];
    const accounts = [
      ['deactivated', 'slack', 'teams', 'oidc'],
      ['FALSE', 'T1:U1 | T2:U2', 'tenant-1:user-1', 'https://login.example.com 00u1'],
      ['', 'T1:U3', '', ''],
    ];
    for (const [between, end] of [
      [',', '\n'],
      [';', '\r\n'],
      ['\t', '\r\n'],
      [';', '\r'],
    ] as const) {
      const text = rows.map((row, at) => [...row, ...(accounts[at] ?? [])].join(between)).join(end);
      const directory = createFileDirectory({ path: written('people.csv', `\ufeff${text}${end}`) });
      expect(await directory.person('ada')).toEqual({
        id: 'ada',
        name: 'Byron "Ada", Lady',
        kind: 'employee',
        groups: ['hr', 'payroll'],
        country: 'DE',
        locale: 'de',
        timeZone: 'Europe/Rome',
        manager: null,
        fresh: true,
      });
      expect(await directory.person('bob')).toMatchObject({ kind: 'contractor', groups: [], manager: 'ada' });
      expect(await directory.accounts('ada')).toEqual([
        { platform: 'slack', tenant: 'T1', user: 'U1' },
        { platform: 'slack', tenant: 'T2', user: 'U2' },
        { platform: 'teams', tenant: 'tenant-1', user: 'user-1' },
      ]);
      expect(
        await directory.signInOf({ issuer: 'https://login.example.com', subject: '00u1', tenant: null, email: null }),
      ).toEqual({ ok: true, person: 'ada' });
    }
  });

  it('are refused with the line and the column of everything that is wrong', () => {
    const findings = findingsOf(
      [
        HEAD,
        'ada,Ada,employee,DE,de,,,T1:U1',
        '"b b","Bob',
        'Hale",staff,Germany,en,ada,,T1',
        '',
        'eve,Eve,employee,DE,de,nobody,,',
      ].join('\n'),
    );
    expect(findings).toMatch(/line 3, id must be 1 to 64 letters/);
    expect(findings).toMatch(/line 3, kind /);
    expect(findings).toMatch(/line 3, country must be two capital letters/);
    expect(findings).toMatch(/line 3, slack \(TEAM:USER\) /);
    expect(findings).not.toMatch(/Bob|Hale|Ada/);
    expect(findingsOf([HEAD, 'eve,Eve,employee,DE,de,nobody,,'].join('\n'))).toMatch(/eve reports to nobody, whom/);
  });

  it('never loses that somebody is deactivated: what is no yes and no no is refused', async () => {
    const row = (said: string) => `${HEAD},deactivated\nada,Ada,employee,DE,de,,,T1:U1,${said}`;
    for (const said of ['yes', '1', 'WAHR', 'x'])
      expect(findingsOf(row(said))).toMatch(/line 2, deactivated \("true", "false" or nothing\)/);
    const { find } = createFileDirectory({ path: written('gone.csv', row('TRUE')) });
    expect(await find({ platform: 'slack', tenant: 'T1', user: 'U1', external: false })).toEqual({
      ok: false,
      why: 'deactivated',
    });
  });

  it('are refused where a row could be read in more ways than one', () => {
    expect(findingsOf(`${HEAD}\nada,Ada,Byron,employee,DE,de,,,T1:U1`)).toMatch(/line 2 has 9 cells under 8 headings/);
    expect(findingsOf(`${HEAD}\nada,Ada`)).toMatch(/line 2 has 2 cells under 8 headings/);
    expect(findingsOf(`${HEAD},colour\n`)).toMatch(/line 1: column 9 has the heading "colour"/);
    expect(findingsOf(`${HEAD},groups\n`)).toMatch(/line 1: the heading groups stands twice/);
    expect(findingsOf('id,name\n')).toMatch(/line 1: there is no column kind[\s\S]*no column manager/);
    expect(findingsOf('')).toMatch(/it is empty/);
    expect(findingsOf(`${HEAD}\n`)).toMatch(/the file Too small/);
    expect(findingsOf(`${HEAD}\nada,"Ada Secret,employee`)).toMatch(/at line 2 \(CSV_QUOTE_NOT_CLOSED\)/);
    expect(findingsOf(`${HEAD}\nada,Ada "Secret" B,employee,DE,de,,,`)).toMatch(/at line 2 \(INVALID_OPENING_QUOTE\)/);
    expect(findingsOf(`${HEAD}\nada,${'a'.repeat(70_000)},employee,DE,de,,,`)).toMatch(/CSV_MAX_RECORD_SIZE/);
    for (const text of [`${HEAD}\nada,"Ada Secret,employee`, `${HEAD}\nada,Ada "Secret" B,employee,DE,de,,,`])
      expect(findingsOf(text)).not.toMatch(/Secret/);
  });

  it('are refused in another encoding, in which names would be other names', () => {
    expect(findingsOf(Buffer.from(`${HEAD}\njm,J\u00f6rg,employee,DE,de,,,`, 'latin1'))).toMatch(/it is not UTF-8/);
  });

  it('say no more than fifty findings of a column that is wrong throughout', () => {
    const rows = Array.from({ length: 80 }, (_, n) => `p${n},P,employee,Germany,de,,,`);
    const findings = findingsOf([HEAD, ...rows].join('\n')).split('\n');
    expect([findings.length, findings.at(-1)]).toEqual([51, expect.stringMatching(/30 more findings/)]);
  });

  it('change while Sotto runs, and stay as they were while the table is wrong', async () => {
    let now = 0;
    const path = written('changing.csv', `${HEAD}\nada,Ada,employee,DE,de,,,T1:U1`);
    const directory = createFileDirectory({ path, now: () => now });
    const change = (content: string, second: number): void => {
      written('changing.csv', content);
      utimesSync(path, second, second);
      now += 2_000;
    };
    change(`${HEAD}\nbob,Bob,employee,DE,de,,,T1:U1`, 1_000);
    expect([await directory.person('bob'), await directory.person('ada')]).toEqual([expect.anything(), null]);
    change(`${HEAD}\nbob,Bob,employee`, 2_000);
    expect(await directory.person('bob')).not.toBeNull();
  });

  it('come out as they went in, whatever the cells hold', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/\r\n?/g, '\n').trim());
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
        const text = rows.map(([name, department]) => `x,employee,DE,de,,${quoted(name)},${quoted(department)}`);
        const read = writtenInCsv(['id,kind,country,locale,manager,name,department', ...text].join('\n'));
        const people = read.ok ? (read.value as { people: { name: string; department?: string }[] }).people : null;
        expect(people?.map(({ name, department }) => [name, department ?? ''])).toEqual(rows);
      }),
    );
  });

  it('are never taken for anything by what is no table', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(['boolean']).toContain(typeof writtenInCsv(text).ok);
      }),
    );
  });
});
