import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OpenedView, Platform } from '../../src/core/ports.ts';
import { en } from '../../src/core/replies/en.ts';
import { type Card, FORM_ACTION, type Home, MORE_ACTION, type Press } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { until } from '../support/until.ts';
import { createTestWorld, PERMIT, question, type TestWorld } from '../support/world.ts';

describe('a press on the bot’s own page that stands in a view', () => {
  let t: TestWorld;
  let world: World;
  let work: Work;
  let pages: Home[];
  let revealed: Card[];
  beforeEach(() => {
    t = createTestWorld();
    t.script.decide = () => PERMIT;
    const platform = t.world.platforms.get('slack');
    if (platform === undefined) throw new Error('There is no platform in the test world.');
    const inViews: Platform = { ...platform, pageInView: true };
    world = { ...t.world, platforms: new Map([['slack', inViews]]) };
    work = createWork(world);
    pages = [];
    revealed = [];
  });
  afterEach(async () => {
    await work.stop({ graceMs: 1_000 });
    await t.close();
  });

  const view = (): OpenedView => ({
    ref: null,
    ask: async () => ({ ok: true }),
    reveal: async (card) => {
      revealed.push(card);
      return { ok: true };
    },
    page: async (home) => {
      pages.push(home);
      return { ok: true };
    },
  });
  const pressOf = (over: Partial<Press>): Press => {
    const { text: _text, ...arrived } = question();
    return { ...arrived, kind: 'press', action: '', value: '', respondTo: null, message: null, ...over };
  };
  const pressed = async (button: { readonly action: string; readonly value: string }): Promise<void> => {
    const { action, value } = button;
    await work.onPage(pressOf({ action, value, id: `press-${Math.random()}` }), view());
  };
  /** The page as somebody opens it from their own card. */
  const opened = async (): Promise<void> => {
    await work.accept(question({ text: 'my data' }));
    await until(() => (t.messages[0]?.card.buttons.length ?? 0) > 0);
    const button = t.messages[0]?.card.buttons[0];
    expect(button?.label).toBe(en.home.open);
    await work.open(pressOf({ action: FORM_ACTION, value: button?.value ?? '', id: 'open' }), view());
  };
  const said = (): string | undefined => pages.at(-1)?.sections[0]?.text;

  it('opens with what one may ask on one section, and what is kept at its end', async () => {
    await opened();
    expect(pages[0]?.sections.map(({ title }) => title)).toContain(en.home.canAsk);
    expect(pages[0]?.sections.at(-1)?.text).toContain('• Topic leave: title of leave.balance · title of leave.policy');
    expect(pages[0]?.last?.map(({ title }) => title)).toEqual([en.privacy.heading]);
    expect(revealed).toEqual([]);
  });

  it('makes the page anew, with what came of the press above all else and no button beside that', async () => {
    await pressed({ action: MORE_ACTION, value: 'forged' });
    expect(said()).toBe(en.buttonNotYours);
    expect(pages[0]?.sections[0]?.buttons).toEqual([]);
    expect(pages[0]?.last?.map(({ title }) => title)).toEqual([en.privacy.heading]);
  });

  it('opens what it asks for in the same view', async () => {
    await opened();
    const forget = pages[0]?.last?.[0]?.buttons.find(({ label }) => label === en.privacy.buttons.everything);
    await pressed({ action: FORM_ACTION, value: forget?.value ?? '' });
    expect(revealed.at(-1)?.text ?? '').toContain('All that I hold about you');
  });

  it('says that a message comes, where that is how it is answered, and that it has to be pressed again where it was not taken', async () => {
    await pressed({ action: 'sotto.restricting', value: 'x' });
    expect(said()).toBe(en.home.comes);
    const away = { ...t.store.inbox, accept: () => Promise.reject(new Error('away')) };
    work = createWork({ ...world, store: { ...t.store, inbox: away } });
    await pressed({ action: 'sotto.restricting', value: 'x' });
    expect(said()).toBe(en.tryAgain);
  });

  it('says what came of it though the page itself cannot be made', async () => {
    let looks = 0;
    const counters = {
      ...t.store.counters,
      add: (o: Parameters<typeof t.store.counters.add>[0]) => {
        looks += 1;
        return looks > 2 ? Promise.reject(new Error('away')) : t.store.counters.add(o);
      },
    };
    work = createWork({ ...world, store: { ...t.store, counters } });
    await pressed({ action: MORE_ACTION, value: 'forged' });
    expect(revealed.map(({ text }) => text)).toEqual([en.buttonNotYours]);
    expect(pages).toEqual([]);
  });

  it('is not answered before there is anybody to answer', async () => {
    work.holdBack();
    await pressed({ action: MORE_ACTION, value: 'forged' });
    expect(revealed.map(({ text }) => text)).toEqual([en.tryAgain]);
  });
});
