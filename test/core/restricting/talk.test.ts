import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SottoError } from '../../../src/core/errors.ts';
import { standingView } from '../../../src/core/standing.ts';
import { createHrStage, type HrStage, PAY_FREEZE } from '../../support/hr-stage.ts';
import { PLAIN_RESTRICTION, publishIn } from '../../support/restricting.ts';
import { REFUSE, recognised, recordOf } from '../../support/world.ts';

describe("HR's talk", () => {
  let stage: HrStage;
  beforeEach(() => {
    stage = createHrStage();
  });
  afterEach(() => stage.close());

  const inForce = async () => (await stage.t.store.restrictions.current()).restrictions;
  const restrictionEntries = () => stage.t.entries.filter(({ kind }) => kind === 'restriction');

  it.each(['restrictions', 'Restrictions.', '/restrict', ' EINSCHRÄNKUNGEN '])(
    'begins where somebody of HR writes %j in private chat',
    async (text) => {
      const card = await stage.say('hugo', text);
      expect(card.text).toBe('Nothing is restricted by HR.');
      expect(card.buttons.map(({ label }) => label)).toEqual(['New']);
      expect(stage.t.entries[0]).toMatchObject({ verdict: 'answer', reasons: ['restricting', 'list'], intent: null });
      expect(stage.t.calls).not.toContain('recognise');
    },
  );

  it('is a text like any other to anybody else', async () => {
    expect((await stage.say('evan', 'restrictions')).text).toBe('You have 12 days.');
    expect(stage.t.calls).toContain('recognise');
    stage.people.set('hugo', { ...stage.people.get('hugo'), kind: 'contractor' } as never);
    stage.t.script.fetch = () => ({ ok: true, records: [recordOf('hugo')] });
    expect((await stage.say('hugo', 'restrictions')).text).toBe('You have 12 days.');
  });

  it('R29 adds a restriction with one person of HR: previewed, published, in force at once', async () => {
    const preview = await stage.draft('hugo', PAY_FREEZE);
    expect(preview.text).toContain('From now on 5 people cannot ask about topic salary.');
    expect(preview.text).toContain('An employee will read (en):');
    expect(preview.text).toContain('is restricted, so I may not answer it. Please ask the salary desk.');
    expect(preview.buttons.map(({ label }) => label)).toEqual(['Publish', 'Change', 'Discard']);
    expect(await inForce()).toEqual([]);
    const card = await stage.press('hugo', 'Publish');
    expect(card.text).toBe('In force, as version 1. From now on 5 people cannot ask about topic salary.');
    expect(await inForce()).toMatchObject([{ id: 'made-1', forbids: ['salary'], exceptGroups: ['payroll'] }]);
    expect(restrictionEntries()).toEqual([
      expect.objectContaining({
        restriction: 'made-1',
        change: 'published',
        version: 1,
        by: stage.t.world.sealer.fingerprint('hugo'),
        approvedBy: null,
        policy: (await stage.t.store.restrictions.current()).hash,
      }),
    ]);
  });

  it('R29 removing, shortening and an exception take two people of HR', async () => {
    await publishIn(stage.t.store.restrictions, {
      restriction: { ...PLAIN_RESTRICTION, id: 'r', title: 'Pay', forbids: ['salary'] },
    });
    await stage.say('hugo', 'restrictions');
    const lift = await stage.open('hugo', 'Lift…');
    await stage.send('hugo', lift.form, { which: ['r'], why: ['It is over.'] });
    expect((await stage.previewed('hugo')).buttons.map(({ label }) => label)).toEqual([
      'Ask a second person',
      'Discard',
    ]);
    for (const values of [{ except: ['manager'] }, { until: ['2099-12-31'] }, { places: ['channel'] }]) {
      await stage.say('hugo', 'restrictions');
      const change = await stage.open('hugo', 'Change…');
      await stage.send('hugo', change.form, { ...values, why: ['Less of it.'] });
      expect((await stage.previewed('hugo')).buttons[0]?.label).toBe('Ask a second person');
    }
    expect(await inForce()).toHaveLength(1);
  });

  it('shows what it said that it would also where the store broke off its own end', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    await stage.say('hugo', 'restrictions');
    const before = stage.chat('hugo').length;
    const { inbox } = stage.t.world.store;
    const { settle } = inbox;
    let broken = false;
    Object.assign(inbox, {
      settle: async (o: Parameters<typeof settle>[0]) => {
        if (broken) return settle(o);
        broken = true;
        throw new SottoError('store-unavailable', 'The store is away.');
      },
    });
    await stage.press('hugo', 'Look');
    expect(broken).toBe(true);
    expect((await stage.previewed('hugo')).buttons.map(({ label }) => label)).toContain('Publish');
    expect(stage.chat('hugo')).toHaveLength(before + 2);
  });

  it('publishes nothing new when the same press comes twice, or another one after it', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    await stage.press('hugo', 'Publish');
    const again = await stage.press('hugo', 'Publish');
    expect(again.text).toContain('This is in force already, as version 1.');
    expect((await stage.t.store.restrictions.current()).version).toBe(1);
    expect(restrictionEntries()).toHaveLength(1);
  });

  it('says that it is in force where the message of a first press was lost in a crash', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    // The change is made, and then the process dies before anything is committed or shown.
    const { inbox } = stage.t.world.store;
    const commit = inbox.commit;
    let failed = false;
    Object.assign(inbox, {
      commit: (o: Parameters<typeof commit>[0]) => {
        if (failed) return commit(o);
        failed = true;
        throw Object.assign(new Error('gone'), { code: 'store-unavailable' });
      },
    });
    stage.work.start();
    const card = await stage.press('hugo', 'Publish');
    expect(failed).toBe(true);
    expect(card.text).toContain('This is in force already, as version 1.');
    expect(await inForce()).toHaveLength(1);
  });

  it('changes nothing that is not on record', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    stage.t.script.auditFails = (entry) => entry.kind === 'restriction';
    expect((await stage.press('hugo', 'Publish')).text).toContain('went wrong');
    expect(await inForce()).toEqual([]);
    stage.t.script.auditFails = () => false;
    expect((await stage.press('hugo', 'Publish')).text).toContain('In force, as version 1.');
  });

  it('lets one of two win who publish at once, and tells the other to look again', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    await stage.draft('hana', { ...PAY_FREEZE, title: ['Another'], topics: ['leave'] });
    await Promise.all([stage.press('hugo', 'Publish'), stage.press('hana', 'Publish')]);
    expect((await stage.t.store.restrictions.current()).version).toBe(1);
    expect(await inForce()).toHaveLength(1);
    const texts = [stage.read('hugo'), stage.read('hana')].toSorted();
    expect(texts.filter((text) => text.startsWith('In force, as version 1.'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('has changed since this was made'))).toHaveLength(1);
  });

  it('publishes over an order that only raised the version meanwhile', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    await stage.t.store.restrictions.change({
      expected: null,
      put: [],
      remove: [],
      hash: null,
      settles: null,
      record: { at: 1, id: null, change: 'approved', detail: 'x' },
    });
    expect((await stage.press('hugo', 'Publish')).text).toContain('In force, as version 2.');
  });

  it('goes through its steps in this order: who, who afresh, on record, the change on record, durable, shown', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    stage.t.calls.length = 0;
    const { restrictions } = stage.t.world.store;
    const change = restrictions.change;
    Object.assign(restrictions, {
      change: (o: Parameters<typeof change>[0]) => {
        stage.t.calls.push('change');
        return change(o);
      },
    });
    await stage.press('hugo', 'Publish');
    expect(stage.t.calls.map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
      'directory.find',
      'directory.find',
      'audit decision',
      'audit restriction',
      'change',
      'commit',
      'post In',
      'audit disclosure',
      'settle shown',
    ]);
  });

  it('is void where the pack, the schema or the engine is another one since', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    stage.t.script.restricting.pack = 'pack-2';
    expect((await stage.press('hugo', 'Publish')).text).toContain('has changed since this was made');
    expect(await inForce()).toEqual([]);
  });

  it('refuses somebody who left HR between draft and publishing, as any button that is not theirs', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    stage.people.set('hugo', { ...stage.people.get('hugo'), groups: ['employee'] } as never);
    expect((await stage.press('hugo', 'Publish')).text).toBe(
      'That button was made for somebody else, or it is too old. Please ask me yourself.',
    );
    expect(stage.t.entries.at(-2)).toMatchObject({ verdict: 'refuse', reasons: ['button-not-yours'] });
    expect(await inForce()).toEqual([]);
  });

  it('refuses a button of somebody else, one that was altered and one that never was', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    const NOT_YOURS = 'That button was made for somebody else';
    expect((await stage.press('hugo', 'Publish', { as: 'hana' })).text).toContain(NOT_YOURS);
    expect((await stage.press('hugo', 'Publish', { as: 'evan' })).text).toContain(NOT_YOURS);
    const preview = stage.chat('hugo').findLast(({ card }) => card.buttons.some(({ label }) => label === 'Publish'));
    const publish = preview?.card.buttons[0] ?? { value: '' };
    for (const value of [`${publish.value.slice(0, -2)}AA`, '', 'x', JSON.stringify({ kind: 'restricting' })]) {
      Object.assign(publish, { value });
      expect((await stage.press('hugo', 'Publish')).text).toContain(NOT_YOURS);
    }
    expect(await inForce()).toEqual([]);
  });

  it('refuses a value of one of its forms on a button that is pressed, and the other way round', async () => {
    await stage.say('hugo', 'restrictions');
    const [button] = stage.chat('hugo').at(-1)?.card.buttons ?? [];
    if (button === undefined) throw new Error('no button');
    Object.assign(button, { action: 'sotto.restricting' });
    expect((await stage.press('hugo', 'New')).text).toContain('That button was made for somebody else');
    Object.assign(button, { action: 'sotto.ask' });
    expect((await stage.press('hugo', 'New')).text).toContain('That button was made for somebody else');
  });

  it('discards a draft, once', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    expect((await stage.press('hugo', 'Discard')).text).toBe('Discarded. Nothing was changed.');
    expect((await stage.press('hugo', 'Publish')).text).toContain('This change is not there any more');
    expect(await inForce()).toEqual([]);
  });

  it('lists what is in force, what waits and the own drafts, each in a sentence, and who changed what', async () => {
    await stage.draft('hugo', PAY_FREEZE);
    await stage.press('hugo', 'Publish');
    await stage.draft('hugo', { ...PAY_FREEZE, title: ['Leave'], topics: ['leave'], places: ['channel'] });
    const { text, buttons } = await stage.say('hugo', 'restrictions');
    expect(text).toContain('In force:\n• Pay freeze: From now on 5 people cannot ask about topic salary.');
    expect(text).toContain('Your drafts:\n• Leave: From now on 5 people cannot ask about topic leave in channels.');
    expect(text).toMatch(/The last versions:\n• 1, .*, “Pay freeze”, Hugo Brandt: The works council asked for it\.$/);
    expect(buttons.map(({ label }) => label)).toEqual(['New', 'Change…', 'Lift…', 'Suspend…', 'Look: Leave']);
    expect((await stage.say('hana', 'restrictions')).text).not.toContain('Your drafts');
  });

  it('goes on while operators have paused everything, and while the rules are not approved', async () => {
    stage.t.script.standing = standingView({ paused: { since: 1, by: 'f00d' }, holds: [] }, () => () => false);
    expect((await stage.say('evan', 'restrictions')).text).toContain('paused');
    await stage.draft('hugo', PAY_FREEZE);
    expect((await stage.press('hugo', 'Publish')).text).toContain('In force, as version 1.');
    stage.t.script.closed = true;
    expect((await stage.say('hugo', 'restrictions')).text).toContain('Sotto is closed');
  });

  it('is throttled like questions', async () => {
    await stage.say('hugo', 'restrictions');
    for (let times = 0; times < 60; times++)
      await stage.t.store.counters.add({
        key: 'ask:person:T1:slack:UHUGO',
        windowMs: 60_000,
        now: stage.t.world.clock.now(),
      });
    const { card, form } = await stage.open('hugo', 'New');
    expect(form).toBeNull();
    expect(card?.text).toContain('That was a lot at once');
    expect((await stage.say('hugo', 'restrictions')).text).toContain('That was a lot at once');
  });

  it('judges a question again that was on its way while HR published', async () => {
    stage.t.script.recognition = recognised('leave.balance');
    let published = false;
    stage.t.script.fetch = async () => {
      // Judged, and being read just now.
      if (!published) {
        published = true;
        await stage.draft('hugo', { ...PAY_FREEZE, topics: ['leave'] });
        await stage.press('hugo', 'Publish');
        stage.t.script.decide = () => REFUSE;
      }
      return { ok: true, records: [] };
    };
    const answer = await stage.say('evan', 'how many days have I left?');
    expect(published).toBe(true);
    expect(answer.text).toContain('restricted');
    const verdicts = stage.t.entries.flatMap((entry) =>
      entry.kind === 'decision' && entry.person === stage.t.world.sealer.fingerprint('evan') ? entry.verdict : [],
    );
    expect(verdicts).toEqual(['answer', 'refuse']);
  });
});
