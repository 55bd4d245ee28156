/**
 * That an audit log is lost: on record in a log that lives, under the name of whoever confirmed it, before the store asks for it no more. What is left of
 * it stays where it is, as evidence.
 */
import type { LostLog, NotLost } from '../losses.ts';
import type { Executor } from './execute.ts';
import type { Receipt } from './types.ts';
import { count } from './words.ts';

export const auditLost: Executor<'audit-lost'> = async ({ losses, audit, clock, names }, { origin }, { id, by }) => {
  if (losses === undefined) return refused(origin, 'unknown');
  const log = await losses.look(origin);
  if (log === 'another') return 'another';
  if (typeof log === 'string') return refused(origin, log);
  const { size, found, entries } = log;
  const byName = await names.byFingerprint({ fingerprint: by, purpose: 'officer' });
  await audit.append({ kind: 'lost', at: clock.now(), origin, size, found, entries, order: id, by, byName });
  const settled = await losses.settle(origin);
  return settled === 'lost' ? recorded(log) : refused(origin, settled);
};

const recorded = (log: LostLog): Receipt => {
  const { origin, size, found, entries } = log;
  return {
    ok: true,
    says: [
      `It is on record that the audit log ${origin} is lost: it had ${count(size, 'entry', 'entries')} at least. ${STANDS[found](entries ?? 0)}`,
      'It is asked for no more and written no more. Where nothing else is missing, Sotto answers again within seconds.',
    ],
    data: { origin, size, found, entries },
  };
};

const STANDS: Readonly<Record<LostLog['found'], (entries: number) => string>> = {
  gone: () =>
    'Nothing of it is there. Should it come to light, put it back where it was: "sotto audit verify" still verifies it.',
  cut: (entries) => `${count(entries, 'entry is', 'entries are')} there still. Keep them as evidence, as they are.`,
  unreadable: () => 'What is there cannot be read. Keep it as evidence, as it is.',
  elsewhere: () =>
    'It lay in another data folder. Should that come to light, start Sotto on it, or keep it as evidence.',
};

const REFUSED: Readonly<Record<Exclude<NotLost, 'another'>, string>> = {
  lost: 'it is on record that it is lost already. Nothing more was done.',
  held: 'a process writes it, so it is not lost. Stop that process first, or wait for a minute where it died.',
  sound: 'it is there, as long as it was. Nothing was done.',
  unknown:
    'the store knows of none that was begun under that name. "sotto audit lost" without a name prints those that are missed.',
};

/** In words. */
export const notLost = (origin: string, why: Exclude<NotLost, 'another'>): string =>
  `About the audit log ${origin}: ${REFUSED[why]}`;

const refused = (origin: string, why: Exclude<NotLost, 'another'>): Receipt => ({
  ok: why === 'lost',
  says: [notLost(origin, why)],
  data: { origin, found: null },
});
