import { expect, it } from '@jest/globals';
import type { AuditEntry, DisclosureEntry } from '../../src/core/audit.ts';
import { SottoError } from '../../src/core/errors.ts';
import { createOwed, noteShown } from '../../src/core/owed.ts';
import { stopAt } from '../support/stop-entry.ts';
import { until } from '../support/until.ts';

const shown = (question: string): DisclosureEntry => ({
  kind: 'disclosure',
  at: 1,
  question,
  verdict: 'answer',
  channel: 'D1',
  message: '1.0',
  removeAt: null,
});

const opened = () => {
  const entries: AuditEntry[] = [];
  const errors: string[] = [];
  const sink = { well: true };
  const append = async (entry: AuditEntry) => {
    if (!sink.well) throw new SottoError('audit-unavailable', 'The disk is full.');
    entries.push(entry);
    return { origin: 'test', index: entries.length - 1 };
  };
  const log = { info: () => undefined, warn: () => undefined, error: (event: string) => void errors.push(event) };
  const owed = createOwed({ audit: { append }, log });
  const world = { audit: { append: owed.append }, owed, log };
  const questions = () => entries.map((entry) => ('question' in entry ? entry.question : entry.kind));
  return { world, owed, sink, errors, questions };
};

it('what was shown while the log took nothing is recorded once it does, in its order, behind what it took first', async () => {
  const { world, owed, sink, errors, questions } = opened();
  sink.well = false;
  for (const id of ['a', 'b', 'c']) await noteShown(world, shown(id));
  expect(errors).toEqual(Array(3).fill('audit.disclosure-lost'));
  await owed.paid();
  expect(questions()).toEqual([]);
  sink.well = true;
  await world.audit.append(stopAt(1));
  await owed.paid();
  expect(questions()).toEqual(['stop', 'a', 'b', 'c']);
  await noteShown(world, shown('d'));
  expect(questions()).toEqual(['stop', 'a', 'b', 'c', 'd']);
});

it('by whatever the log takes next, though nobody asks for it', async () => {
  const { world, sink, questions } = opened();
  sink.well = false;
  await noteShown(world, shown('a'));
  sink.well = true;
  await world.audit.append(stopAt(1));
  await until(() => questions().length === 2);
  expect(questions()).toEqual(['stop', 'a']);
});

it('also where it was asked for while nothing was owed', async () => {
  const { world, owed, sink, questions } = opened();
  await owed.paid();
  sink.well = false;
  await noteShown(world, shown('a'));
  sink.well = true;
  await owed.paid();
  expect(questions()).toEqual(['a']);
});

it('and nothing twice where the log fails again in between', async () => {
  const { world, owed, sink, questions } = opened();
  for (let n = 0; n < 50; n++) {
    sink.well = n % 3 === 0;
    await noteShown(world, shown(String(n)));
    await new Promise(setImmediate);
  }
  sink.well = true;
  await owed.paid();
  expect(questions()).toHaveLength(50);
  expect(new Set(questions())).toEqual(new Set(Array.from({ length: 50 }, (_, n) => String(n))));
});

it('and of no more than ten thousand, which is told', async () => {
  const { world, owed, sink, errors, questions } = opened();
  sink.well = false;
  for (let n = 0; n < 10_001; n++) owed.owe(shown(String(n)));
  expect(errors).toEqual(['audit.owed-dropped']);
  sink.well = true;
  await world.audit.append(stopAt(1));
  await owed.paid();
  expect(questions()).toHaveLength(10_001);
});
