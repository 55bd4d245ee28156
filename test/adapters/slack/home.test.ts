import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../../../playground/slack/types.ts';
import { checkHome } from '../../../playground/slack/view-rules.ts';
import { renderHome } from '../../../src/adapters/slack/home.ts';
import { createHomeMarks } from '../../../src/adapters/slack/home-mark.ts';
import { type Card, FORM_ACTION, type Home } from '../../../src/core/types.ts';
import { until } from '../../support/until.ts';
import { EVAN, FORM, formOf, openSlack, PARTNER, type SlackBench, sealerOf, TEAM, TOKEN, XENA } from './support.ts';

let bench: SlackBench | null = null;
const open = async (...o: Parameters<typeof openSlack>): Promise<SlackBench> => {
  bench = await openSlack(...o);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const DIRECT = 'D0EVAN0000';
const account = { platform: 'slack', tenant: TEAM, user: EVAN, external: false } as const;
const card = (text: string, over: Partial<Card> = {}): Card => ({
  text,
  note: null,
  buttons: [],
  fallback: null,
  ...over,
});
const ask = { action: 'sotto.ask', label: 'My leave', value: 'sealed leave' };
const restrict = { action: FORM_ACTION, label: 'New', value: 'sealed new' };
const home: Home = {
  sections: [
    card('What you can ask', { buttons: [ask, { ...ask, label: 'My pay' }] }),
    card('Restrictions <1>', { note: 'None', buttons: [restrict] }),
  ],
};
const shownTo = (stage: SlackBench, user = EVAN): string => JSON.stringify(stage.standIn.home(user)?.blocks ?? null);
/** Looks at the page and publishes it, as the core does. */
const openedPage = async (stage: SlackBench): Promise<void> => {
  expect(await stage.standIn.openHome({ user: EVAN })).toBe(200);
  await until(() => stage.homes.length > 0);
  await stage.slack.platform.showHome?.({ account, home: async () => home });
};

describe('somebody who opens the app', () => {
  it('is handed to the core with their private chat', async () => {
    const stage = await open();
    await stage.standIn.openHome({ user: EVAN });
    expect(stage.homes).toEqual([
      {
        kind: 'opened',
        id: expect.stringMatching(/^slack:T0SOTTO000:home:U0EVAN0000:\d+\.\d{6}$/),
        account,
        place: { kind: 'direct', channel: DIRECT, thread: null },
        conversation: `slack:${TEAM}:${DIRECT}`,
        at: expect.any(Number),
      },
    ]);
    expect(stage.accepted).toEqual([]);
  });

  it('is nobody to the core in another tab', async () => {
    const stage = await open();
    expect(await stage.standIn.openHome({ user: EVAN, tab: 'messages' })).toBe(200);
    expect(stage.homes).toEqual([]);
  });

  it('is answered at once, however long the page takes, and is made one page at a time', async () => {
    const made = Promise.withResolvers<void>();
    let times = 0;
    const opened = (): Promise<void> => {
      times += 1;
      return made.promise;
    };
    const stage = await open({ adapter: { opened } });
    for (let n = 0; n < 3; n++) expect(await stage.standIn.openHome({ user: EVAN })).toBe(200);
    expect(times).toBe(1);
    expect(await stage.standIn.openHome({ user: XENA })).toBe(200);
    expect(times).toBe(2);
    made.resolve();
    await stage.slack.stop();
    await stage.standIn.openHome({ user: EVAN });
    expect(times).toBe(3);
  });

  it('harms nobody where the core fails, without a word of why', async () => {
    const stage = await open({ adapter: { opened: async () => Promise.reject(new Error('my secret salary')) } });
    expect(await stage.standIn.openHome({ user: EVAN })).toBe(200);
    await until(() => stage.logged.some((line) => line.includes('slack.home-failed')));
    expect(stage.logged.join()).not.toContain('salary');
  });
});

describe('the bot’s own page', () => {
  it('shows each section’s words, small print and buttons, to that person alone', async () => {
    const stage = await open();
    await openedPage(stage);
    for (const part of ['What you can ask', 'My leave', 'My pay', 'Restrictions &lt;1&gt;', 'None', 'sealed new'])
      expect(shownTo(stage)).toContain(part);
    expect(shownTo(stage, XENA)).toBe('null');
  });

  it('is best effort: what Slack refuses is logged by its code, and called once', async () => {
    const stage = await open();
    for (const how of ['not_enabled', '500-before', 'hash_conflict', '429']) {
      stage.standIn.fail({ method: 'views.publish', how });
      await expect(stage.slack.platform.showHome?.({ account, home: async () => home })).resolves.toBeUndefined();
    }
    expect(stage.standIn.requests().filter(({ method }) => method === 'views.publish')).toHaveLength(4);
    expect(stage.logged.filter((line) => line.includes('slack.home-not-shown'))).toHaveLength(4);
    expect(shownTo(stage)).toBe('null');
  });

  it('always has room for what stands last, whatever it must leave out before', () => {
    const sections = Array.from({ length: 80 }, (_, at) => card(`Section ${at}`, { buttons: [ask] }));
    const last = [card('My privacy', { buttons: [restrict] })];
    const { blocks } = renderHome({ home: { sections, last }, mark: null });
    expect(blocks.length).toBeLessThanOrEqual(100);
    expect(JSON.stringify(blocks.slice(-2))).toContain('My privacy');
    expect(blocks.filter(({ type }) => type === 'divider').length).toBeGreaterThan(20);
    const long = Array.from({ length: 9 }, () => card('x'.repeat(100_000)));
    expect(JSON.stringify(renderHome({ home: { sections: long, last }, mark: null }))).toContain('My privacy');
    expect(renderHome({ home: { sections: [], last }, mark: null }).blocks[0]).toMatchObject({ type: 'section' });
  });

  it('leaves whole sections out where Slack would take no more, and a button whose value it would not', () => {
    const sections = Array.from({ length: 80 }, (_, at) => card(`Section ${at}`, { buttons: [ask] }));
    const { blocks } = renderHome({ home: { sections }, mark: null });
    expect(blocks.length).toBeLessThanOrEqual(100);
    expect(blocks.at(-1)).toMatchObject({ type: 'actions' });
    const long = { ...ask, value: 'x'.repeat(2_001) };
    const shown = JSON.stringify(
      renderHome({ home: { sections: [card('x', { buttons: [long, restrict] })] }, mark: null }),
    );
    expect(shown).not.toContain('xxx');
    expect(shown).toContain('sealed new');
  });

  it('keeps every rule of a page, whatever stands on it', () => {
    const words = fc.string({ unit: 'binary', maxLength: 7_000 });
    const button = fc.record({
      action: fc.constantFrom('sotto.ask', FORM_ACTION),
      label: words.filter((label) => label !== ''),
      value: words,
    });
    const section = fc.record({
      text: words,
      note: fc.option(words),
      buttons: fc.array(button, { maxLength: 30 }),
      fallback: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.array(section, { maxLength: 20 }), (sections) => {
        const page = JSON.stringify(renderHome({ home: { sections }, mark: 'D0EVAN0000.x' }));
        expect(checkHome(page, () => 'id')).toMatchObject({ ok: true });
      }),
      { numRuns: 50 },
    );
  });
});

describe('a page that another process shows meanwhile', () => {
  /** As another process would, with the same token. */
  const otherShows = async (stage: SlackBench, words: string): Promise<void> => {
    const view = JSON.stringify({
      type: 'home',
      blocks: [{ type: 'section', text: { type: 'plain_text', text: words } }],
    });
    const called = await fetch(`${stage.unsafeApiUrl}views.publish`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ user_id: EVAN, view }),
    });
    expect(await called.json()).toMatchObject({ ok: true });
  };
  const published = (stage: SlackBench): number =>
    stage.standIn.requests().filter(({ method }) => method === 'views.publish').length;

  it('is not undone by an older one: ours is made once more, of what holds by then', async () => {
    const stage = await open();
    await openedPage(stage);
    let made = 0;
    await stage.slack.platform.showHome?.({
      account,
      home: async () => {
        made += 1;
        if (made === 1) await otherShows(stage, 'newer than the first');
        return { sections: [card(`made ${made}`)] };
      },
    });
    expect([made, published(stage)]).toEqual([2, 4]);
    expect(shownTo(stage)).toContain('made 2');
    expect(stage.logged.join()).not.toContain('slack.home-not-shown');
  });

  it('is known from the event of its being opened, so that nothing is made twice in vain', async () => {
    const stage = await open();
    await openedPage(stage);
    await otherShows(stage, 'elsewhere');
    await stage.standIn.openHome({ user: EVAN });
    await until(() => stage.homes.length > 1);
    let made = 0;
    await stage.slack.platform.showHome?.({
      account,
      home: async () => {
        made += 1;
        return home;
      },
    });
    expect(made).toBe(1);
  });

  it('waits its turn in this process: of many at once the first and the latest are made', async () => {
    const stage = await open();
    const made: number[] = [];
    const show = async (n: number): Promise<void> => {
      await stage.slack.platform.showHome?.({
        account,
        home: async () => {
          made.push(n);
          return { sections: [card(`page ${n}`)] };
        },
      });
    };
    await Promise.all(Array.from({ length: 9 }, (_, n) => show(n)));
    expect(made).toEqual([0, 8]);
    expect(shownTo(stage)).toContain('page 8');
    await show(9);
    expect(shownTo(stage)).toContain('page 9');
  });

  it('is told of whoever asked for it where it could not be made, and the next one is made all the same', async () => {
    const stage = await open();
    const failing = stage.slack.platform.showHome?.({ account, home: () => Promise.reject(new Error('no page')) });
    const next = stage.slack.platform.showHome?.({ account, home: async () => home });
    await expect(failing).rejects.toThrow('no page');
    await next;
    expect(shownTo(stage)).toContain('What you can ask');
  });
});

describe('a press on the page', () => {
  const press = (stage: SlackBench, button: typeof ask) =>
    stage.standIn.pressHome({ user: EVAN, actionId: button.action, value: button.value });

  it('comes as a press in the person’s private chat, without a message', async () => {
    const stage = await open();
    await openedPage(stage);
    expect(await press(stage, ask)).toBe(200);
    expect(stage.accepted).toMatchObject([
      {
        kind: 'press',
        action: 'sotto.ask',
        value: 'sealed leave',
        account,
        place: { kind: 'direct', channel: DIRECT, thread: null },
        conversation: `slack:${TEAM}:${DIRECT}`,
        respondTo: null,
        message: null,
      },
    ]);
  });

  it('opens a form as a press on a message does', async () => {
    const stage = await open();
    await openedPage(stage);
    expect(await press(stage, restrict)).toBe(200);
    expect(stage.opened).toMatchObject([{ press: { action: FORM_ACTION, message: null, place: { channel: DIRECT } } }]);
    expect(stage.standIn.views({ user: EVAN })).toHaveLength(1);
  });

  it.each(['expired_trigger_id', 'exchanged_trigger_id', '500-before'])(
    'shows Slack’s own warning where no form could be opened (%s), for there is nowhere else to say it',
    async (how) => {
      const stage = await open();
      await openedPage(stage);
      stage.standIn.fail({ method: 'views.open', how });
      expect(await press(stage, restrict)).toBe(503);
      expect(stage.opened).toEqual([]);
      expect(stage.standIn.history({ user: EVAN })).toEqual([]);
    },
  );

  it('belongs to the person alone where their chat is not known, and Slack finds it where something is posted', async () => {
    const stage = await open();
    await stage.slack.platform.showHome?.({ account, home: async () => home });
    await press(stage, ask);
    const [found] = stage.accepted;
    expect(found).toMatchObject({ place: { kind: 'direct', channel: EVAN }, conversation: `slack:${TEAM}:${EVAN}` });
    const to = { tenant: TEAM, user: EVAN, channel: found?.place.channel ?? null };
    expect(await stage.slack.platform.post({ to, card: card('Here.'), key: 'k' })).toMatchObject({
      ref: { channel: DIRECT },
    });
  });

  it('R15 is answered in nobody else’s chat, whatever the page carries', async () => {
    const stage = await open();
    const marks = createHomeMarks({ sealer: sealerOf(1) });
    const theirs = marks.make({ tenant: TEAM, user: XENA, channel: 'D0XENA0000' });
    const elsewhere = marks.make({ tenant: PARTNER, user: EVAN, channel: DIRECT });
    const strange = marks.make({ tenant: TEAM, user: EVAN, channel: 'C0GENERAL0' });
    for (const mark of ['D0XENA0000', theirs, elsewhere, strange, '', 7, undefined]) {
      const payload: Json = {
        type: 'block_actions',
        user: { id: EVAN, team_id: TEAM },
        api_app_id: 'A0SOTTO000',
        team: { id: TEAM },
        container: { type: 'view', view_id: 'V0HOME0000' },
        view: { id: 'V0HOME0000', type: 'home', private_metadata: mark },
        actions: [{ action_id: 'sotto.ask', type: 'button', value: 'v', action_ts: '1771442490.000100' }],
      };
      await stage.standIn.deliverRaw({ body: formOf(payload), contentType: FORM });
    }
    expect(stage.accepted).toHaveLength(7);
    expect(new Set(stage.accepted.map(({ place }) => place.channel))).toEqual(new Set([EVAN]));
  });

  it('says nothing where it stands in a modal, which has no buttons of ours', async () => {
    const stage = await open();
    const payload: Json = {
      type: 'block_actions',
      user: { id: EVAN, team_id: TEAM },
      api_app_id: 'A0SOTTO000',
      team: { id: TEAM },
      container: { type: 'view', view_id: 'V0MODAL000' },
      view: { id: 'V0MODAL000', type: 'modal' },
      actions: [{ action_id: 'sotto.ask', type: 'button', value: 'v', action_ts: '1771442490.000100' }],
    };
    expect((await stage.standIn.deliverRaw({ body: formOf(payload), contentType: FORM })).status).toBe(200);
    expect(stage.accepted).toEqual([]);
    expect(stage.rejected).toEqual(['interaction-unknown']);
  });
});

describe('the mark of a page', () => {
  const whose = { tenant: TEAM, user: EVAN };
  const marks = createHomeMarks({ sealer: sealerOf(1) });
  const mark = marks.make({ ...whose, channel: DIRECT });

  it('names the chat to the person whom it was made for, while the data key is accepted', () => {
    expect(createHomeMarks({ sealer: sealerOf(2, 1) }).channelOf(mark, whose)).toBe(DIRECT);
    expect(createHomeMarks({ sealer: sealerOf(2) }).channelOf(mark, whose)).toBeNull();
    expect(marks.channelOf(mark, { ...whose, user: XENA })).toBeNull();
    expect(marks.channelOf(mark, { ...whose, tenant: PARTNER })).toBeNull();
    expect(marks.channelOf(`${mark}x`, whose)).toBeNull();
    expect(marks.channelOf(null, whose)).toBeNull();
  });

  it('does not show the chat to whoever reads the page', () => {
    expect(mark).not.toContain(DIRECT);
  });
});
