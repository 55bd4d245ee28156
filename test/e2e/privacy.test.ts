/** What people see to themselves, the whole way between stand-ins: the notice, the page, the export, the forgetting and its receipt. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatButton, ChatHome } from '../../playground/chat-page/api.ts';
import type { SamplePerson } from '../../playground/people.ts';
import type { TalkHome, TalkMessage } from '../../playground/talk.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { lookAtHome } from '../support/look-at-home.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

describe('what people see to themselves', () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage({ firstUse: true });
  }, 120_000);
  afterAll(() => stage.end());

  const person = (who: string): SamplePerson => stage.person(who);
  const home = (): TalkHome => {
    const { home: page } = stage.talks.slack;
    if (page === undefined) throw new Error('Slack has a page');
    return page;
  };
  const published = (): number => stage.slack.requests().filter(({ method }) => method === 'views.publish').length;
  const sections = (who: string): ChatHome['sections'] => home().read(person(who))?.sections ?? [];
  const words = (who: string): string =>
    sections(who)
      .map(({ title, text, note }) => `${title ?? ''}\n${text}\n${note ?? ''}`)
      .join('\n');
  /** Looks at the page, which is made anew. */
  const opened = async (who: string): Promise<string> => {
    await lookAtHome(stage, who);
    return words(who);
  };
  const button = (who: string, label: string): ChatButton => {
    const found = sections(who)
      .flatMap(({ buttons }) => buttons)
      .find((each) => each.label === label);
    if (found === undefined) throw new Error(`${who} has no button ${label}: ${words(who)}`);
    return found;
  };
  /** Presses on the page, which is made anew. */
  const pressed = async (who: string, label: string): Promise<void> => {
    const { action, value } = button(who, label);
    const before = published();
    expect(await home().press({ person: person(who), action, value })).toBe(200);
    await until(() => published() > before, 30_000);
  };
  const told = (who: string, on: PlatformName = 'slack'): readonly TalkMessage[] =>
    stage.talks[on].messages(person(who)).filter(({ from }) => from === 'sotto');
  const notices = (who: string, on: PlatformName = 'slack') =>
    told(who, on).filter(({ text }) => /I am Sotto, a machine|Ich bin Sotto, eine Maschine/.test(text));
  /** The window that a press opens, once it is filled. */
  const windowOf = async (who: string, label: string) => {
    const { action, value } = button(who, label);
    const talk = stage.talks.slack;
    talk.closeView(person(who));
    expect(await home().press({ person: person(who), action, value })).toBe(200);
    const empty = (): boolean => (talk.view(person(who))?.text ?? 'One moment.').startsWith('One moment');
    await until(() => !empty(), 30_000);
    return talk.view(person(who));
  };

  describe('the first time', () => {
    it('are told once how it works, each in their language and in their private chat, beside the first answer', async () => {
      for (const who of ['evan', 'erin', 'carl', 'hugo']) {
        const ended = await stage.ask({
          who,
          says: who === 'erin' ? 'hallo' : 'hello',
          where: who === 'carl' ? 'channel' : 'direct',
        });
        expect(ended.decision.verdict).toBe('answer');
        await until(() => notices(who).length > 0);
        await stage.ask({ who, says: 'when is pay day?' });
        expect(notices(who)).toHaveLength(1);
        expect(notices(who)[0]?.channel.startsWith('D')).toBe(true);
      }
      expect(notices('evan')[0]?.text).toContain('/sotto');
      expect(notices('evan')[0]?.text).toContain('24 hours');
      expect(notices('erin')[0]?.text).toContain('eine Maschine');
    }, 90_000);

    it('guests and people of other companies are told nothing of what can be asked', async () => {
      for (const who of ['gus', 'xena']) {
        await stage.ask({ who, says: 'what is the salary of mona?', where: who === 'xena' ? 'shared' : 'direct' });
        await until(() => notices(who).length > 0);
        expect(notices(who)).toHaveLength(1);
        for (const part of ['/sotto', 'my data', 'pay', 'leave']) expect(notices(who)[0]?.text).not.toContain(part);
      }
    }, 60_000);

    it('is over after a restart as well, and on the other platform of whoever was told', async () => {
      await stage.restart();
      await stage.ask({ who: 'evan', says: 'hello' });
      await stage.ask({ who: 'evan', says: 'hello', on: 'teams' });
      expect([notices('evan').length, notices('evan', 'teams').length]).toEqual([1, 0]);
    }, 60_000);
  });

  describe('on the page', () => {
    it('everybody has what they may ask and what is kept of them, each in their language and where they are', async () => {
      expect(await opened('evan')).toContain('What I hold about you');
      expect(words('evan')).toContain('What you can ask me');
      expect(await opened('erin')).toContain('Was ich über dich habe, und bis wann');
      expect(words('erin')).toContain('Worum es in einem Gespräch ging, ohne Worte: 24 Stunden');
      expect(await opened('carl')).toContain('My privacy');
      const berlin = new Intl.DateTimeFormat('de-DE', {
        timeZone: 'Europe/Berlin',
        hour: '2-digit',
        minute: '2-digit',
      });
      const now = Date.now();
      expect([now, now - 60_000].some((at) => words('erin').includes(`Stand ${berlin.format(at)}`))).toBe(true);
    }, 60_000);

    it('guests have what is kept of them and no intent; whoever is of another company has nothing', async () => {
      expect(await opened('gus')).toContain('What I hold about you');
      for (const told of ['salary', 'payslip', 'Leave', 'Pay', '/sotto']) expect(words('gus')).not.toContain(told);
      await opened('xena');
      expect(sections('xena').flatMap(({ buttons }) => buttons)).toEqual([]);
      expect(words('xena')).not.toContain('What I hold');
    }, 60_000);

    it('HR have the restrictions as well', async () => {
      await opened('hugo');
      expect(words('hugo')).toContain('restricted');
      expect(words('hugo')).toContain('What I hold about you');
      expect(
        sections('hugo')
          .flatMap(({ buttons }) => buttons)
          .map(({ label }) => label),
      ).toContain('Forget me …');
    }, 60_000);
  });

  describe('an answer that still stands', () => {
    it('is listed without a word of it, gets more time, and is taken back by a press', async () => {
      const ended = await stage.ask({ who: 'evan', says: 'how many sick days did I have this year?' });
      expect(ended.decision).toMatchObject({ verdict: 'answer', show: 'hold-reveal' });
      const line = () => sections('evan').find(({ text }) => text.startsWith('An answer that you asked for'));
      // A page that was under way when it was shown may come in between.
      await until(async () => {
        await opened('evan');
        return line() !== undefined;
      }, 30_000);
      expect(line()?.text).toMatch(/It leaves at \d\d:\d\d, in 5 minutes\./);
      expect(line()?.buttons.map(({ label }) => label)).toEqual(['More time', 'Take it back now']);
      await pressed('evan', 'More time');
      expect(sections('evan')[0]?.text).toContain('You have more time');
      expect(line()?.text).toContain('in 10 minutes');
      expect(line()?.buttons.map(({ label }) => label)).toEqual(['Take it back now']);
      await pressed('evan', 'Take it back now');
      expect(sections('evan')[0]?.text).toContain('It is being taken back');
      const stands = () => told('evan').some(({ id }) => id === ended.disclosure?.message);
      await until(() => !stands(), 30_000);
      // That it is done is noted a moment after it is.
      await until(async () => {
        await opened('evan');
        return line() === undefined;
      }, 30_000);
      expect(JSON.stringify(stage.slack.history({ user: stage.user('evan') }))).not.toContain('sick days this year');
    }, 90_000);
  });

  describe('"what do you hold about me?"', () => {
    it('is answered with the same card in a chat, on both platforms, and leaves in an hour', async () => {
      const english = await stage.ask({ who: 'evan', says: 'What do you hold about me?' });
      expect(english.said).toContain('What I hold about you');
      expect(english.buttons).toEqual(['Show me all of it', 'Forget me …']);
      expect((english.disclosure?.removeAt ?? 0) - Date.now()).toBeGreaterThan(59 * 60_000);
      const german = await stage.ask({ who: 'erin', says: 'was weißt du über mich?', on: 'teams' });
      expect(german.said).toContain('Was ich über dich habe');
      expect(german.said).toContain('Teams');
      expect(german.buttons).toEqual(['Meine Seite öffnen', 'Alles zeigen', 'Mich vergessen …']);
      const guest = await stage.ask({ who: 'gus', says: 'my data' });
      expect(guest.said).toContain('What I hold about you');
      const outsider = await stage.ask({ who: 'xena', says: 'my data', where: 'shared' });
      for (const { said } of [guest, outsider])
        for (const told of ['salary', 'payslip', 'Pay', 'Leave']) expect(said).not.toContain(told);
    }, 90_000);

    it('is answered in private where it was asked in a channel', async () => {
      const ended = await stage.ask({ who: 'evan', says: 'my data', where: 'channel' });
      expect(ended.disclosure?.channel.startsWith('D')).toBe(true);
    }, 60_000);
  });

  describe('all that is kept', () => {
    it('is shown in a window, and no message ever holds it', async () => {
      await stage.ask({ who: 'evan', says: 'how many days of leave have I left?' });
      await opened('evan');
      const view = await windowOf('evan', 'Show me all of it');
      expect(view?.text).toContain('All that I hold about you');
      expect(view?.text).toMatch(/an answer, asked for at \d\d:\d\d: stays, and is known to me until/);
      expect(view?.text).toMatch(/\d\d:\d\d: .*, answered/);
      expect(view?.text).toMatch(/Told once how I work: \d\d:\d\d/);
      expect(view?.note).toContain('ten minutes');
      expect(
        told('evan')
          .map(({ raw }) => raw)
          .join(),
      ).not.toContain('All that I hold');
      const { world } = stage.running;
      const { removals } = await world.store.expiries.scan({ cursor: null, limit: 500 });
      expect(removals.some(({ ref, then }) => ref.id === view?.id && then === 'remove')).toBe(true);
      const deed = stage.trail.map(({ entry }) => entry).findLast((entry) => entry.kind === 'deed');
      const by = world.sealer.fingerprint('evan');
      expect(deed).toMatchObject({ what: 'export', target: by, by });
    }, 60_000);
  });

  it('guests see that they asked, and not what it was taken for', async () => {
    await stage.ask({ who: 'gus', says: 'what is the salary of mona?' });
    await opened('gus');
    const view = await windowOf('gus', 'Show me all of it');
    expect(view?.text).toMatch(/\d\d:\d\d: a question, refused/);
    for (const told of ['salary', 'ayslip', 'Pay', 'pay']) expect(view?.text).not.toContain(told);
  }, 60_000);

  describe('to be forgotten', () => {
    const forgets = async (who: string, label: string): Promise<void> => {
      await opened(who);
      const view = await windowOf(who, label);
      expect(view?.form).not.toBeNull();
      expect(await stage.talks.slack.submit({ person: person(who), id: view?.id ?? '', values: {} })).toBe(200);
    };
    const receipt = (who: string) => told(who).findLast(({ text }) => /^(Receipt|Beleg) /.test(text))?.text;

    it('is done though Sotto is restarted meanwhile; the receipt has its four states and a number of the audit log', async () => {
      const ended = await stage.ask({ who: 'erin', says: 'wie viele Urlaubstage habe ich noch?' });
      await forgets('erin', 'Mich vergessen …');
      await stage.restart();
      await until(() => receipt('erin') !== undefined, 90_000);
      const text = receipt('erin') ?? '';
      for (const part of [
        'Über Slack entfernt',
        'Hier vernichtet',
        'Noch aufbewahrt: Von mir nichts',
        'Nie entfernen kann ich',
      ])
        expect(text).toContain(part);
      const entry = stage.trail.map(({ entry: each }) => each).findLast((each) => each.kind === 'receipt');
      expect(text).toContain(entry?.kind === 'receipt' ? entry.order : 'none');
      await until(() => !told('erin').some(({ id }) => id === ended.disclosure?.message), 30_000);
      await opened('erin');
      expect(words('erin')).toContain('Von diesem Gespräch nichts.');
      expect(words('erin')).toContain('noch nicht');
      expect((await windowOf('erin', 'Mein Beleg'))?.text).toContain(text.split('\n')[0] ?? 'no receipt');
      const before = notices('erin').length;
      await stage.ask({ who: 'erin', says: 'hallo' });
      await until(() => notices('erin').length === before + 1);
    }, 150_000);

    it('leaves what a legal hold keeps, and says that it stays and why', async () => {
      const ended = await stage.ask({ who: 'carl', says: 'when is pay day?' });
      const { world } = stage.running;
      await world.store.standing.placeHold({ id: 'hold-1', on: 'person', what: 'carl', placedAt: Date.now(), by: 'x' });
      await stage.running.refreshRestrictions();
      await forgets('carl', 'Forget me …');
      await until(() => receipt('carl') !== undefined, 60_000);
      expect(receipt('carl')).toContain('the law obliges your company to keep that for now');
      expect(receipt('carl')).not.toContain('hold-1');
      expect(told('carl').some(({ id }) => id === ended.disclosure?.message)).toBe(true);
    }, 120_000);

    it('is nobody else’s to ask: a form that somebody else sends does nothing', async () => {
      await opened('evan');
      const { action, value } = button('evan', 'Forget me …');
      stage.talks.slack.closeView(person('gus'));
      expect(await home().press({ person: person('gus'), action, value })).toBe(200);
      await until(() => (stage.talks.slack.view(person('gus'))?.text ?? '').includes('somebody else'), 30_000);
    }, 60_000);
  });
});
