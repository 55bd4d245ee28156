/** The whole bot behind Slack: who is told what, where, and what is kept of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../playground/slack/types.ts';
import { GENERAL, GROUP, SHARED } from '../../../playground/slack/workspace.ts';
import type { AuditEntry } from '../../../src/core/audit.ts';
import { openStage, type TestStage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { FORM, formOf } from './support.ts';

let stage: TestStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage?.end();
});
beforeEach(async () => {
  await stage.forgetTalks();
});

const NOT_FOR_YOU = 'This is restricted here. I can only answer questions of the people who work at this company.';
const KNOWN = 'what is the salary of Mona?';
const UNKNOWN = 'where do the purple unicorns graze?';

const since = (from: number): readonly AuditEntry[] => stage.trail.slice(from).map(({ entry }) => entry);
/** What the bot said in this channel that this person sees, or anybody. */
const saidIn = (channel: string, who: string): readonly string[] =>
  stage.slack.history({ user: stage.user(who) }).flatMap((message) => {
    const { ephemeralFor } = message;
    if (message.channel !== channel || message.bot === null) return [];
    return ephemeralFor === undefined || ephemeralFor === stage.user(who)
      ? [`${message.text} ${JSON.stringify(message.blocks)}`]
      : [];
  });

describe('R11 whoever does not work here', () => {
  it.each([
    { who: 'gus', where: 'direct' as const },
    { who: 'gus', where: 'channel' as const },
    { who: 'xena', where: 'shared' as const },
  ])('R11 $who is told one thing in $where, whatever is asked, and nothing of it is kept', async ({ who, where }) => {
    const from = stage.trail.length;
    const known = await stage.ask({ who, where, says: KNOWN });
    const unknown = await stage.ask({ who, where, says: UNKNOWN });
    expect([known.said.trim(), unknown.said.trim()]).toEqual([NOT_FOR_YOU, NOT_FOR_YOU]);
    for (const entry of since(from)) {
      if (entry.kind !== 'decision') continue;
      expect(entry).toMatchObject({ verdict: 'refuse', intent: null, topics: [], about: null, subject: null });
    }
    expect(JSON.stringify(since(from))).not.toMatch(/salary|pay/);
    expect(stage.backend.requests()).toEqual([]);
  });

  it.each(['bot_message', 'bot-user', 'slackbot', 'self'] as const)(
    'R11 %s is answered nothing at all',
    async (how) => {
      const from = stage.trail.length;
      const before = stage.slack.history().length;
      expect(await stage.slack.botWrites({ user: stage.user('evan'), how, text: KNOWN })).toBe(200);
      expect([since(from), stage.slack.history().length]).toEqual([[], before]);
    },
  );

  it('R11 who is deactivated or unknown is refused before anything is understood', async () => {
    const from = stage.trail.length;
    const user = 'U0NOBODY00';
    const event = { type: 'message', channel_type: 'im', channel: 'D0NOBODY00', user, text: KNOWN, ts: '1771442483.1' };
    await stage.slack.deliverRaw({ body: JSON.stringify(stage.slack.envelope(event)) });
    await until(() => since(from).some(({ kind }) => kind === 'undeliverable' || kind === 'disclosure'));
    expect(since(from)[0]).toMatchObject({ kind: 'decision', reasons: ['account-unknown'], intent: null, topics: [] });
  });
});

describe('R33 a no to an outsider', () => {
  const timed = async (says: string): Promise<{ readonly ms: number; readonly did: readonly string[] }> => {
    // Whoever asks again and again is slowed down, whatever they ask.
    await stage.forgetTalks();
    const from = stage.trail.length;
    const calls = stage.slack.requests().length;
    const began = performance.now();
    await stage.slack.say({ user: stage.user('gus'), text: says });
    await until(() => since(from).some(({ kind }) => kind === 'disclosure'));
    const ms = performance.now() - began;
    await until(async () => (await stage.running.world.store.inbox.backlog()).claimed === 0);
    const made = stage.slack.requests().slice(calls);
    return {
      ms,
      did: [
        ...made.map(({ method, args }) => `${method} ${JSON.stringify(args['text'] ?? '')}`),
        // That somebody keeps being refused is raised once a day, whatever they asked.
        ...since(from).flatMap((entry) =>
          entry.kind === 'probing' ? [] : `${entry.kind} ${'reasons' in entry ? entry.reasons.join() : ''}`,
        ),
      ],
    };
  };
  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

  it('R33 looks the same in words, calls, record and time, whether or not there is such a question', async () => {
    const took: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
    const did: string[] = [];
    // The first ones warm up what everybody's questions use.
    for (let n = 0; n < 22; n++) {
      const known = await timed(KNOWN);
      const unknown = await timed(UNKNOWN);
      did.push(known.did.join('\n'), unknown.did.join('\n'));
      if (n < 2) continue;
      took.known.push(known.ms);
      took.unknown.push(unknown.ms);
    }
    expect(new Set(did).size).toBe(1);
    const [one, other] = [median(took.known), median(took.unknown)];
    // Understanding them takes 30 ms and more apart, and answering an employee far less than a step.
    expect(Math.min(one, other)).toBeGreaterThan(350);
    expect(Math.abs(one - other)).toBeLessThan(100);
  }, 60_000);

  it('R33 holds for outsiders: an employee is told what is restricted', async () => {
    const refused = await stage.ask({ who: 'evan', says: KNOWN });
    expect(refused.said).toContain('restricted');
    expect(refused.said).not.toContain(NOT_FOR_YOU);
    expect(refused.decision).toMatchObject({ verdict: 'refuse', topics: ['salary'] });
  });
});

describe('R13 what needs a strong sign-in', () => {
  it('R13 is refused until there is one, whatever Slack says of two factors', async () => {
    for (const has_2fa of [true, false, null]) {
      await stage.slack.changePerson({ user: stage.user('erin'), to: { flags: { has_2fa } } });
      const ended = await stage.ask({ who: 'erin', says: 'show me my payslip please' });
      expect(ended.decision).toMatchObject({ verdict: 'step-up' });
    }
    expect(stage.backend.requests()).toEqual([]);
    await stage.signIn('erin', 20);
    expect((await stage.ask({ who: 'erin', says: 'show me my payslip please' })).decision.verdict).toBe('step-up');
    await stage.signIn('erin', 1);
    expect((await stage.ask({ who: 'erin', says: 'show me my payslip please' })).decision.verdict).toBe('answer');
  });
});

describe('R14 what is asked where others read', () => {
  it.each([
    { where: 'channel' as const, channel: GENERAL },
    { where: 'group' as const, channel: GROUP },
    { where: 'shared' as const, channel: SHARED },
  ])('R14 goes to the private chat from $where, with a line that tells nothing', async ({ where, channel }) => {
    const before = saidIn(channel, 'hugo').length;
    await stage.signIn('hugo', 1);
    const pay = await stage.ask({ who: 'hugo', where, says: 'show my payslip please' });
    const refused = await stage.ask({ who: 'hugo', where, says: 'what does Mona earn?' });
    expect([pay.decision.verdict, refused.decision.verdict]).toEqual(['answer', 'refuse']);
    for (const ended of [pay, refused]) expect(ended.disclosure?.channel).toBe(`D${stage.user('hugo').slice(1)}`);
    await until(() => saidIn(channel, 'hugo').length === before + 2);
    for (const said of saidIn(channel, 'hugo').slice(before)) {
      expect(said).toContain('I have written to you in private.');
      expect(said).not.toMatch(/pay|salary|earn|restricted|confidential|Mona/i);
    }
    const ephemeral = stage.slack.history().filter((message) => message.channel === channel && message.bot !== null);
    expect(ephemeral.every(({ ephemeralFor }) => ephemeralFor !== undefined)).toBe(true);
  });

  it('R14 goes to the private chat where the place takes no message for one pair of eyes', async () => {
    stage.slack.fail({ method: 'chat.postEphemeral', how: 'user_not_in_channel', times: 2 });
    const ended = await stage.ask({ who: 'carl', where: 'channel', says: 'when is payday?' });
    expect(ended.decision).toMatchObject({ verdict: 'answer', intent: 'salary.payday' });
    expect(ended.disclosure?.channel).toBe(`D${stage.user('carl').slice(1)}`);
  });
});

describe('R15 a button or a form of somebody else’s', () => {
  const person = (who: string) => ({ id: stage.user(who), username: who, name: who, team_id: stage.teamId });
  const interaction = (who: string): Json => ({
    user: person(who),
    api_app_id: 'A0SOTTO000',
    team: { id: stage.teamId, domain: 'example' },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: '1.2.abc',
  });

  const pressAs = async (
    who: string,
    o: { readonly ended: Awaited<ReturnType<TestStage['ask']>>; readonly value?: string },
  ) => {
    const { disclosure } = o.ended;
    const message = stage.slack.history().find(({ ts }) => ts === disclosure?.message);
    const actions = message?.blocks.find((block) => block['type'] === 'actions');
    const [button] = (actions?.['elements'] ?? []) as readonly Json[];
    if (button === undefined) throw new Error('no button');
    const from = stage.trail.length;
    const payload = {
      ...interaction(who),
      type: 'block_actions',
      container: { type: 'message', message_ts: disclosure?.message, channel_id: disclosure?.channel },
      channel: { id: disclosure?.channel, name: 'directmessage' },
      actions: [{ type: 'button', ...button, value: o.value ?? button['value'], action_ts: `${Date.now() / 1_000}` }],
    };
    await stage.slack.deliverRaw({ body: formOf(payload), contentType: FORM });
    return { from, action: String(button['action_id']) };
  };

  it.each(['another’s', 'forged'])('R15 asks for nothing by a button that is %s', async (how) => {
    const ended = await stage.ask({ who: 'pia', says: 'is the kitchen restructured with vacations' });
    expect(ended.buttons.length).toBeGreaterThan(0);
    const called = stage.backend.requests().length;
    const who = how === 'forged' ? 'pia' : 'evan';
    const { from } = await pressAs(who, { ended, ...(how === 'forged' ? { value: 'forged' } : {}) });
    await until(() => since(from).some(({ kind }) => kind === 'decision'));
    expect(since(from).find(({ kind }) => kind === 'decision')).toMatchObject({
      verdict: 'refuse',
      reasons: ['button-not-yours'],
      person: stage.running.world.sealer.fingerprint(who),
    });
    expect(stage.backend.requests()).toHaveLength(called);
  });

  it('R15 asks for nothing by a form whose seal is somebody else’s, or is none', async () => {
    const user = stage.user('pia');
    await stage.slack.shortcut({ user, callbackId: 'sotto.ask' });
    await until(() => stage.slack.views({ user }).some(({ submit }) => submit !== null));
    const opened = stage.slack.requests({ method: 'views.update' }).at(-1);
    const state = String((JSON.parse(String(opened?.args['view'])) as Json)['private_metadata']);
    expect(state.length).toBeGreaterThan(20);
    const send = (who: string, private_metadata: string) =>
      stage.slack.deliverRaw({
        contentType: FORM,
        body: formOf({
          ...interaction(who),
          type: 'view_submission',
          view: {
            id: 'V0FORGED00',
            type: 'modal',
            callback_id: 'sotto.form',
            private_metadata,
            state: { values: { b: { question: { type: 'plain_text_input', value: 'how much leave have I left?' } } } },
            hash: `${Date.now()}`,
            app_installed_team_id: stage.teamId,
          },
        }),
      });
    const from = stage.trail.length;
    await send('carl', state);
    await send('pia', 'forged');
    // The page that the form stood on may be put on record as shown only now.
    const decided = () => since(from).filter((entry) => entry.kind === 'decision' && !entry.reasons.includes('home'));
    await until(() => decided().length >= 2);
    for (const entry of decided()) expect(entry).toMatchObject({ reasons: ['button-not-yours'] });
    await send('pia', state);
    await until(() => since(from).some((entry) => entry.kind === 'decision' && entry.verdict === 'answer'));
  });
});
