import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { closedSentence } from '../../src/cli/closed.ts';
import { draftInWords, listInWords, versionsInWords } from '../../src/cli/restrict/printing.ts';
import { fieldValues, readRestrictionFile } from '../../src/cli/restrict/reading.ts';
import { progress } from '../../src/cli/restrict/trying.ts';

const LIST: Parameters<typeof listInWords>[0] = {
  now: 0,
  version: 3,
  closed: null,
  inForce: [],
  waiting: [],
  templates: [],
};
const DRAFT = {
  id: 'd1',
  hash: 'abcdef012345'.padEnd(64, '0'),
  weaker: false,
  sentence: { en: 'From now on 12 people cannot ask about leave.', de: 'x' },
  reply: null,
  difference: 'New: Leave',
  restriction: null,
};

describe('what sotto restrict prints', () => {
  it('is what is in force, what waits, and what stands ready', () => {
    expect(listInWords(LIST)).toBe('Nothing is restricted by HR.');
    const printed = listInWords({
      ...LIST,
      inForce: [
        { restriction: { id: 'a', title: 'A', suspendedUntil: null }, sentence: 'It means a.' },
        { restriction: { id: 'b', title: 'B', suspendedUntil: '2026-12-01T10:30:00.000Z' }, sentence: 'It means b.' },
      ],
      waiting: [{ id: 'w', hash: 'h', until: 86_400_000, sentence: 'It would mean c.', by: 'Hugo', why: 'because' }],
      templates: [{ id: 'salary', title: 'Salary' }],
    });
    expect(printed.split('\n')).toEqual([
      'In force:',
      '  a  A',
      '    It means a.',
      '  b  B (suspended until 2026-12-01 10:30 UTC)',
      '    It means b.',
      '',
      'Waits for a second person of HR, who approves it in a private chat:',
      '  It would mean c.',
      '    Proposed by Hugo, until 1970-01-02 00:00 UTC. Why: because',
      '',
      'Ready to be switched on (--template): salary.',
    ]);
  });

  it.each(['pack', 'restrictions'] as const)(
    'says first that nobody is answered, why and how to mend it (%s)',
    (closed) => {
      expect(listInWords({ ...LIST, closed }).split('\n')[0]).toBe(closedSentence(closed));
      expect(closedSentence(closed)).toMatch(/^Sotto answers nobody: .*sotto restrict approve-pack/);
    },
  );

  it('is the versions, with who changed what, when and why', () => {
    expect(versionsInWords([])).toBe('Nothing was changed so far.');
    const version = { at: 0, id: 'a', by: 'Hugo', why: 'because', hash: 'h', sentence: 'It means a.' };
    expect(
      versionsInWords([
        { ...version, version: 8, change: 'lifted', approvedBy: 'Hana' },
        { ...version, version: 7, change: 'approved', id: null, by: null, approvedBy: null },
      ]).split('\n'),
    ).toEqual([
      '8  1970-01-01 00:00 UTC  lifted a, by Hugo, approved by Hana',
      '    It means a.',
      '    Why: because',
      '7  1970-01-01 00:00 UTC  pack approved',
      '    It means a.',
      '    Why: because',
    ]);
  });

  it('is what a change means, what is different, what an employee will read, and who confirms it', () => {
    expect(draftInWords(DRAFT)).toMatch(
      /^From now on 12 people.*\n\nNew: Leave\n\nThis permits nobody anything more: one person of HR/,
    );
    const weaker = draftInWords({ ...DRAFT, weaker: true, reply: { en: 'Ask HR.', de: 'Frag HR.' } });
    expect(weaker).toContain('An employee will read (en):\n  Ask HR.\nAn employee will read (de):\n  Frag HR.');
    expect(weaker).toContain('two different people of HR confirm exactly this (abcdef012345)');
  });
});

describe('how far it is', () => {
  const shown = (isTTY: boolean): string => {
    let out = '';
    const write = (text: string): void => {
      out += text;
    };
    const show = progress({ isTTY, write });
    for (const percent of [0, 10, 30, 31, 99]) show({ state: 'running', of: 'dry-run', percent });
    show({ state: 'running', of: 'reach', percent: 0 });
    show({ state: 'done', of: 'reach', percent: 100 });
    return out;
  };

  it('is a bar that is drawn again on a terminal, and goes when it is over', () => {
    const lines = shown(true).split('\r\u001b[K');
    expect(lines).toContain('The last 30 days: ▓▓▓░░░░░░░ 31 %');
    expect([lines.length, lines.at(-1)]).toEqual([8, '']);
    expect(shown(true)).not.toContain('\n');
  });

  it('is plain lines elsewhere, a few', () => {
    expect(shown(false).split('\n')).toEqual([
      'The last 30 days: 0 %',
      'The last 30 days: 25 %',
      'The last 30 days: 75 %',
      'Who can still ask: 0 %',
      '',
    ]);
  });

  it('is nothing where programs read it', () => {
    expect(() => progress(null)({ state: 'running', of: 'reach', percent: 1 })).not.toThrow();
  });
});

describe('what somebody typed', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-restrict-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('fills in HR’s form by its fields, and nothing that was not given', () => {
    expect(fieldValues({})).toEqual({});
    expect(fieldValues({ topic: ['salary'], except: ['payroll', 'hr'], until: '', 'words-en': 'x"); permit' })).toEqual(
      {
        topics: ['salary'],
        except: ['payroll', 'hr'],
        until: [''],
        'words-en': ['x"); permit'],
      },
    );
  });

  it('may be a file, read as safely as a pack, and refused with its line', () => {
    const file = join(folder, 'one.yaml');
    writeFileSync(file, 'title: Leave\nforbids: [leave]\n');
    expect(readRestrictionFile(file)).toEqual({ title: 'Leave', forbids: ['leave'] });
    writeFileSync(file, 'a: &x [1]\nb: *x\n');
    expect(() => readRestrictionFile(file)).toThrow(/one\.yaml: line 2 An alias/);
    expect(() => readRestrictionFile(join(folder, 'none.yaml'))).toThrow(/cannot be read/);
  });
});
