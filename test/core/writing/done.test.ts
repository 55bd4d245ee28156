/** What is told of a write that was done: no more than the stricter of both rules lets, and never less than that it was. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MOST_WRITES } from '../../../src/core/stored-writes.ts';
import type { Card, Obligations } from '../../../src/core/types.ts';
import type { HrStage } from '../../support/hr-stage.ts';
import { until } from '../../support/until.ts';
import { PERMIT } from '../../support/world.ts';
import { BOOK, type WritingBackend } from '../../support/writing-backend.ts';
import { createWritingStage } from '../../support/writing-stage.ts';

const PLAIN: Obligations = { show: 'message', expiresSeconds: null, moreTime: 0, redact: [] };

describe('a write that was done', () => {
  let stage: HrStage;
  let system: WritingBackend;
  beforeEach(() => {
    ({ stage, system } = createWritingStage());
  });
  afterEach(() => stage.close());

  const permits = (o: { readonly question?: Partial<Obligations>; readonly data?: Partial<Obligations> }): void => {
    stage.t.script.decide = ({ action }) => ({
      ...PERMIT,
      obligations: { ...PLAIN, ...(action === BOOK ? o.question : o.data) },
    });
  };
  const told = async (): Promise<Card | undefined> => {
    await stage.say('evan', 'book me some leave');
    const { form } = await stage.open('evan', 'Open the form');
    const shown = (): number => stage.t.entries.filter(({ kind }) => kind === 'disclosure').length;
    const before = shown();
    await stage.send('evan', form, {});
    await until(() => shown() > before);
    await until(async () => (await stage.t.store.inbox.backlog()).claimed === 0);
    return stage.chat('evan').at(-1)?.card;
  };
  /** Seconds for which the last message stands. */
  const stands = (): number | null => {
    const entry = stage.t.entries.findLast(({ kind }) => kind === 'disclosure');
    return entry?.kind !== 'disclosure' || entry.removeAt === null
      ? null
      : Math.round((entry.removeAt - entry.at) / 1_000);
  };

  it.each([
    ['the question', { question: { expiresSeconds: 60 } }],
    ['its data', { data: { expiresSeconds: 60 } }],
    ['both, the shorter', { question: { expiresSeconds: 600 }, data: { expiresSeconds: 60 } }],
  ])('leaves when the rule on %s says so', async (_, o) => {
    permits(o);
    expect((await told())?.text).toBe('Booked under N1.');
    expect(stands()).toBe(60);
  });

  it.each([
    ['the question', { question: { show: 'view', expiresSeconds: 60 } }],
    ['its data', { data: { show: 'view', expiresSeconds: 60 } }],
  ] as const)('tells nothing of what the system said where the rule on %s has it in a view alone', async (_, o) => {
    permits(o);
    const card = await told();
    expect(card?.text).toBe('Book leave: done.');
    expect(card?.buttons.map(({ label }) => label)).toEqual(['Take it back']);
    expect(stands()).toBeNull();
  });

  it('is taken back though they have written as much as they may within the hour', async () => {
    const { sealer, clock } = stage.t.world;
    const owner = sealer.fingerprint('evan');
    for (let n = 1; n < MOST_WRITES; n++)
      await stage.t.store.writes.begin({ id: `w${n}`, owner, value: '', most: null, now: clock.now() });
    expect((await told())?.text).toBe('Booked under N1.');
    expect((await stage.press('evan', 'Take it back')).text).toBe('Book leave: taken back.');
    expect(system.effects.filter(({ undone }) => undone)).toHaveLength(1);
  });

  it('tells nothing of what the system said, and keeps on record why, where more stands in it than was declared', async () => {
    stage.t.script.screen = ({ text }) => (text.includes('N1') ? ['iban'] : []);
    const card = await told();
    expect(card?.text).toBe('Book leave: done.');
    expect(stage.t.entries.map(({ kind }) => kind)).toContain('surprise');
    expect(JSON.stringify(stage.t.entries)).not.toContain('N1');
  });
});
