/** What a form is held against when it is opened and when it is sent, from wherever that is. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Form, PolicyRequest, Press } from '../../../src/core/types.ts';
import { accountFor, type HrStage } from '../../support/hr-stage.ts';
import { until } from '../../support/until.ts';
import { PERMIT, pressOf, REFUSE } from '../../support/world.ts';
import { BOOK, type WritingBackend } from '../../support/writing-backend.ts';
import { createWritingStage, OPEN, openedForm } from '../../support/writing-stage.ts';

describe('a form that is opened and sent', () => {
  let stage: HrStage;
  let system: WritingBackend;
  let before: HrStage['t']['world']['standing'];
  beforeEach(() => {
    ({ stage, system } = createWritingStage());
    before = stage.t.world.standing;
  });
  afterEach(() => stage.close());

  const formOf = (): Promise<Form> => openedForm(stage);
  const standing = (how: 'paused' | 'closed' | null): void => {
    const paused = how === 'paused' ? { at: 1, by: 'otto' } : null;
    Object.assign(stage.t.world, {
      standing: () => ({ ...before(), paused }),
      closed: () => how === 'closed',
    });
  };
  const decisions = () => stage.t.entries.flatMap((entry) => (entry.kind === 'decision' ? [entry] : []));

  it.each(['paused', 'closed'] as const)(
    'is not opened while everything is %s, and what is sent then stays as it was filled in',
    async (how) => {
      const form = await formOf();
      standing(how);
      expect((await stage.open('evan', OPEN)).form).toBeNull();
      expect(decisions().at(-1)).toMatchObject({ verdict: 'refuse', reasons: [how] });
      await expect(stage.send('evan', form, { 'words-1': ['Skiing.'] })).rejects.toMatchObject({ code: 'busy' });
      expect(await stage.t.store.inbox.backlog()).toMatchObject({ claimed: 0, waiting: 0 });
      standing(null);
      await stage.send('evan', form, { 'words-1': ['Skiing.'] });
      await until(() => system.effects.length === 1);
    },
  );

  it('is judged as in the private chat, where what becomes of it is told, wherever its button stood', async () => {
    await stage.say('evan', 'book me some leave');
    const { card, ref } = stage.chat('evan').at(-1) ?? {};
    const [button] = card?.buttons ?? [];
    if (button === undefined || ref === undefined) throw new Error('no button');
    const asked: PolicyRequest[] = [];
    stage.t.script.decide = (request) => {
      asked.push(request);
      return request.place === 'direct' ? PERMIT : REFUSE;
    };
    const place = { kind: 'channel', channel: 'C1', thread: null } as const;
    const press: Press = { ...pressOf(button, ref), account: accountFor('evan'), place, conversation: 'slack:T1:C1' };
    await stage.work.open(press, stage.t.openView());
    expect(stage.t.views.at(-1)?.form?.title).toBe('Book leave');
    expect(asked.map(({ action, place: where }) => [action, where])).toEqual([
      [BOOK, 'direct'],
      ['data:leave', 'direct'],
    ]);
    // Where it was pressed stands on record all the same.
    expect(decisions().at(-1)).toMatchObject({ verdict: 'answer', intent: BOOK, place: 'channel' });
  });

  it('is not opened where the rule on its data refuses it, which is on record as that', async () => {
    await stage.say('evan', 'book me some leave');
    stage.t.script.decide = ({ action }) => (action === 'data:leave' ? REFUSE : PERMIT);
    const { form, card } = await stage.open('evan', OPEN);
    expect(form).toBeNull();
    expect(card?.text).toContain('restricted');
    expect(stage.t.entries.at(-1)).toMatchObject({ kind: 'data-refused', operation: BOOK, dataClass: 'leave' });
  });

  it.each(['unreachable', 'stale'] as const)(
    'stays as it was filled in where who sends it is %s just then',
    async (why) => {
      const form = await formOf();
      const { find } = stage.t.script;
      stage.t.script.find = async () => ({ ok: false, why });
      await expect(stage.send('evan', form, {})).rejects.toMatchObject({ code: 'busy' });
      stage.t.script.find = find;
      await stage.send('evan', form, {});
      await until(() => system.effects.length === 1);
    },
  );

  it('stays as it was filled in where it could not be taken', async () => {
    const form = await formOf();
    const { inbox } = stage.t.world.store;
    const { accept } = inbox;
    Object.assign(inbox, {
      accept: async () => {
        throw new Error('the store is away');
      },
    });
    await expect(stage.send('evan', form, {})).rejects.toMatchObject({ code: 'busy' });
    Object.assign(inbox, { accept });
    await stage.send('evan', form, {});
    await until(() => system.effects.length === 1);
  });
});
