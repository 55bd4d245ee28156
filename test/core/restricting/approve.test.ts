import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDraft } from '../../../src/core/restricting/create.ts';
import { APPROVAL_MS, allDrafts, MOST_OWN } from '../../../src/core/restricting/drafts.ts';
import { publishDraft } from '../../../src/core/restricting/publish.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { accountFor, createHrStage, HANA, type HrStage, HUGO } from '../../support/hr-stage.ts';
import { PLAIN_RESTRICTION, publishIn } from '../../support/restricting.ts';
import { until } from '../../support/until.ts';

const PAY = { ...PLAIN_RESTRICTION, id: 'pay', title: 'Pay freeze', forbids: ['salary'], exceptGroups: ['payroll'] };

describe('a second person', () => {
  let stage: HrStage;
  let clock: FakeClock;
  beforeEach(async () => {
    clock = createFakeClock(Date.parse('2026-11-26T10:00:00.000Z'));
    stage = createHrStage({ clock });
    await publishIn(stage.t.store.restrictions, { restriction: PAY });
  });
  afterEach(() => stage.close());

  const inForce = async () => (await stage.t.store.restrictions.current()).restrictions;
  const entries = () => stage.t.entries.flatMap((entry) => (entry.kind === 'restriction' ? [entry] : []));

  /** Hugo asks for the exception of managers; Hana has been told. */
  const proposed = async (): Promise<void> => {
    await stage.say('hugo', 'restrictions');
    const { form } = await stage.open('hugo', 'Change…');
    await stage.send('hugo', form, { except: ['payroll', 'manager'], why: ['Managers plan budgets.'] });
    await stage.previewed('hugo');
    expect((await stage.press('hugo', 'Ask a second person')).text).toContain('It waits for a second person of HR');
    await until(() => stage.chat('hana').length > 0);
  };

  it('R29 is asked where something is weakened, told in private chat, and puts it in force by approving', async () => {
    await proposed();
    expect(stage.read('hana')).toBe(
      'Hugo Brandt asks for a second person: From now on fewer than five people cannot ask about topic salary.\nWhy: Managers plan budgets.\nIt waits until 29 November, 10:00 UTC.',
    );
    expect(await inForce()).toEqual([PAY]);
    await stage.press('hana', 'Look');
    const card = await stage.previewed('hana');
    expect(card.text).toContain('Proposed by Hugo Brandt.');
    expect(card.buttons.map(({ label }) => label)).toEqual(['Approve', 'Decline']);
    const answer = await stage.press('hana', 'Approve');
    expect(answer.text).toContain('In force, as version 2.');
    expect(await inForce()).toMatchObject([{ id: 'pay', exceptGroups: ['payroll', 'manager'] }]);
    await until(() => stage.read('hugo').includes('Hana Sato has approved your change'));
    const by = stage.t.world.sealer.fingerprint;
    expect(entries()).toMatchObject([
      { change: 'proposed', version: null, by: by('hugo'), approvedBy: null },
      { change: 'changed', version: 2, by: by('hugo'), approvedBy: by('hana'), restriction: 'pay' },
    ]);
  });

  it('R31 sees the intents that are touched, the difference field by field, and the hash of exactly that version', async () => {
    await proposed();
    await stage.press('hana', 'Look');
    const { text } = await stage.previewed('hana');
    expect(text).toContain('It touches: the data “salary”, whatever sounds like topic salary, salary.*');
    expect(text).toContain('Changed: Pay freeze\n• Except: payroll → payroll, manager');
    expect(text).not.toContain('• Title');
    const [kept] = await allDrafts(stage.t.world);
    expect(text).toContain(`You would approve exactly this version: ${kept?.hash.slice(0, 12)}.`);
  });

  it('R30 is never the author, on whatever account', async () => {
    await proposed();
    await stage.say('hugo', 'restrictions');
    await stage.press('hugo', 'Look');
    const own = await stage.previewed('hugo');
    expect(own.buttons.map(({ label }) => label)).toEqual(['Discard']);
    expect(own.text).toContain('nobody approves their own');
    const [kept] = await allDrafts(stage.t.world);
    if (kept === undefined) throw new Error('nothing waits');
    const elsewhere = { person: 'hugo', account: { ...accountFor('hugo'), platform: 'teams' as const, user: 'h' } };
    const by = { person: 'hugo', account: accountFor('hugo') };
    const { id, hash } = kept;
    expect(await publishDraft(stage.t.world, { id, hash, by, approver: elsewhere })).toMatchObject({ why: 'own' });
    expect(await publishDraft(stage.t.world, { id, hash, by, approver: null })).toMatchObject({
      state: 'needs-second',
    });
    expect(await inForce()).toEqual([PAY]);
  });

  it.each([
    ['the pack, the schema or the engine', async () => Object.assign(stage.t.script.restricting, { pack: 'pack-2' })],
    ['the restriction itself', () => publishIn(stage.t.store.restrictions, { restriction: { ...PAY, title: 'P' } })],
    [
      'another restriction',
      () => publishIn(stage.t.store.restrictions, { restriction: { ...PAY, id: 'other', forbids: ['leave'] } }),
    ],
  ])('R30 approves nothing once %s has changed', async (_, change) => {
    await proposed();
    await stage.press('hana', 'Look');
    await stage.previewed('hana');
    await change();
    const before = await inForce();
    expect((await stage.press('hana', 'Approve')).text).toContain('has changed since this was made');
    expect(await inForce()).toEqual(before);
  });

  it('R30 approves nothing that is not what was seen: a hash of another draft does not do', async () => {
    await proposed();
    const [kept] = await allDrafts(stage.t.world);
    const by = { person: 'hugo', account: accountFor('hugo') };
    const approver = { person: 'hana', account: accountFor('hana') };
    const o = { id: kept?.id ?? '', by, approver };
    expect(await publishDraft(stage.t.world, { ...o, hash: 'f'.repeat(64) })).toMatchObject({ why: 'changed' });
    expect(await inForce()).toEqual([PAY]);
  });

  it('says that it is in force, where it is already, only once that is so everywhere and here', async () => {
    await proposed();
    const [kept] = await allDrafts(stage.t.world);
    if (kept === undefined) throw new Error('nothing waits');
    const by = { person: 'hugo', account: accountFor('hugo') };
    const o = { id: kept.id, hash: kept.hash, by, approver: { person: 'hana', account: accountFor('hana') } };
    expect(await publishDraft(stage.t.world, o)).toMatchObject({ state: 'in-force', version: 2, before: false });
    // Another process, which has not looked since; the one before may have died between record and tags.
    const seen: string[] = [];
    const { restrictions } = stage.t.world.store;
    const current: typeof restrictions.current = () => {
      seen.push('read');
      return restrictions.current();
    };
    const elsewhere = {
      ...stage.t.world,
      store: { ...stage.t.world.store, restrictions: { ...restrictions, current } },
      policyCaughtUp: async () => void seen.push('caught up'),
    };
    expect(await publishDraft(elsewhere, o)).toEqual({ state: 'in-force', version: 2, before: true });
    expect(seen).toEqual(['read', 'caught up']);
  });

  it('is asked, and break-glass is there, however many drafts somebody makes', async () => {
    await proposed();
    const draft = async (who: string) => {
      const by = who === '' ? null : { person: who, account: accountFor(who) };
      const made = await createDraft(stage.t.world, { change: { kind: 'lift', id: 'pay' }, why: 'because', by });
      await clock.advance(1);
      return made.ok ? made.id : 'none';
    };
    const first = await draft('hugo');
    for (let n = 0; n < 100; n++) await draft('hugo');
    for (let n = 0; n < MOST_OWN; n++) await draft('');
    const last = await draft('hana');
    const all = await allDrafts(stage.t.world);
    expect(all.map(({ state }) => state).filter((state) => state === 'waiting')).toHaveLength(1);
    expect(all.filter(({ draft: { author } }) => author?.person === 'hugo')).toHaveLength(1 + MOST_OWN);
    expect(all).toHaveLength(1 + MOST_OWN + MOST_OWN + 1);
    expect(all.map(({ id }) => id)).toContain(last);
    expect(all.map(({ id }) => id)).not.toContain(first);
  });

  it('R30 approves nothing after 72 hours', async () => {
    await proposed();
    await stage.press('hana', 'Look');
    await stage.previewed('hana');
    await clock.advance(APPROVAL_MS);
    expect((await stage.press('hana', 'Approve')).text).toContain('its time is over');
    expect(await inForce()).toEqual([PAY]);
  });

  it('does not count where its author is not of HR any more', async () => {
    await proposed();
    await stage.press('hana', 'Look');
    await stage.previewed('hana');
    stage.people.set('hugo', { ...HUGO, groups: ['employee'] });
    expect((await stage.press('hana', 'Approve')).text).toContain('is not of HR any more');
    expect(await inForce()).toEqual([PAY]);
  });

  it('does not count where they are not of HR any more themselves', async () => {
    await proposed();
    await stage.press('hana', 'Look');
    await stage.previewed('hana');
    stage.people.set('hana', { ...HANA, groups: ['employee'] });
    expect((await stage.press('hana', 'Approve')).text).toContain('That button was made for somebody else');
    expect((await stage.open('hana', 'Decline')).card?.text).toContain('That button was made for somebody else');
    expect(await inForce()).toEqual([PAY]);
  });

  it('declines with a reason, which its author is told', async () => {
    await proposed();
    await stage.press('hana', 'Look');
    await stage.previewed('hana');
    const { form } = await stage.open('hana', 'Decline');
    expect(form?.text).toContain('cannot ask about topic salary');
    const empty = await stage.send('hana', form, {});
    expect(empty.form?.findings).toEqual(['Why: please say it in 1 to 500 characters.']);
    const sent = await stage.send('hana', empty.form, { why: ['Budgets are planned already.'] });
    expect(sent.card?.text).toContain('Declined.');
    await until(() => stage.read('hugo').includes('Budgets are planned already.'));
    expect(entries().at(-1)).toMatchObject({ change: 'declined', by: stage.t.world.sealer.fingerprint('hana') });
    expect((await stage.press('hana', 'Approve')).text).toContain('This change is not there any more');
    expect(await inForce()).toEqual([PAY]);
  });

  it('lets its author take it back', async () => {
    await proposed();
    await stage.say('hugo', 'restrictions');
    await stage.press('hugo', 'Look');
    await stage.previewed('hugo');
    expect((await stage.press('hugo', 'Discard')).text).toContain('Discarded.');
    await stage.press('hana', 'Look');
    expect(stage.read('hana')).toContain('This change is not there any more');
  });

  it('approves twice what is approved once', async () => {
    await proposed();
    await stage.press('hana', 'Look');
    await stage.previewed('hana');
    await stage.press('hana', 'Approve');
    expect((await stage.press('hana', 'Approve')).text).toContain('This is in force already, as version 2.');
    expect((await stage.t.store.restrictions.current()).version).toBe(2);
  });

  it('approves the pack as it is now, and nobody does so alone', async () => {
    const approved: unknown[] = [];
    Object.assign(stage.t.world.pinning, {
      pack: 'the-pack',
      approve: async (o: Parameters<typeof stage.t.world.pinning.approve>[0]) => {
        approved.push({ pack: o.pack, by: o.by });
        const { expected, record, settles } = o.change;
        return stage.t.store.restrictions.change({ put: [], remove: [], hash: o.hash, expected, record, settles });
      },
    });
    stage.t.script.closed = true;
    await stage.say('hugo', 'restrictions');
    await stage.press('hugo', 'Approve the rules…');
    const card = await stage.previewed('hugo');
    expect(card.buttons.map(({ label }) => label)).toEqual(['Ask a second person', 'Discard']);
    await stage.press('hugo', 'Ask a second person');
    await until(() => stage.chat('hana').length > 0);
    await stage.press('hana', 'Look');
    await stage.previewed('hana');
    expect(approved).toEqual([]);
    expect((await stage.press('hana', 'Approve')).text).toContain('In force, as version 2.');
    const by = stage.t.world.sealer.fingerprint;
    expect(approved).toEqual([{ pack: 'the-pack', by: [by('hugo'), by('hana')] }]);
  });

  it('waits with what is kept only sealed', async () => {
    await proposed();
    const kept = await stage.t.store.proposals.all({ now: clock.now() });
    expect(kept).toHaveLength(1);
    for (const word of ['hugo', 'Managers', 'payroll', 'Pay freeze']) expect(JSON.stringify(kept)).not.toContain(word);
    for (const word of ['Managers', 'Pay freeze', 'Hugo', '"hugo"']) {
      expect(JSON.stringify(stage.t.entries)).not.toContain(word);
    }
  });
});
