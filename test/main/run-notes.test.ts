import { expect, it } from '@jest/globals';
import type { AuditEntry } from '../../src/core/audit.ts';
import { SottoError } from '../../src/core/errors.ts';
import { createRunNotes } from '../../src/main/run-notes.ts';

const STANDS = { pack: 'p', policy: 'v1', restrictions: 'none', restrictionsVersion: 0, closed: null } as const;

const notes = (o: { readonly fails?: AuditEntry['kind'] } = {}) => {
  const entries: AuditEntry[] = [];
  const append = async (entry: AuditEntry) => {
    if (entry.kind === o.fails) throw new SottoError('audit-unavailable', 'The disk is gone.');
    entries.push(entry);
    return { origin: 'test', index: entries.length - 1 };
  };
  const ran = { version: '1.2.3', settings: 'f00d' };
  return { entries, ran, run: createRunNotes({ audit: { append }, clock: { now: () => 7 }, ...ran }) };
};

it('says what began with which settings, and once that it ended, and how', async () => {
  const { run, entries, ran } = notes();
  await run.started(STANDS);
  await run.stopped('asked');
  await run.stopped('failed');
  expect(entries).toEqual([
    { kind: 'start', at: 7, ...ran, ...STANDS },
    { kind: 'stop', at: 7, ...ran, how: 'asked' },
  ]);
});

it('says nothing of the end of what never began', async () => {
  const { run, entries } = notes();
  await run.stopped('failed');
  expect(entries).toEqual([]);
  const unrecorded = notes({ fails: 'start' });
  await expect(unrecorded.run.started(STANDS)).rejects.toMatchObject({ code: 'audit-unavailable' });
  await unrecorded.run.stopped('failed');
  expect(unrecorded.entries).toEqual([]);
});

it('ends although that cannot be recorded', async () => {
  const { run, entries } = notes({ fails: 'stop' });
  await run.started(STANDS);
  await expect(run.stopped('asked')).resolves.toBeUndefined();
  expect(entries).toHaveLength(1);
});
