import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createChat } from '../../playground/chat.ts';
import { CHAT_PLATFORMS, type ChatApi, type ChatMessage, type ChatPlatform } from '../../playground/chat-page/api.ts';
import { lastVersions, standingAt } from '../../src/core/restricting/history.ts';
import { FORM_ACTION } from '../../src/core/types.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { loadRestrictionTemplates } from '../../src/policies/restriction-templates.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

let stage: TestStage;
let chat: ChatApi;

beforeAll(async () => {
  stage = await openStage();
  const folders = packFolders(null);
  const restriction = loadRestrictionTemplates({ folders, catalogue: loadCatalogue({ folders }) }).find(
    ({ id }) => id === 'salary',
  );
  if (restriction === undefined) throw new Error('the pack has no restriction "salary"');
  chat = createChat({ pieces: stage, stage: Promise.resolve(stage), restriction });
});
afterAll(() => stage.end());
beforeEach(() => chat.signIn({ person: 'mona', on: true }));

const paneOf = async (person: string, platform: ChatPlatform, place: 'direct' | 'channel' = 'direct') =>
  (await chat.state({ person, place })).panes[platform];

/** The newest of Sotto's messages that has its reasons, once there is one after `asked`. */
const answered = async (person: string, platform: ChatPlatform, asked: string): Promise<ChatMessage> => {
  let found: ChatMessage | undefined;
  await until(async () => {
    const { messages } = await paneOf(person, platform);
    const from = messages.findLastIndex((message) => message.from === 'person' && message.text === asked);
    found = from === -1 ? undefined : messages.slice(from).find(({ why }) => why !== null);
    return found !== undefined;
  });
  if (found === undefined) throw new Error('no answer');
  return found;
};

const say = (
  person: string,
  text: string,
  place: 'direct' | 'channel' = 'direct',
  platforms: readonly ChatPlatform[] = CHAT_PLATFORMS,
) => chat.say({ person, place, text, platforms });

describe('the chat page between the stand-ins', () => {
  it('asks on both platforms, and both decide alike, each with an entry of its own', async () => {
    expect(await say('evan', 'What does Mona earn?')).toEqual({ failed: [] });
    const [slack, teams] = [
      await answered('evan', 'slack', 'What does Mona earn?'),
      await answered('evan', 'teams', 'What does Mona earn?'),
    ];
    expect(teams.text).toBe(slack.text);
    expect(slack).toMatchObject({ leavesAt: null, ephemeral: false, why: { verdict: 'refuse', topics: ['salary'] } });
    expect({ ...teams.why, auditIndex: 0 }).toEqual({ ...slack.why, auditIndex: 0 });
    expect(teams.why?.auditIndex).not.toBe(slack.why?.auditIndex);
  });

  it('asks on one platform alone', async () => {
    await say('hugo', 'When is payday?', 'direct', ['teams']);
    await answered('hugo', 'teams', 'When is payday?');
    expect((await paneOf('hugo', 'slack')).messages).toEqual([]);
  });

  it('shows what a channel’s question gets on each platform, and the answer in private', async () => {
    await say('erin', 'Wie viele Urlaubstage habe ich noch?', 'channel');
    for (const platform of CHAT_PLATFORMS) {
      await until(async () => (await paneOf('erin', platform, 'channel')).messages.length === 2);
      const { messages } = await paneOf('erin', platform, 'channel');
      expect(messages.map(({ from, ephemeral }) => [from, ephemeral])).toEqual([
        ['person', false],
        ['sotto', true],
      ]);
      await until(async () => (await paneOf('erin', platform)).messages.some(({ why }) => why?.verdict === 'answer'));
    }
  });

  it('opens a view on each platform, knows when it is emptied, and closes it', async () => {
    const asked = 'Show me my last payslip';
    await say('mona', asked);
    for (const platform of CHAT_PLATFORMS) {
      const message = await answered('mona', platform, asked);
      const [button] = message.buttons;
      if (button === undefined) throw new Error('no button');
      const waits = (message.leavesAt ?? 0) - message.at;
      expect(waits).toBeGreaterThan(5 * 60_000);
      const { action, value } = button;
      const press = { person: 'mona', platform, messageId: message.id, action, value };
      expect(await chat.press({ ...press, value: `${value}x` })).toBe('unknown');
      expect(await chat.press({ ...press, person: 'evan' })).toBe('unknown');
      expect(await chat.press(press)).toBe('pressed');

      const viewNow = async () => (await paneOf('mona', platform)).view;
      await until(async () => /net/.test((await viewNow())?.text ?? ''));
      // On Slack it is emptied by us, and so has a time; nobody but Mona can take Teams' away.
      if (platform === 'slack') await until(async () => (await viewNow())?.leavesAt !== null);
      const view = await viewNow();
      expect(view).toMatchObject({ blank: false, leavesAt: platform === 'slack' ? expect.any(Number) : null });
      // The press moved the end of the message that carries the button nearer.
      const after = await answered('mona', platform, asked);
      expect((after.leavesAt ?? 0) - message.at).toBeLessThan(waits - 60_000);

      expect((await paneOf('evan', platform)).view).toBeNull();
      const close = { person: 'mona', platform, id: view?.id ?? '' };
      expect(await chat.closeView({ ...close, person: 'evan' })).toBe('unknown');
      expect(await chat.closeView({ ...close, id: 'another' })).toBe('unknown');
      expect(await chat.closeView(close)).toBe('closed');
      expect(await viewNow()).toBeNull();
      expect(await chat.closeView(close)).toBe('unknown');
    }
  });

  it('answers what waited for a sign-in when the sign-in is switched on, once on each platform, and knows why each message is there', async () => {
    const asked = 'Show me my last payslip';
    await chat.signIn({ person: 'pia', on: false });
    await say('pia', asked);
    for (const platform of CHAT_PLATFORMS) {
      expect(await answered('pia', platform, asked)).toMatchObject({ why: { verdict: 'step-up' }, buttons: [] });
    }
    const { inbox } = stage.running.world.store;
    await until(async () => (await inbox.census({ now: Date.now() })).parked === 2);
    await chat.signIn({ person: 'pia', on: true });
    for (const platform of CHAT_PLATFORMS) {
      const said = async () =>
        (await paneOf('pia', platform)).messages.filter((message) => message.from === 'sotto' && message.why !== null);
      await until(async () => (await said()).length === 2);
      expect((await said()).map(({ why, buttons }) => [why?.verdict, buttons.length])).toEqual([
        ['step-up', 0],
        ['answer', 1],
      ]);
    }
    expect(await inbox.census({ now: Date.now() })).toMatchObject({ parked: 0 });
  });

  it('restricts and lifts by the switch as strictly as HR does, but for the second person', async () => {
    const { world } = stage.running;
    const sentence = async () => (await answered('pia', 'slack', 'What does Mona earn?')).why?.verdict;
    await chat.restrict({ on: true });
    const on = await world.store.restrictions.current();
    expect(on.restrictions.map(({ id }) => id)).toEqual(['salary']);
    expect(on.hash).toBe(world.policy.version);
    expect((await chat.state({ person: 'evan', place: 'direct' })).restricted).toBe(true);
    await chat.restrict({ on: false });
    await chat.restrict({ on: false });
    const off = await world.store.restrictions.current();
    expect(off.restrictions).toEqual([]);
    expect(off.hash).toBe(world.policy.version);
    const history = await lastVersions(world, 10);
    expect(history.map(({ change }) => change.change)).toEqual(['lifted', 'published']);
    expect(history[0]?.detail).toMatchObject({ by: null, put: [], hash: off.hash });
    const first = history[1]?.change.version ?? 0;
    expect(await standingAt(world, { version: first, standing: off.restrictions })).toEqual(on.restrictions);
    await say('pia', 'What does Mona earn?', 'direct', ['slack']);
    expect(await sentence()).not.toBe('refuse');
  });

  it('asks by the command and by the window without leaving a question anywhere', async () => {
    const mona = { person: 'mona', place: 'channel' } as const;
    const words = async (place: 'channel' | 'direct', platform: 'slack' | 'teams' = 'slack') =>
      (await chat.state({ person: 'mona', place })).panes[platform].messages.map(({ text }) => text);
    const text = '/sotto how many days of vacation do I have left?';
    expect(await chat.say({ ...mona, text, platforms: ['slack', 'teams'] })).toEqual({ failed: [] });
    await until(async () => (await words('direct')).some((said) => said.includes('9 of 30')));
    expect((await words('channel')).join()).toContain('nobody else saw it');
    expect([...(await words('channel')), ...(await words('direct'))].join()).not.toContain('vacation do I have');
    // On Teams it stands there, and nobody else sees it.
    await until(async () => (await words('direct', 'teams')).some((said) => said.includes('9 of 30')));
    expect((await words('channel', 'teams')).join()).toContain('vacation do I have');
    const evan = await chat.state({ person: 'evan', place: 'channel' });
    expect(JSON.stringify(evan.panes.teams)).not.toContain('vacation do I have');
  });

  it.each(['slack', 'teams'] as const)('asks by a window on %s, and the question stands nowhere', async (platform) => {
    const mona = { person: 'mona', place: 'channel' } as const;
    const words = async (place: 'channel' | 'direct') =>
      (await chat.state({ person: 'mona', place })).panes[platform].messages.map(({ text }) => text);
    const here = { person: 'mona', platform } as const;
    expect(await chat.askPrivately(here)).toBe('opened');
    const view = async () => (await chat.state(mona)).panes[platform].view;
    await until(async () => (await view())?.form != null);
    const { id = '', form } = (await view()) ?? {};
    const name = form?.fields[0]?.name ?? '';
    expect(await chat.submit({ ...here, id, values: { [name]: ['what is the wifi password?'] } })).toBe('sent');
    await until(async () => (await view())?.text.includes('private chat') === true);
    expect([...(await words('channel')), ...(await words('direct'))].join()).not.toContain('what is the wifi');
  });

  it('opens Sotto’s own page where there is one, and presses what stands there and nothing else', async () => {
    const hugo = { person: 'hugo', platform: 'slack' } as const;
    expect(await chat.openHome({ person: 'hugo', platform: 'teams' })).toBe('unknown');
    expect(await chat.openHome(hugo)).toBe('opened');
    await until(async () => (await paneOf('hugo', 'slack')).home !== null);
    const { sections = [] } = (await paneOf('hugo', 'slack')).home ?? {};
    const button = sections.flatMap(({ buttons }) => buttons).find(({ action }) => action === FORM_ACTION);
    if (button === undefined) throw new Error('HR may begin nothing');
    const { action, value } = button;
    expect(await chat.pressHome({ ...hugo, action, value: 'another' })).toBe('unknown');
    expect(await chat.pressHome({ ...hugo, person: 'evan', action, value })).toBe('unknown');
    expect(await chat.pressHome({ ...hugo, action, value })).toBe('pressed');
    await until(async () => (await paneOf('hugo', 'slack')).view?.form !== null);
    const { id = '', form } = (await paneOf('hugo', 'slack')).view ?? {};
    expect(form?.fields.length).toBeGreaterThan(5);
    expect(await chat.submit({ ...hugo, id: 'another', values: {} })).toBe('unknown');
    expect(await chat.submit({ ...hugo, id, values: { title: ['Freeze'] } })).toBe('sent');
    expect((await paneOf('hugo', 'slack')).view?.form?.findings.length).toBeGreaterThan(0);
    await chat.closeView({ ...hugo, id });
  });

  it('tells of changes on either platform', async () => {
    let changes = 0;
    const stop = chat.onChange(() => {
      changes += 1;
    });
    for (const platform of CHAT_PLATFORMS) {
      const before = changes;
      await say('pia', 'When is payday?', 'direct', [platform]);
      await until(() => changes > before);
      await answered('pia', platform, 'When is payday?');
    }
    stop();
  });

  it('fails where no platform lets this person write', async () => {
    await expect(say('xena', 'hello', 'channel')).rejects.toThrow('no platform took');
  });
});
