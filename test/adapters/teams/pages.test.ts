/** Presses on a page in a dialog, greetings and the person's language, over real http with what Teams sends. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../playground/teams/types.ts';
import type { OpenedView } from '../../../src/core/ports.ts';
import { type Card, FORM_ACTION, MORE_ACTION, type Opened, type Press, VIEW_ACTION } from '../../../src/core/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { CHANNEL, CHAT, EVAN, openTeams, TENANT, type TeamsBench } from './support.ts';

let bench: TeamsBench | null = null;
const open = async (...o: Parameters<typeof openTeams>): Promise<TeamsBench> => {
  bench = await openTeams(...o);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const words = (text: string): Card => ({ text, note: null, buttons: [], fallback: null });
const HOME = {
  sections: [
    {
      ...words('As of 9:30:'),
      title: 'My live answers',
      buttons: [{ action: MORE_ACTION, label: 'Look', value: 'v' }],
    },
  ],
};
const data = { sotto: { action: MORE_ACTION, value: 'sealed' } };
const textsIn = {
  en: { tryAgain: 'Please press again.', viewTitle: 'Confidential', fieldNeeded: 'Needed.' },
  de: { tryAgain: 'Bitte noch einmal.', viewTitle: 'Vertraulich', fieldNeeded: 'Fehlt.' },
};
const bodyOf = (answer: { readonly body: string } | undefined): string => answer?.body ?? '';

describe('R14 a press on the bot’s own page', () => {
  it('R14 is answered in its own request by the page, and reaches the core as a press of no message', async () => {
    const pressed: Press[] = [];
    const { sender, accepted, submitted, rejected, post, question } = await open({
      adapter: {
        // A clock that stands still: how fast the machine is today is not what is tried.
        clock: createFakeClock(Date.now()),
        onPage: async (press: Press, view: OpenedView) => {
          pressed.push(press);
          await view.page?.(HOME);
        },
      },
    });
    // The first request of a process is proved more slowly than a busy machine allows for; Teams sends it again.
    await until(async () => (await post(question())).status === 200);
    accepted.splice(0);
    // Clients may name the message that the dialog was opened from; the button stands in none.
    const [answer] = await sender.send(
      sender.invoke({ person: EVAN, chat: CHAT, name: 'task/submit', replyTo: '1771290108656', value: { data } }),
    );
    expect(answer?.status).toBe(200);
    expect(JSON.parse(bodyOf(answer))).toMatchObject({
      task: { type: 'continue', value: { title: 'Sotto', height: 'large' } },
    });
    expect(bodyOf(answer)).toContain('My live answers');
    expect(pressed).toMatchObject([
      { action: MORE_ACTION, value: 'sealed', message: null, account: { tenant: TENANT, user: EVAN.user } },
    ]);
    expect({ accepted, submitted, rejected }).toEqual({ accepted: [], submitted: [], rejected: [] });
  });

  it('R14 that cannot be answered in time leaves the page as it was, with nothing in its place', async () => {
    const clock = createFakeClock(Date.now());
    let begun = false;
    const { sender } = await open({
      adapter: {
        clock,
        onPage: async () => {
          begun = true;
          await new Promise(() => undefined);
        },
      },
    });
    const delivered = sender.submitDialog({ person: EVAN, chat: CHAT, data });
    await until(() => begun);
    await clock.advance(2_500);
    expect((await delivered)[0]).toEqual({ status: 503, body: '' });
  });

  it('R16 is no form, and where there are no pages it is refused', async () => {
    const { sender, rejected } = await open();
    expect(await sender.submitDialog({ person: EVAN, chat: CHAT, data })).toEqual([{ status: 400, body: '' }]);
    expect(rejected).toEqual(['form-unknown']);
  });
});

describe('what stands around a dialog', () => {
  it.each([
    ['de-DE', 'Vertraulich', 'Fehlt.'],
    ['en-GB', 'Confidential', 'Needed.'],
    // Not said in a language that we speak.
    ['fr-FR', 'Sotto', 'Needed.'],
  ])('is in the language of the client (%s)', async (locale, title, needed) => {
    const field = {
      kind: 'text',
      name: 'a',
      label: 'A',
      hint: null,
      required: true,
      value: '',
      most: 9,
      lines: false,
    } as const;
    const { post, sender } = await open({
      adapter: { textsIn, clock: createFakeClock(Date.now()) },
      open: async (press, view) => {
        if (press.action === VIEW_ACTION) await view.reveal(words('Your payslip'));
        else await view.ask({ state: 's', title: '', text: '', findings: [], fields: [field], submit: 'Send' });
      },
    });
    const fetched = async (action: string): Promise<Json> => {
      const value = { data: { sotto: { action, value: 'v' }, msteams: { type: 'task/fetch' } } };
      const activity = sender.invoke({ person: EVAN, chat: CHAT, name: 'task/fetch', replyTo: '1', value });
      return JSON.parse((await post({ ...activity, locale })).body);
    };
    expect(await fetched(VIEW_ACTION)).toMatchObject({ task: { value: { title } } });
    expect(JSON.stringify(await fetched(FORM_ACTION))).toContain(`"errorMessage":"${needed}"`);
  });

  it('tells nothing of what it shows to whoever only hears its name', async () => {
    const { sender } = await open({ open: async (_press, view) => void (await view.reveal(words('Your pay: 4,711'))) });
    const [answer] = await sender.fetchDialog({
      person: EVAN,
      chat: CHAT,
      action: VIEW_ACTION,
      value: 'v',
      replyTo: '1',
    });
    expect(bodyOf(answer)).toContain('Your pay: 4,711');
    expect(bodyOf(answer)).not.toMatch(/"(?:speak|fallbackText|tooltip)"/);
  });
});

describe('the language of somebody', () => {
  it('is remembered from what they write and press, and known to nobody before', async () => {
    const { teams, post, question } = await open();
    const account = { platform: 'teams', tenant: TENANT, user: EVAN.user ?? '', external: false } as const;
    expect(await teams.platform.locale?.(account)).toBeNull();
    await post(question({ locale: 'de-DE' }));
    expect(await teams.platform.locale?.(account)).toBe('de');
  });
});

describe('somebody who adds the app', () => {
  const added: Opened[] = [];
  const adapter = {
    added: async (opened: Opened): Promise<void> => {
      added.push(opened);
    },
  };

  it('is greeted in their private chat, by either activity that says so, and Teams does not wait for that', async () => {
    added.splice(0);
    const slow = { added: (opened: Opened) => adapter.added(opened).then(() => new Promise<void>(() => undefined)) };
    const { post, sender } = await open({ adapter: slow });
    expect((await post(sender.installed({ person: EVAN, chat: CHAT, action: 'add' }))).status).toBe(200);
    expect((await post(sender.membersAdded({ person: EVAN, chat: CHAT }))).status).toBe(200);
    expect(added).toMatchObject(
      [1, 2].map(() => ({ kind: 'opened', account: { user: EVAN.user }, place: { kind: 'direct', channel: CHAT.id } })),
    );
  });

  it('is not greeted in a chat of several, nor by a bot’s coming, and a greeting that fails costs Teams nothing', async () => {
    added.splice(0);
    const { post, sender, logged } = await open({
      adapter: { added: (opened: Opened) => adapter.added(opened).then(() => Promise.reject(new Error('words'))) },
    });
    for (const activity of [
      sender.installed({ person: EVAN, chat: CHANNEL, action: 'add' }),
      sender.installed({ person: { user: null, name: 'Nobody' }, chat: CHAT, action: 'add' }),
      sender.installed({ person: EVAN, chat: CHAT, action: 'add' }),
    ])
      expect((await post(activity)).status).toBe(200);
    expect(added).toHaveLength(1);
    await until(() => logged.some((line) => line.includes('teams.not-greeted')));
    expect(logged.join()).not.toContain('words');
  });
});
