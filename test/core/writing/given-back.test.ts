/** What somebody wrote into a form that was taken and came to nothing: they have it back, in private, and it does not stay. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAnswer, matches, wantedOf } from '../../../src/core/about.ts';
import { keptOf } from '../../../src/core/orders/kept.ts';
import { mayBeShed } from '../../../src/core/shed.ts';
import type { Card, Form, Press } from '../../../src/core/types.ts';
import { UNDO_ACTION, WRITE_ACTION } from '../../../src/core/writing/carried.ts';
import type { HrStage } from '../../support/hr-stage.ts';
import { until } from '../../support/until.ts';
import { both, PERMIT, pressOf, REFUSE } from '../../support/world.ts';
import { BOOK, type WritingBackend } from '../../support/writing-backend.ts';
import { createWritingStage, OPEN, openedForm } from '../../support/writing-stage.ts';

const WORDS = 'I am <@U1> & very ill.\n*Please* tell nobody.';
const COPY = `What you wrote, for you to copy:\n${WORDS}`;
const LONG = 'ä'.repeat(1_900);
const DAY_S = 24 * 60 * 60;

describe('the words of a form that came to nothing', () => {
  let stage: HrStage;
  let system: WritingBackend;
  let later: number;
  beforeEach(() => {
    ({ stage, system } = createWritingStage());
    later = 0;
    const { clock } = stage.t.world;
    Object.assign(stage.t.world, { clock: { ...clock, now: () => clock.now() + later } });
    stage.t.script.operation = (name) => {
      const { writes, ...of } = system.operation(name);
      if (writes === undefined) return of;
      return { ...of, writes: { ...writes, words: writes.words.map((asked) => ({ ...asked, most: 2_000 })) } };
    };
  });
  afterEach(() => stage.close());

  const formOf = (): Promise<Form> => openedForm(stage);
  const told = async (form: Form, words = WORDS): Promise<Card> => {
    const shown = (): number => stage.t.entries.filter(({ kind }) => kind === 'disclosure').length;
    const before = shown();
    const { card } = await stage.send('evan', form, { 'words-1': [words] });
    expect(card?.text).toContain('I have it.');
    await until(() => shown() > before);
    await until(async () => (await stage.t.store.inbox.backlog()).claimed === 0);
    const said = stage.chat('evan').at(-1)?.card;
    if (said === undefined) throw new Error('nothing was said');
    return said;
  };
  /** Seconds until the last message leaves. */
  const leavesIn = (): number | null => {
    const entry = stage.t.entries.findLast(({ kind }) => kind === 'disclosure');
    if (entry?.kind !== 'disclosure') throw new Error('nothing was shown');
    return entry.removeAt === null ? null : Math.round((entry.removeAt - entry.at) / 1_000);
  };
  const onRecord = (): string => JSON.stringify(stage.t.entries) + JSON.stringify(stage.t.calls);

  it.each([
    ['a rule on the question', (action: string) => action === BOOK],
    ['a rule on its data', (action: string) => action === 'data:leave'],
  ])('come back where %s refuses it by then, to copy, and leave within a day', async (_, refuses) => {
    const form = await formOf();
    stage.t.script.decide = ({ action }) => (refuses(action) ? REFUSE : PERMIT);
    const card = await told(form);
    expect(card.text).toContain('restricted');
    expect(card.text).toContain(COPY);
    expect(card.buttons.map(({ label }) => label)).not.toContain(OPEN);
    // A notification tells why, and nothing of the words.
    expect(card.fallback).toContain('restricted');
    expect(card.fallback).not.toContain('ill');
    expect(card.note).toBe('I remove this message after 24 hours.');
    expect(leavesIn()).toBe(DAY_S);
    expect(onRecord()).not.toContain('very ill');
    expect(system.asked).toEqual([]);
  });

  it('come back with what each was asked for, where there are several', async () => {
    const two = ((before) => (name: string) => {
      const { writes, ...of } = before(name) ?? system.operation(name);
      const [note] = writes?.words ?? [];
      if (writes === undefined || note === undefined) return of;
      const why = { ...note, name: 'why', label: both('Why') };
      return { ...of, writes: { ...writes, words: [note, why, { ...note, name: 'rest', label: both('The rest') }] } };
    })(stage.t.script.operation);
    stage.t.script.operation = two;
    const form = await formOf();
    stage.t.script.decide = () => REFUSE;
    await stage.send('evan', form, { 'words-1': ['One.'], 'words-2': ['Two.'] });
    await until(() => stage.read('evan').includes('One.'));
    expect(stage.read('evan')).toContain('for you to copy:\nNote\nOne.\n\nWhy\nTwo.');
    expect(stage.read('evan')).not.toContain('The rest');
  });

  it('are not made up where there are none: a refusal stays as it is, and stays', async () => {
    const form = await formOf();
    stage.t.script.decide = () => REFUSE;
    const card = await told(form, '');
    expect(card.text).not.toContain('for you to copy');
    expect(leavesIn()).toBeNull();
  });

  it('come back to copy where they do not fit into the button of a form that may be sent again', async () => {
    system.next.push('not-sent');
    const card = await told(await formOf(), LONG);
    expect(card.text).toContain(`nothing was done. The system could not be reached`);
    expect(card.text).toContain(`for you to copy:\n${LONG}`);
    expect(card.buttons.map(({ label }) => label)).toEqual([OPEN]);
    expect(leavesIn()).toBe(DAY_S);
  });

  it('stand in the form and nowhere else where they fit', async () => {
    system.next.push('refused');
    const card = await told(await formOf());
    expect(card.text).not.toContain('ill');
    expect(leavesIn()).toBeNull();
    const { form } = await stage.open('evan', OPEN);
    expect(form?.fields).toMatchObject([{ value: WORDS }]);
  });

  it('come back where nobody knows whether it was done, and no button invites to do it twice', async () => {
    system.next.push('lost');
    const card = await told(await formOf());
    expect(card.text).toContain('I do not know whether it was done');
    expect(card.text).toContain(COPY);
    expect(card.buttons).toEqual([]);
    expect(leavesIn()).toBe(DAY_S);
  });

  it('are not told again where it was done', async () => {
    const card = await told(await formOf());
    expect(card.text).toBe('Booked under N1.');
    expect(leavesIn()).toBeNull();
  });

  it.each([
    ['the intent', () => (stage.t.world.catalogue.intents as Map<string, unknown>).delete(BOOK)],
    [
      'the operation',
      () => (stage.t.script.operation = (name) => ({ ...system.operation(name), writes: undefined as never })),
    ],
  ])('come back where %s is there no more', async (_, change) => {
    const form = await formOf();
    const { policyCaughtUp } = stage.t.world;
    Object.assign(stage.t.world, {
      policyCaughtUp: async () => {
        change();
        return policyCaughtUp();
      },
    });
    const card = await told(form);
    expect(card.text).toContain(COPY);
    expect(leavesIn()).toBe(DAY_S);
  });

  it('come back where its time was over before it was begun', async () => {
    const form = await formOf();
    const { accept } = stage.t.world.store.inbox;
    Object.assign(stage.t.world.store.inbox, {
      accept: async (o: Parameters<typeof accept>[0]) => {
        const accepted = await accept(o);
        later += 49 * 60 * 60_000;
        return accepted;
      },
    });
    const card = await told(form);
    expect(card.text).toContain('This has expired, so nothing was sent.');
    expect(card.text).toContain(COPY);
    // However late it is.
    expect(leavesIn()).toBe(60 * 60);
    expect(card.note).toBe('I remove this message after an hour.');
  });

  it('are not given to an account that is nobody’s by then', async () => {
    const form = await formOf();
    const { find } = stage.t.script;
    let looks = 0;
    stage.t.script.find = async (account) => (++looks === 1 ? find(account) : { ok: false, why: 'deactivated' });
    expect((await told(form)).text).not.toContain('ill');
  });

  it('are not given to a guest, to whom every no is the same', async () => {
    const form = await formOf();
    const { find } = stage.t.script;
    let looks = 0;
    stage.t.script.find = async (account) => {
      const found = await find(account);
      return ++looks === 1 || !found.ok ? found : { ok: true, person: { ...found.person, kind: 'guest' } };
    };
    stage.t.script.decide = () => REFUSE;
    expect((await told(form)).text).not.toContain('ill');
  });

  describe('are found as theirs for as long as they stand, by whoever forgets or asks what is kept,', () => {
    const stands = async () => (await stage.t.store.expiries.scan({ cursor: null, limit: 100 })).removals;
    const theirs = async (): Promise<void> => {
      const copy = stage.chat('evan').at(-1)?.ref.id;
      const about = (await stands()).find(({ ref }) => ref.id === copy)?.about ?? null;
      if (about === null) throw new Error('nobody’s');
      const { sealer } = stage.t.world;
      expect(matches(about, wantedOf(sealer, { person: 'evan', intent: BOOK }))).toBe(true);
      expect(matches(about, wantedOf(sealer, { person: 'mona' }))).toBe(false);
      // A recall of what was answered leaves them what they wrote.
      expect(isAnswer(about)).toBe(false);
      const kept = await keptOf(stage.t.world, { person: 'evan', accounts: [] });
      expect(kept.answers.map(({ ref }) => ref.id)).toContain(copy);
    };

    it('where a rule refused', async () => {
      const form = await formOf();
      stage.t.script.decide = () => REFUSE;
      expect((await told(form)).text).toContain(COPY);
      await theirs();
    });

    it('where they sent too much', async () => {
      const form = await formOf();
      const { accept } = stage.t.world.store.inbox;
      Object.assign(stage.t.world.store.inbox, {
        accept: async (o: Parameters<typeof accept>[0]) => {
          const accepted = await accept(o);
          if (accepted.status !== 'claimed') return accepted;
          const { claim } = accepted;
          const counts = { ...claim.counts, person: 1e6 };
          return { ...accepted, claim: { ...claim, counts } };
        },
      });
      expect((await told(form, LONG)).text).toContain(LONG);
      await theirs();
    });

    it('where it is told by another attempt than came to it', async () => {
      const form = await formOf();
      system.next.push('lost');
      let fails = true;
      stage.t.script.auditFails = (entry) => fails && entry.kind === 'write' && entry.state === 'doubt';
      stage.work.start();
      await stage.send('evan', form, { 'words-1': [WORDS] });
      await until(() => system.asked.length === 1);
      fails = false;
      await until(() => stage.read('evan').includes('for you to copy'));
      await theirs();
    });
  });

  it('are not turned away with what waited too long', () => {
    const press = pressOf({ action: WRITE_ACTION, label: '', value: '' }, null as never) as Press;
    expect(mayBeShed(press)).toBe(false);
    expect(mayBeShed({ ...press, action: UNDO_ACTION })).toBe(true);
  });
});
