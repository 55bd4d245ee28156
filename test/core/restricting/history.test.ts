import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isSuspendedAgain } from '../../../src/core/restricting/break-glass.ts';
import type { Change } from '../../../src/core/restricting/changing.ts';
import { createDraft } from '../../../src/core/restricting/create.ts';
import { standingAt, versions } from '../../../src/core/restricting/history.ts';
import { createLapsing, tellOfSuspensions, warnOfLapses } from '../../../src/core/restricting/lapse.ts';
import { publishDraft } from '../../../src/core/restricting/publish.ts';
import { MOST_CHANGES } from '../../../src/core/stored-restrictions.ts';
import { compareRestrictions } from '../../../src/policies/strictness.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { accountFor, createHrStage, type HrStage, PAY_FREEZE } from '../../support/hr-stage.ts';
import { PLAIN_RESTRICTION, publishIn } from '../../support/restricting.ts';
import { until } from '../../support/until.ts';

const PAY = { ...PLAIN_RESTRICTION, id: 'pay', title: 'Pay freeze', forbids: ['salary'] };
const DAY = 86_400_000;

describe('what has a time of its own', () => {
  let stage: HrStage;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock(Date.parse('2026-11-26T10:00:00.000Z'));
    stage = createHrStage({ clock });
  });
  afterEach(() => stage.close());

  const inForce = async () => (await stage.t.store.restrictions.current()).restrictions;
  const changes = () => stage.t.entries.flatMap((entry) => (entry.kind === 'restriction' ? entry.change : []));

  describe('break-glass', () => {
    beforeEach(() => publishIn(stage.t.store.restrictions, { restriction: PAY }));

    const suspended = async (person: string, hours: string) => {
      await stage.say(person, 'restrictions');
      const { form } = await stage.open(person, 'Suspend…');
      await stage.send(person, form, { which: ['pay'], hours: [hours], why: ['Payroll runs tonight.'] });
      return stage.previewed(person);
    };

    it('suspends for some hours by one person, is loud, and ends by itself', async () => {
      stage.t.world.log.error = (event) => void logged.push(event);
      const logged: string[] = [];
      const card = await suspended('hugo', '2');
      expect(card.text).toContain(
        'Until 26 November, 12:00 UTC, the restriction “Pay freeze” forbids nothing: 5 people can ask about topic salary',
      );
      expect(card.buttons.map(({ label }) => label)).toEqual(['Publish', 'Discard']);
      expect((await stage.press('hugo', 'Publish')).text).toContain('In force, as version 2.');
      expect(await inForce()).toEqual([{ ...PAY, suspendedUntil: '2026-11-26T12:00:00.000Z' }]);
      expect(changes()).toEqual(['suspended']);
      for (const person of ['hana', 'otto'])
        await until(() => stage.read(person).startsWith('Break-glass: Hugo Brandt has suspended a restriction.'));
      expect(logged).toContain('restriction.suspended');
    });

    it('is told by another process where the one that put it in force ended, and to nobody twice', async () => {
      const { world } = stage.t;
      const { members } = stage.t.script;
      let unknown = 0;
      world.log.warn = (event) => {
        if (event === 'tell.nobody-known') unknown += 1;
      };
      stage.t.script.members = async () => {
        throw new Error('the process has ended');
      };
      await suspended('hugo', '2');
      await stage.press('hugo', 'Publish');
      await until(() => unknown === 2);
      expect(stage.chat('otto')).toEqual([]);
      stage.t.script.members = members;
      for (let times = 0; times < 2; times++) await tellOfSuspensions(world);
      for (const person of ['hana', 'otto']) {
        const heard = stage.chat(person).filter(({ card }) => card.text.startsWith('Break-glass: Hugo Brandt'));
        expect(heard).toHaveLength(1);
      }
    });

    it('takes two people the second time within a week, and four hours at most', async () => {
      await suspended('hugo', '4');
      await stage.press('hugo', 'Publish');
      await clock.advance(6 * DAY);
      const again = await suspended('hana', '1');
      expect(again.buttons[0]?.label).toBe('Ask a second person');
      await stage.say('hugo', 'restrictions');
      const { form } = await stage.open('hugo', 'Suspend…');
      const sent = await stage.send('hugo', form, { which: ['pay'], hours: ['5'], why: ['x'] });
      expect(sent.form?.findings).toEqual(['It was to be suspended for 5 hours. Suspend it for 1 to 4 hours.']);
    });

    it('counts as suspended where so much was changed since that nobody can tell', async () => {
      const change = (at: number) =>
        stage.t.store.restrictions.change({
          expected: null,
          put: [],
          remove: [],
          hash: null,
          settles: null,
          record: { at, id: 'other', change: 'changed', detail: 'x' },
        });
      const since = clock.now() - 7 * DAY;
      const suspendedUntil = new Date(clock.now() + 3_600_000).toISOString();
      const of = { restriction: { ...PAY, suspendedUntil }, now: clock.now() };
      await change(since - 1);
      for (let times = 0; times < 60; times++) await change(since + 1);
      expect(await isSuspendedAgain(stage.t.world, of)).toBe(false);
      for (let times = 0; times < MOST_CHANGES; times++) await change(since + 2);
      expect(await isSuspendedAgain(stage.t.world, of)).toBe(true);
    });

    it('is no chain for one person, who puts a copy in force and suspends that next', async () => {
      const { world } = stage.t;
      const actions = new Map([
        ['salary.payslip', 'salary'],
        ['leave.balance', 'leave'],
      ]);
      const compare: typeof world.restricting.compare = (o) => compareRestrictions({ ...o, actions });
      Object.assign(world, { restricting: { ...world.restricting, compare } });
      const hugo = { person: 'hugo', account: accountFor('hugo') };
      const done = async (change: Change): Promise<string> => {
        const created = await createDraft(world, { change, why: 'why', by: hugo });
        if (!created.ok) throw new Error(JSON.stringify(created.findings));
        const { id, hash } = created;
        return (await publishDraft(world, { id, hash, by: hugo, approver: null })).state;
      };
      expect(await done({ kind: 'suspend', id: 'pay', hours: 4 })).toBe('in-force');
      await clock.advance(4 * 3_600_000 - 60_000);
      const copy = { id: 'copy', title: 'Copy', forbids: ['salary'] };
      expect(await done({ kind: 'put', input: copy })).toBe('in-force');
      expect(await done({ kind: 'lift', id: 'pay' })).toBe('in-force');
      expect(await done({ kind: 'suspend', id: 'copy', hours: 4 })).toBe('needs-second');
      // Something else is another emergency.
      expect(await done({ kind: 'put', input: { id: 'leave', title: 'Leave', forbids: ['leave'] } })).toBe('in-force');
      expect(await done({ kind: 'suspend', id: 'leave', hours: 4 })).toBe('in-force');
    });

    it('reaches what overlaps as well, within the same four hours', async () => {
      const { world } = stage.t;
      await publishIn(world.store.restrictions, { restriction: { ...PAY, id: 'slip', forbids: ['salary', 'leave'] } });
      await suspended('hugo', '4');
      await stage.press('hugo', 'Publish');
      const hugo = { person: 'hugo', account: accountFor('hugo') };
      const weaker = async (hours: number): Promise<boolean | null> => {
        const created = await createDraft(world, {
          change: { kind: 'suspend', id: 'slip', hours },
          why: 'why',
          by: hugo,
        });
        return created.ok ? created.weaker : null;
      };
      await clock.advance(60_000);
      expect([await weaker(3), await weaker(4)]).toEqual([false, true]);
    });

    it('is ended before its time by one person', async () => {
      await suspended('hugo', '4');
      await stage.press('hugo', 'Publish');
      await stage.say('hana', 'restrictions');
      await stage.press('hana', 'End suspension');
      expect((await stage.previewed('hana')).text).toContain('the restriction “Pay freeze” holds again');
      await stage.press('hana', 'Publish');
      expect(await inForce()).toEqual([PAY]);
    });

    it('does not come in by a form: what is edited keeps the suspension it has', async () => {
      await suspended('hugo', '4');
      await stage.press('hugo', 'Publish');
      await stage.say('hana', 'restrictions');
      const { form } = await stage.open('hana', 'Change…');
      await stage.send('hana', form, { topics: ['salary', 'leave'], why: ['More.'] });
      await stage.previewed('hana');
      await stage.press('hana', 'Publish');
      expect(await inForce()).toMatchObject([
        { forbids: ['salary', 'leave'], suspendedUntil: '2026-11-26T14:00:00.000Z' },
      ]);
    });

    it('is over where it was published after its time', async () => {
      await suspended('hugo', '1');
      await clock.advance(3_600_000);
      expect((await stage.press('hugo', 'Publish')).text).toContain('This change is not there any more');
      expect(await inForce()).toEqual([PAY]);
    });
  });

  describe('a roll back', () => {
    const publish = async (values: Readonly<Record<string, readonly string[]>>) => {
      await stage.draft('hugo', { ...PAY_FREEZE, ...values });
      await stage.press('hugo', 'Publish');
      await clock.advance(60_000);
    };
    const rollTo = async (version: string) => {
      await stage.say('hugo', 'restrictions');
      const { form } = await stage.open('hugo', 'Roll back…');
      return stage.send('hugo', form, { which: [version], why: ['It was too much.'] });
    };

    it('is a change like any other: to less it takes two people, to more one', async () => {
      await publish({});
      await publish({ title: ['Leave'], topics: ['leave'] });
      expect((await rollTo('1')).form).toBeNull();
      const card = await stage.previewed('hugo');
      expect(card.text).toContain(
        'What is restricted becomes again what it was at version 1: 0 put back or changed, 1 lifted.',
      );
      expect(card.buttons[0]?.label).toBe('Ask a second person');
      await stage.press('hugo', 'Ask a second person');
      await until(() => stage.chat('hana').length > 0);
      await stage.press('hana', 'Look');
      await stage.previewed('hana');
      await stage.press('hana', 'Approve');
      expect((await inForce()).map(({ forbids }) => forbids)).toEqual([['salary']]);
      await clock.advance(60_000);
      expect((await rollTo('2')).form).toBeNull();
      const back = await stage.previewed('hugo');
      expect(back.buttons[0]?.label).toBe('Publish');
      await stage.press('hugo', 'Publish');
      expect((await inForce()).map(({ forbids }) => forbids)).toEqual([['salary'], ['leave']]);
      const changed = [];
      for await (const { change, detail } of versions(stage.t.world)) changed.push([change.change, detail?.why]);
      expect(changed.slice(0, 2)).toEqual([
        ['rolled-back', 'It was too much.'],
        ['rolled-back', 'It was too much.'],
      ]);
    });

    it('of more than a second person could be shown is none', async () => {
      const { world } = stage.t;
      const hugo = { person: 'hugo', account: accountFor('hugo') };
      const drafted = (change: Change) => createDraft(world, { change, why: 'why', by: hugo });
      // Long texts, so that they do not all fit one message.
      const words = { en: 'x'.repeat(500), de: 'y'.repeat(500) };
      for (let times = 0; times < 22; times++) {
        const made = await drafted({ kind: 'put', input: { id: `r${times}`, title: 'T', forbids: ['leave'], words } });
        if (!made.ok) throw new Error('it was sound');
        await publishDraft(world, { id: made.id, hash: made.hash, by: hugo, approver: null });
      }
      const { version } = await stage.t.store.restrictions.current();
      const findings = [expect.objectContaining({ mend: 'Make it in several steps.' })];
      expect(await drafted({ kind: 'roll-back', version: version - 21 })).toEqual({ ok: false, findings });
      expect(await drafted({ kind: 'roll-back', version: version - 15 })).toMatchObject({ ok: true, weaker: true });
    });

    it('knows what stood at each version', async () => {
      await publish({});
      const [first] = await inForce();
      await publish({ title: ['Leave'], topics: ['leave'] });
      const standing = await inForce();
      expect(await standingAt(stage.t.world, { version: 1, standing })).toEqual([first]);
      expect(await standingAt(stage.t.world, { version: 2, standing })).toEqual(standing);
      expect(await standingAt(stage.t.world, { version: 7, standing })).toBeNull();
    });

    it('does not go past a change that nobody recorded', async () => {
      await publish({});
      await publishIn(stage.t.store.restrictions, { restriction: PAY });
      await publish({ title: ['Leave'], topics: ['leave'] });
      const standing = await inForce();
      expect(await standingAt(stage.t.world, { version: 1, standing })).toBeNull();
      expect(await standingAt(stage.t.world, { version: 3, standing })).toEqual(standing);
      const sent = await rollTo('1');
      expect(sent.form?.findings).toEqual([
        'What was in force at version 1 cannot be told any more. Choose one of the versions that are listed.',
      ]);
    });
  });

  describe('a warning before it lapses', () => {
    const warned = () => stage.chat('hana').filter(({ card }) => card.text.includes('ends soon by itself')).length;
    const UNTIL = { until: '2026-12-31T00:00:00.000Z' };

    it('comes a week before and a day before, once each, whatever process looks', async () => {
      await publishIn(stage.t.store.restrictions, { restriction: { ...PAY, ...UNTIL } });
      const processes = [new Set<string>(), new Set<string>()];
      const look = async () => {
        for (const said of processes) await warnOfLapses(stage.t.world, said);
      };
      await look();
      expect(warned()).toBe(0);
      await clock.advance(Date.parse(UNTIL.until) - 7 * DAY - clock.now());
      await look();
      await look();
      expect(warned()).toBe(1);
      expect(stage.read('hana')).toContain('with 30 December: From now until 30 December 5 people cannot ask');
      expect(stage.chat('hana').at(-1)?.card.buttons[0]?.label).toBe('Change');
      await clock.advance(6 * DAY);
      await look();
      // A process that starts only now says nothing again either.
      await warnOfLapses(stage.t.world, new Set());
      expect(warned()).toBe(2);
      expect(changes()).toEqual(['lapsing', 'lapsing']);
      await clock.advance(DAY);
      await warnOfLapses(stage.t.world, new Set());
      expect(warned()).toBe(2);
    });

    it('does not come where whoever published it knew', async () => {
      await stage.draft('hugo', { ...PAY_FREEZE, until: ['2026-11-28'] });
      await stage.press('hugo', 'Publish');
      await warnOfLapses(stage.t.world, new Set());
      expect(warned()).toBe(0);
    });

    it('comes although somebody suspended it meanwhile, who thought of something else', async () => {
      await publishIn(stage.t.store.restrictions, { restriction: { ...PAY, until: '2026-11-28T00:00:00.000Z' } });
      await stage.say('hugo', 'restrictions');
      const { form } = await stage.open('hugo', 'Suspend…');
      await stage.send('hugo', form, { which: ['pay'], hours: ['1'], why: ['Payroll runs tonight.'] });
      await stage.previewed('hugo');
      await stage.press('hugo', 'Publish');
      await warnOfLapses(stage.t.world, new Set());
      expect(warned()).toBe(1);
    });

    it('opens the form of what ends', async () => {
      await publishIn(stage.t.store.restrictions, { restriction: { ...PAY, until: '2026-11-27T00:00:00.000Z' } });
      await warnOfLapses(stage.t.world, new Set());
      const { form } = await stage.open('hana', 'Change');
      expect(form?.fields.find(({ name }) => name === 'until')).toMatchObject({ value: '2026-11-26' });
    });

    it('is looked for again and again, until it is stopped', async () => {
      const lapsing = createLapsing(stage.t.world);
      lapsing.start();
      await publishIn(stage.t.store.restrictions, { restriction: { ...PAY, ...UNTIL } });
      await clock.advance(Date.parse(UNTIL.until) - DAY - clock.now() + 600_000);
      await until(() => warned() > 0);
      await lapsing.stop();
      expect(clock.sleeping()).toBe(0);
    });
  });
});
