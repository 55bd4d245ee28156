/** All that people see to themselves on Teams, the whole way between stand-ins: the welcome, the page in a dialog, its buttons, in both languages. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatButton, ChatHome } from '../../playground/chat-page/api.ts';
import type { SamplePerson } from '../../playground/people.ts';
import type { TalkMessage, TalkView } from '../../playground/talk.ts';
import { GENERAL } from '../../playground/teams/conversations.ts';
import type { Json } from '../../playground/teams/types.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

describe('what people on Teams see to themselves', () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage({ firstUse: true });
  }, 120_000);
  afterAll(() => stage.end());

  const person = (who: string): SamplePerson => stage.person(who);
  const talk = () => stage.talks.teams;
  const told = (who: string): readonly TalkMessage[] =>
    talk()
      .messages(person(who))
      .filter(({ from }) => from === 'sotto');
  const dialog = (who: string): TalkView => {
    const view = talk().view(person(who));
    if (view === null) throw new Error(`${who} has no dialog before them`);
    return view;
  };
  const sections = (who: string): ChatHome['sections'] => dialog(who).page?.sections ?? [];
  const words = (who: string): string =>
    sections(who)
      .map(({ title, text, note }) => `${title ?? ''}\n${text}\n${note ?? ''}`)
      .join('\n');
  const labels = (who: string): readonly string[] =>
    sections(who).flatMap(({ buttons }) => buttons.map(({ label }) => label));
  const named = (buttons: readonly ChatButton[], label: string): ChatButton => {
    const found = buttons.find((each) => each.label === label);
    if (found === undefined) throw new Error(`There is no button ${label}: ${buttons.map((b) => b.label).join()}`);
    return found;
  };
  /** Presses a button of the newest message that has it. */
  const pressed = async (who: string, label: string): Promise<void> => {
    const message = told(who).findLast(({ buttons }) => buttons.some((each) => each.label === label));
    if (message === undefined) throw new Error(`No message to ${who} has a button ${label}`);
    const { action, value } = named(message.buttons, label);
    const { channel, id } = message;
    expect(await talk().press({ person: person(who), channel, id, action, value })).toBe(200);
  };
  /** Presses a button of the dialog. */
  const pressedThere = async (who: string, label: string): Promise<void> => {
    const { id } = dialog(who);
    const button = named(
      sections(who).flatMap(({ buttons }) => buttons),
      label,
    );
    expect(await talk().pressView?.({ person: person(who), id, ...button })).toBe(200);
  };
  const sent = async (who: string): Promise<void> => {
    expect(await talk().submit({ person: person(who), id: dialog(who).id, values: {} })).toBe(200);
  };

  /** Adds the app, and waits for the greeting. */
  const welcomed = async (who: string, locale = 'en-US'): Promise<readonly TalkMessage[]> => {
    const before = told(who).length;
    expect(await stage.teams.install({ user: person(who).teamsUser, locale })).toEqual([200, 200]);
    await until(() => told(who).length > before, 20_000);
    return told(who).slice(before);
  };
  /** A client of somebody sends what it likes. */
  const forged = (who: string, over: Json) =>
    stage.teams.deliver({
      id: 'f:forged',
      channelId: 'msteams',
      serviceUrl: stage.teams.serviceUrl(),
      from: { id: '29:1x', aadObjectId: person(who).teamsUser },
      recipient: { id: stage.teams.botUserId },
      conversation: { id: talk().channelOf(person(who), 'direct'), conversationType: 'personal' },
      channelData: { tenant: { id: stage.tenantId } },
      ...over,
    });

  describe('when they add the app', () => {
    it('are greeted once in their language: what everybody is told, and what they in particular may ask', async () => {
      const [english, ...more] = await welcomed('evan');
      expect(more).toEqual([]);
      expect(english?.text).toContain('Welcome to Sotto');
      expect(english?.text).toContain('I am Sotto, a machine');
      expect(english?.text).toContain('What you can ask me');
      expect(english?.text).toContain('How many days of leave are left');
      expect(english?.text).not.toContain('Messages tab');
      const [german] = await welcomed('erin', 'de-DE');
      expect(german?.text).toContain('Willkommen bei Sotto');
      expect(german?.text).toContain('Ich bin Sotto, eine Maschine');
      expect(german?.text).toContain('Was du mich fragen kannst');
      expect(german?.buttons.map(({ label }) => label)).toEqual(['Meine Seite öffnen']);
    }, 60_000);

    it('are not told again with their first question', async () => {
      const ended = await stage.ask({ who: 'evan', says: 'when is pay day?', on: 'teams' });
      expect(ended.decision.verdict).toBe('answer');
      expect(told('evan').filter(({ text }) => text.includes('a machine'))).toHaveLength(1);
    }, 60_000);

    it('guests hear nothing of what others can ask, and strangers are told in the language of their client', async () => {
      const [guest] = await welcomed('gus');
      expect(guest?.text).toContain('I am Sotto, a machine');
      for (const part of ['my data', 'leave', 'pay', 'Pay', 'Leave', 'salary']) expect(guest?.text).not.toContain(part);
      const [foreign] = await welcomed('xena', 'de-DE');
      expect(foreign?.text).toContain('Ich bin Sotto, eine Maschine');
      expect(foreign?.buttons).toEqual([]);
    }, 60_000);

    it('nothing is said in a chat of several, where nobody asked for it', async () => {
      const posts = () => stage.teams.requests().filter(({ verb }) => verb === 'activity.create');
      const before = posts().length;
      const conversation = { id: GENERAL, conversationType: 'channel', isGroup: true };
      expect((await forged('mona', { type: 'installationUpdate', action: 'add', conversation })).status).toBe(200);
      await welcomed('mona');
      expect(
        posts()
          .slice(before)
          .map((post) => post.conversation),
      ).toEqual([talk().channelOf(person('mona'), 'direct')]);
    }, 60_000);
  });

  describe('on their page in a dialog', () => {
    it('see live answers without a word of them, what they may ask, and what is kept, in their language', async () => {
      await stage.ask({ who: 'evan', says: 'how many sick days did I have this year?', on: 'teams' });
      await stage.ask({ who: 'evan', says: 'my data', on: 'teams' });
      await pressed('evan', 'Open my page');
      expect(dialog('evan').title).toBe('Sotto');
      expect(sections('evan').map(({ title }) => title)).toEqual([
        'My live answers',
        null,
        'What you can ask me',
        'My privacy',
      ]);
      expect(words('evan')).toMatch(/It leaves at \d\d:\d\d, in \d minutes?\./);
      expect(words('evan')).toContain('Leave: How many days of leave are left');
      expect(words('evan')).not.toContain('no room');
      await stage.ask({ who: 'erin', says: 'meine Daten', on: 'teams' });
      await pressed('erin', 'Meine Seite öffnen');
      expect(words('erin')).toContain('Was ich über dich habe, und bis wann');
      expect(labels('erin')).toEqual(['Alles zeigen', 'Mich vergessen …']);
    }, 90_000);

    it('take more time and take an answer back, and the page says so and is true again', async () => {
      await pressedThere('evan', 'More time');
      expect(sections('evan')[0]?.text).toContain('You have more time');
      await pressedThere('evan', 'Take it back now');
      expect(sections('evan')[0]?.text).toContain('It is being taken back');
      await until(() => !told('evan').some(({ text }) => /sick/.test(text) && !text.startsWith('Welcome')), 20_000);
      if (labels('evan').includes('Look again')) await pressedThere('evan', 'Look again');
      expect(labels('evan')).toEqual(['Show me all of it', 'Forget me …']);
    }, 60_000);

    it('see all of it, part by part, are forgotten on their word, and have the receipt', async () => {
      await pressedThere('evan', 'Show me all of it');
      for (let part = 0; dialog('evan').form !== null && part < 20; part++) {
        expect(dialog('evan').form?.text).toContain('I cannot close this window');
        await sent('evan');
      }
      expect(dialog('evan').text).toContain('All that I hold about you');
      expect(dialog('evan').note).toContain('I cannot close this window');
      await stage.ask({ who: 'evan', says: 'forget me', on: 'teams' });
      await pressed('evan', 'Open my page');
      await pressedThere('evan', 'Forget me …');
      expect(dialog('evan').form?.text).toContain('It cannot be undone');
      await sent('evan');
      expect(dialog('evan').text).toContain('I am forgetting you now');
      await until(() => told('evan').some(({ text }) => text.startsWith('Receipt ')), 30_000);
    }, 120_000);

    it('the same in German, to the end', async () => {
      await stage.ask({ who: 'erin', says: 'wie viele Krankheitstage hatte ich dieses Jahr?', on: 'teams' });
      await stage.ask({ who: 'erin', says: 'Meine Daten', on: 'teams' });
      await pressed('erin', 'Meine Seite öffnen');
      expect(words('erin')).toMatch(/Sie verschwindet um \d\d:\d\d, in \d Minuten?\./);
      await pressedThere('erin', 'Jetzt zurücknehmen');
      expect(sections('erin')[0]?.text).toContain('Sie wird zurückgenommen');
      await pressedThere('erin', 'Mich vergessen …');
      expect(dialog('erin').form?.text).toContain('Das lässt sich nicht rückgängig machen');
      await sent('erin');
      expect(dialog('erin').text).toContain('Ich vergesse dich jetzt');
      await until(() => told('erin').some(({ text }) => text.startsWith('Beleg ')), 30_000);
    }, 120_000);

    it('HR have their restrictions there, with forms in the same dialog', async () => {
      await stage.ask({ who: 'hugo', says: 'my data', on: 'teams' });
      await pressed('hugo', 'Open my page');
      expect(words('hugo')).toContain('Nothing is restricted by HR.');
      expect(words('hugo')).not.toContain('no room');
      const { id } = dialog('hugo');
      await pressedThere('hugo', labels('hugo')[0] ?? '');
      expect(dialog('hugo').id).toBe(id);
      expect(dialog('hugo').form?.fields.length).toBeGreaterThan(3);
    }, 60_000);

    it('somebody else’s button does nothing for anybody', async () => {
      await stage.ask({ who: 'mona', says: 'my data', on: 'teams' });
      await pressed('mona', 'Open my page');
      const { action, value } = named(
        sections('mona').flatMap(({ buttons }) => buttons),
        'Forget me …',
      );
      const data = { sotto: { action, value } };
      const answer = await forged('carl', { type: 'invoke', name: 'task/submit', value: { data } });
      expect(answer.status).toBe(200);
      expect(answer.body).toContain('That button was made for somebody else');
      expect(answer.body).not.toContain('cannot be undone');
    }, 60_000);
  });
});
