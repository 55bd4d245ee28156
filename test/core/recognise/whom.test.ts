/** About whom a question is, in the languages that are understood: what is the asker's own, what is not, and who is meant. */
import { describe, expect, it } from '@jest/globals';
import type { Language } from '../../../src/core/types.ts';
import { CAST, whom } from './cast.ts';
import { de } from './whom/de.ts';
import { en } from './whom/en.ts';
import { es } from './whom/es.ts';
import { fr } from './whom/fr.ts';
import type { Table } from './whom/table.ts';

const TABLES: Readonly<Record<Language, Table>> = { en, de, fr, es };
const UNCLEAR = { relation: 'other', subject: null, candidates: [] };
const PAY = 'salary.compensation';
const REPORTS = ['lukasz', 'pia'];

describe.each(Object.entries(TABLES))('in %s', (_, table) => {
  it('there are at least forty of the asker’s own and forty of others', () => {
    expect(new Set(table.own.map(([text]) => text)).size).toBeGreaterThanOrEqual(40);
    expect(new Set(table.unclear).size + new Set(table.named.map(([text]) => text)).size).toBeGreaterThanOrEqual(60);
    expect(new Set(table.unclear).size).toBeGreaterThanOrEqual(40);
  });

  it.each(table.own)('is about the asker: %s', async (text, intent) => {
    expect(await whom(text, intent)).toMatchObject({ relation: 'self', subject: { id: 'evan' }, candidates: [] });
  });

  it.each(table.unclear)('is about somebody, and nobody knows whom: %s', async (text) => {
    expect(await whom(text, PAY)).toMatchObject(UNCLEAR);
  });

  it.each(table.named)('is about one person: %s', async (text, relation, subject) => {
    expect(await whom(text, PAY)).toMatchObject({ relation, subject: { id: subject }, candidates: [] });
  });

  it.each(table.team)('is about those who report to the asker: %s', async (text) => {
    const { relation, subject, candidates } = await whom(text, PAY);
    expect({ relation, subject, candidates: candidates.map(({ id }) => id).toSorted() }).toEqual({
      relation: 'report',
      subject: null,
      candidates: REPORTS,
    });
  });

  it.each(table.carried)('is about whom the talk was before, and else about nobody known: %s', async (text) => {
    expect(await whom(text, PAY)).toEqual(UNCLEAR);
    const [pia, mona] = ['pia', 'mona'].map((wanted) => CAST.find(({ id }) => id === wanted) ?? null);
    expect(await whom(text, PAY, { before: mona ?? null })).toMatchObject({
      relation: 'other',
      subject: { id: 'mona' },
    });
    expect(await whom(text, PAY, { before: pia ?? null })).toMatchObject({
      relation: 'report',
      subject: { id: 'pia' },
    });
  });
});
