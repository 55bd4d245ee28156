import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Inbound, PolicyRequest } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { PLAIN_RESTRICTION, publishIn } from '../support/restricting.ts';
import { until } from '../support/until.ts';
import {
  createTestWorld,
  EVAN,
  GUS,
  HOLD,
  PERMIT,
  question,
  REFUSE,
  recognised,
  recordOf,
  type Script,
  type TestWorld,
} from '../support/world.ts';

describe('one question', () => {
  let t: TestWorld;
  let work: Work;
  beforeEach(() => {
    t = createTestWorld();
    work = createWork(t.world);
  });
  afterEach(async () => {
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });

  const through = async (inbound: Inbound): Promise<void> => {
    expect(await work.accept(inbound)).toBe('accepted');
    await until(() => t.calls.some((call) => call.startsWith('settle')));
  };

  it('goes through its steps in this order and in no other', async () => {
    await through(question());
    expect(t.calls).toEqual([
      'directory.find',
      'recognise',
      'decide leave.balance',
      'audit decision',
      'decide data:leave',
      'backend leave.balance',
      'commit',
      'post You have 12 days.',
      'audit disclosure',
      'settle shown',
    ]);
  });

  it('posts a placeholder and makes its removal durable before it reveals', async () => {
    t.script.decide = () => HOLD;
    await through(question());
    const shown = t.calls.slice(t.calls.indexOf('commit'));
    expect(shown).toEqual([
      'commit',
      'post One moment. I am about t',
      'hold',
      'update',
      'audit disclosure',
      'settle shown',
    ]);
    expect(t.messages.map(({ card }) => card.text)).toEqual(['You have 12 days.']);
    expect(await t.store.expiries.next()).not.toBeNull();
  });

  it('touches no backend when a rule forbids it, and says that it is restricted', async () => {
    t.script.decide = () => REFUSE;
    await through(question());
    expect(t.calls.filter((call) => call.startsWith('backend'))).toEqual([]);
    expect(t.messages[0]?.card.text).toContain('restricted');
    expect(t.messages[0]?.card.text).toContain('the leave desk');
    expect(t.entries[0]).toMatchObject({ kind: 'decision', verdict: 'refuse', reasons: ['a-forbid'] });
  });

  it('R24 puts on record by which rules it was decided, also where others come into force before that', async () => {
    let version = 'v1';
    const policy = {
      ...t.world.policy,
      decide: (request: PolicyRequest) => {
        version = 'v2';
        return t.world.policy.decide(request);
      },
      get version() {
        return version;
      },
    };
    await work.stop({ graceMs: 0 });
    work = createWork({ ...t.world, policy });
    await through(question());
    t.calls.length = 0;
    await through(question());
    expect(t.entries.filter(({ kind }) => kind === 'decision')).toMatchObject([{ policy: 'v1' }, { policy: 'v2' }]);
  });

  it('refuses on a suspicion alone, before it would say that it did not understand', async () => {
    t.script.recognition = recognised(null, ['salary']);
    t.script.decide = ({ action }) => (action === 'salary.suspected' ? REFUSE : PERMIT);
    await through(question());
    expect(t.entries[0]).toMatchObject({ verdict: 'refuse', intent: null, topics: ['salary'] });
    expect(t.messages[0]?.card.text).toContain('restricted');
  });

  it('offers permitted suggestions where it did not understand, and calls no backend', async () => {
    t.script.recognition = recognised(null);
    t.script.decide = ({ action }) => (action === 'leave.policy' ? REFUSE : PERMIT);
    await through(question());
    expect(t.entries[0]).toMatchObject({ verdict: 'unknown', reasons: ['not-recognised'] });
    expect(t.messages[0]?.card.buttons.map(({ label }) => label)).toEqual(['title of leave.balance', 'Teach me this']);
    expect(t.calls.filter((call) => call.startsWith('backend'))).toEqual([]);
  });

  it('answers a pressed suggestion, authorised afresh', async () => {
    t.script.recognition = recognised(null);
    await through(question());
    const button = t.messages[0]?.card.buttons[0];
    t.calls.length = 0;
    const { text: _, ...press } = question();
    await through({
      ...press,
      kind: 'press',
      action: button?.action ?? '',
      value: button?.value ?? '',
      respondTo: null,
      message: null,
    });
    expect(t.entries.at(-2)).toMatchObject({ kind: 'decision', verdict: 'answer', intent: 'leave.balance' });
    expect(t.calls).not.toContain('recognise');
  });

  it('refuses a button that was made for somebody else', async () => {
    t.script.recognition = recognised(null);
    await through(question());
    const button = t.messages[0]?.card.buttons[0];
    t.calls.length = 0;
    const { text: _, ...press } = question({
      account: { platform: 'slack', tenant: 'T1', user: 'UMONA', external: false },
    });
    await through({
      ...press,
      kind: 'press',
      action: button?.action ?? '',
      value: button?.value ?? '',
      respondTo: null,
      message: null,
    });
    expect(t.entries.at(-2)).toMatchObject({ verdict: 'refuse', reasons: ['button-not-yours'] });
    expect(t.calls.some((call) => call.startsWith('backend'))).toBe(false);
  });

  it('ends in an apology and reads nothing when a policy throws', async () => {
    t.script.decide = () => {
      throw new Error('the engine is dead');
    };
    await through(question());
    expect(t.calls.some((call) => call.startsWith('backend'))).toBe(false);
    expect(t.messages[0]?.card.text).toContain('went wrong');
  });

  it('reads nothing and shows nothing but an apology when the decision cannot be recorded', async () => {
    t.script.auditFails = () => true;
    await through(question());
    expect(t.calls.some((call) => call.startsWith('backend'))).toBe(false);
    expect(t.messages.map(({ card }) => card.text)).toEqual([expect.stringContaining('went wrong')]);
  });

  it('refuses when the directory is away', async () => {
    t.script.find = async () => {
      throw new Error('down');
    };
    await through(question());
    expect(t.entries[0]).toMatchObject({ verdict: 'refuse', reasons: ['account-unreachable'] });
    expect(t.calls).not.toContain('recognise');
  });

  it('counts against nobody that who asks could not be checked, by the directory, a rule or the data', async () => {
    const denials: number[] = [];
    const stale = { ...REFUSE, why: 'stale', rules: [] } as const;
    t.script.find = async () => Promise.reject(new Error('down'));
    await through(question());
    t.script.find = async () => ({ ok: true, person: EVAN });
    const asks = async (decide: Script['decide']): Promise<void> => {
      t.calls.length = 0;
      t.script.decide = (request) => {
        if (!request.action.startsWith('data:')) denials.push(request.denials);
        return decide(request);
      };
      await through(question());
    };
    await asks(() => stale);
    await asks(({ action }) => (action.startsWith('data:') ? stale : PERMIT));
    await asks(({ action }) => (action.startsWith('data:') ? REFUSE : PERMIT));
    await asks(() => PERMIT);
    expect(denials).toEqual([0, 0, 0, 1]);
  });

  it('discards what it read when a restriction was published meanwhile', async () => {
    const restriction = {
      ...PLAIN_RESTRICTION,
      id: 'r',
      title: 'r',
      forbids: ['leave'],
    };
    t.script.fetch = async () => {
      await publishIn(t.store.restrictions, { restriction });
      return { ok: true, records: [recordOf('evan')] };
    };
    const { policy } = t.world;
    const world = {
      ...t.world,
      policy: { ...policy, restrictionsVersion: 0 },
      policyCaughtUp: async () => {
        world.policy.restrictionsVersion = (await t.store.restrictions.current()).version;
        t.script.decide = () => REFUSE;
      },
    };
    await work.stop({ graceMs: 0 });
    work = createWork(world);
    await through(question());
    expect(t.calls.filter((call) => call === 'commit')).toHaveLength(2);
    expect(t.messages.map(({ card }) => card.text).join()).not.toContain('12');
    expect(t.entries.filter(({ kind }) => kind === 'decision')).toMatchObject([
      { verdict: 'answer' },
      { verdict: 'refuse' },
    ]);
  });

  it('R24 is on record under the rules that decided, though others come in force before the record', async () => {
    t.script.decide = () => {
      Object.assign(t.world.policy, { version: 'v2' });
      return REFUSE;
    };
    await through(question());
    expect(t.entries.filter(({ kind }) => kind === 'decision')).toMatchObject([{ policy: 'v1' }]);
  });

  it('answers a guest alike whether or not an intent exists', async () => {
    t.script.find = async () => ({ ok: true, person: GUS });
    t.script.decide = () => REFUSE;
    await through(question());
    const first = t.messages[0]?.card;
    t.calls.length = 0;
    t.script.recognition = recognised(null);
    await through(question());
    expect(t.messages[1]?.card).toEqual(first);
  });

  it('answers in private what was asked in a channel, and tells the channel nothing', async () => {
    await through(question({ place: { kind: 'channel', channel: 'C1', thread: '1.2' } }));
    await until(() => t.calls.includes('whisper'));
    expect(t.messages[0]?.ref.channel).toBe('D0EVAN');
  });

  it('asks again for the private chat where a rule wants privacy', async () => {
    t.script.decide = ({ place }) => (place === 'direct' ? PERMIT : { ...REFUSE, helps: 'private' });
    await through(question({ place: { kind: 'channel', channel: 'C1', thread: null } }));
    expect(t.entries[0]).toMatchObject({ verdict: 'answer', place: 'channel' });
  });

  it('takes a repeat for what it is', async () => {
    const first = question();
    await through(first);
    expect(await work.accept(first)).toBe('repeat');
    expect(t.messages).toHaveLength(1);
  });

  it('throttles a person who asks more than sixty times a minute', async () => {
    for (let i = 0; i < 60; i++) await work.accept(question({ conversation: `c${i}` }));
    await work.accept(question({ conversation: 'last' }));
    await until(() => t.calls.filter((call) => call.startsWith('settle')).length === 61);
    expect(t.entries.filter((entry) => entry.kind === 'decision' && entry.verdict === 'throttled')).toHaveLength(1);
  });

  it('writes nobody’s words or figures into the audit log', async () => {
    await through(question({ text: 'how many canary days have I left?' }));
    const log = JSON.stringify(t.entries);
    for (const words of ['canary', '12 days', 'Evan', 'evan"']) expect(log).not.toContain(words);
  });

  it('starts as a placeholder whenever the answer must leave, also as an ordinary message', async () => {
    t.script.decide = () => ({
      ...PERMIT,
      obligations: { show: 'message', expiresSeconds: 60, moreTime: 0, redact: [] },
    });
    await through(question());
    expect(t.calls.indexOf('hold')).toBeGreaterThan(-1);
    expect(t.calls.indexOf('hold')).toBeLessThan(t.calls.indexOf('update'));
  });

  it('ends in an apology when newer restrictions cannot be applied here', async () => {
    const restriction = {
      ...PLAIN_RESTRICTION,
      id: 'r',
      title: 'r',
      forbids: ['leave'],
    };
    await publishIn(t.store.restrictions, { restriction });
    await work.stop({ graceMs: 0 });
    work = createWork({ ...t.world, policyCaughtUp: () => Promise.reject(new Error('the engine is dead')) });
    await through(question());
    expect(t.messages.map(({ card }) => card.text)).toEqual([expect.stringContaining('went wrong')]);
  });
});
