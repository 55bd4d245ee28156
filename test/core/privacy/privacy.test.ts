import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { renderHome } from '../../../src/adapters/slack/home.ts';
import { plainCard } from '../../../src/core/answer.ts';
import { createFirstUse } from '../../../src/core/first-use.ts';
import { showHome } from '../../../src/core/home.ts';
import { createOrdering } from '../../../src/core/orders/ordering.ts';
import type { Platform } from '../../../src/core/ports.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import { NOTHING_STANDS } from '../../../src/core/standing.ts';
import {
  type Button,
  type Card,
  FORM_ACTION,
  type Home,
  MORE_ACTION,
  type Opened,
  type Press,
  type Submit,
} from '../../../src/core/types.ts';
import { createWork, type Work } from '../../../src/core/work.ts';
import type { World } from '../../../src/core/world.ts';
import { until } from '../../support/until.ts';
import { EVAN, GUS, HOLD } from '../../support/world.ts';
import { accountOf, openPeople, type People } from '../orders/people.ts';

const MINUTE = 60_000;

let p: People;
let world: World;
let work: Work;
let pages: Home[];
beforeEach(async () => {
  p = await openPeople();
  p.t.script.decide = () => HOLD;
  pages = [];
  const slack = p.t.world.platforms.get('slack');
  if (slack === undefined) throw new Error('There is no Slack in the test world.');
  const showing: Platform = { ...slack, showHome: async ({ home }) => void pages.push(await home()) };
  world = { ...p.world, platforms: new Map([['slack', showing]]) };
  work = createWork(world);
});
afterEach(async () => {
  await work.stop({ graceMs: 0 });
  await p.close();
});

const openedBy = (who: 'evan' | 'mona'): Opened => ({
  kind: 'opened',
  id: `home:${who}`,
  account: accountOf(who),
  place: { kind: 'direct', channel: `D-${who}`, thread: null },
  conversation: `slack:T1:D-${who}`,
  at: p.clock.now(),
});
const page = async (who: 'evan' | 'mona' = 'evan'): Promise<readonly Card[]> => {
  await showHome(world, openedBy(who));
  const home = pages.at(-1);
  return [...(home?.sections ?? []), ...(home?.last ?? [])];
};
const buttonOf = (cards: readonly Card[], label: string | RegExp): Button => {
  const found = cards.flatMap(({ buttons }) => buttons).find((each) => each.label.match(label) !== null);
  if (found === undefined) throw new Error(`There is no button ${label}.`);
  return found;
};
let presses = 0;
const pressOf = ({ action, value }: Button, who: 'evan' | 'mona' = 'evan'): Press => {
  presses += 1;
  const { kind: _kind, id: _id, ...at } = openedBy(who);
  return { ...at, kind: 'press', id: `press:${presses}`, action, value, respondTo: null, message: null };
};
/** Answered at once, as on a message. */
const said = async (button: Button, who: 'evan' | 'mona' = 'evan'): Promise<string> => {
  let text = '';
  await work.more(pressOf(button, who), async (card) => {
    text = card.text;
  });
  return text;
};
/** The clock moves on while it waits. */
const ticking = async <T>(doing: Promise<T>): Promise<T> => {
  let over = false;
  const done = (): void => {
    over = true;
  };
  void doing.then(done, done);
  await until(async () => {
    if (!over && p.clock.sleeping() > 0) await p.clock.advance(1);
    return over;
  });
  return doing;
};
const inView = async (button: Button, who: 'evan' | 'mona' = 'evan') => {
  await ticking(work.open(pressOf(button, who), p.t.openView()));
  return p.t.views.at(-1);
};
const send = async (state: string, who: 'evan' | 'mona' = 'evan') => {
  const { kind: _kind, id: _id, ...at } = openedBy(who);
  presses += 1;
  const submit: Submit = { ...at, kind: 'submit', id: `submit:${presses}`, state, values: {} };
  await ticking(work.submit(submit, p.t.openView()));
  return p.t.views.at(-1);
};
const pending = async () => (await world.store.expiries.scan({ cursor: null, limit: 500 })).removals;
const live = async () => (await pending()).filter(({ then }) => then === 'remove');
const kinds = () => p.t.entries.map(({ kind }) => kind);

describe('the page of somebody who has answers', () => {
  it('lists theirs, with when they were asked for and when they leave, and no word of what they are about', async () => {
    await p.ask('evan');
    await p.ask('mona');
    const words = (await page()).flatMap(({ title, text }) => [title ?? '', text]);
    expect(words.filter((text) => text.startsWith('An answer'))).toEqual([
      'An answer that you asked for at 17:13. It leaves at 17:15, in 2 minutes.',
    ]);
    const first = words.slice(0, words.indexOf('What you can ask me')).join('\n');
    for (const told of ['leave.', 'Topic', 'title of', '12', 'days']) expect(first).not.toContain(told);
  });

  it('says nothing of answers where there are none', async () => {
    expect((await page())[0]?.title).toBe('What you can ask me');
  });

  it('ends with what is kept, as it stands: the talk, the sign-in, what leaves', async () => {
    await p.ask('evan');
    const now = p.clock.now();
    await world.store.grants.give({ person: 'evan', at: now, until: now + MINUTE });
    await world.store.marks.begin({ owners: world.sealer.fingerprints('evan'), now, until: now + 1 });
    const last = (await page()).at(-1);
    expect(last?.title).toBe('My privacy');
    for (const part of [
      '24 hours',
      'until 15 November 2023, 17:13',
      'sign-in of 17:13',
      '1 answer leaves',
      'how I work (17:13)',
      '30 days',
      '90 days',
      'stay',
    ])
      expect(last?.text).toContain(part);
    expect((await page('mona')).at(-1)?.text).toContain('Of this talk I remember nothing');
    expect((await page('mona')).at(-1)?.text).toContain('No strong sign-in');
  });

  it('speaks of times where the person is, in their language', async () => {
    p.t.script.find = async () => ({ ok: true, person: { ...EVAN, locale: 'de', country: 'DE' } });
    await p.ask('evan');
    const words = (await page()).map(({ text }) => text).join('\n');
    expect(words).toContain('um 23:13 gebeten hast. Sie verschwindet um 23:15, in 2 Minuten.');
    expect(words).toContain('Was ich über dich habe');
  });

  it('gives guests what is theirs, and tells them of nothing that could be asked', async () => {
    p.t.script.find = async () => ({ ok: true, person: GUS });
    p.t.script.decide = () =>
      ({ ...HOLD, effect: 'refuse', why: 'forbidden', helps: null, words: {}, contact: {}, rights: {} }) as never;
    const words = (await page()).map(({ text }) => text).join('\n');
    expect(words).toContain('There is nothing here that I may answer for you.');
    expect(words).toContain('What I hold about you');
    expect(words).not.toMatch(/leave\.|salary|Topic/);
  });

  it('tells whoever the directory does not vouch for nothing at all', async () => {
    p.t.script.find = async () => ({ ok: false, why: 'external' });
    expect((await page()).map(({ buttons }) => buttons)).toEqual([[]]);
    expect((await page())[0]?.text).toContain('This is restricted here');
  });

  it('says that it does not know where there is too much to look through, and shows the rest', async () => {
    world = { ...world, live: { of: () => Promise.reject(new Error('away')) } };
    const cards = await page();
    expect(cards[0]?.text).toContain('I cannot look at them just now');
    expect(cards.at(-1)?.title).toBe('My privacy');
  });

  it('is within what Slack takes, whole, with a hundred answers and sixty-six things to ask', async () => {
    p.t.script.decide = () =>
      ({ ...HOLD, obligations: { show: 'hold-reveal', expiresSeconds: 86_400, moreTime: 2, redact: [] } }) as never;
    for (const [at, locale] of (['en', 'de'] as const).entries()) {
      p.t.script.find = async () => ({ ok: true, person: { ...EVAN, locale } });
      for (let n = 0; n < 50; n++) {
        await p.ask('evan');
        // Nobody asks too much.
        await p.clock.advance(20_000);
      }
      await page();
      const { sections = [], last = [] } = pages.at(-1) ?? {};
      const asked = Array.from({ length: 6 }, (_, topic) => ({
        ...plainCard(
          Array.from({ length: 11 }, (_, n) => `• ${topic}.${n} ${'what people ask '.repeat(4)}`).join('\n'),
        ),
        title: `Topic ${topic}`,
      }));
      const view = renderHome({ home: { sections: [...sections, ...asked], last }, mark: 'x'.repeat(200) });
      expect(view.blocks.length).toBeLessThanOrEqual(100);
      expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(250_000);
      for (const block of view.blocks)
        if ('text' in block && block.text !== undefined) expect(JSON.stringify(block.text).length).toBeLessThan(3_300);
      const shown = JSON.stringify(view);
      const { privacy } = repliesIn(locale);
      expect(shown.split(privacy.takeBack({ asked: null })).length - 1).toBeGreaterThanOrEqual(8);
      for (const part of [
        privacy.liveMore({ count: at * 50 + 42 }),
        privacy.heading,
        privacy.buttons.forget,
        '• 5.10 ',
      ])
        expect(shown).toContain(part);
    }
  }, 60_000);

  it('has room for what matters though somebody has very many answers', async () => {
    for (let n = 0; n < 12; n++) await p.ask('evan');
    const cards = await page();
    expect(cards.filter(({ text }) => text.startsWith('An answer'))).toHaveLength(8);
    expect(cards.map(({ text }) => text)).toContain('… and 4 more.');
  });
});

describe('an answer taken back before its time', () => {
  it('leaves at once, on record, and leaves nothing in its place', async () => {
    p.t.script.decide = () =>
      ({ ...HOLD, obligations: { show: 'hold-reveal', expiresSeconds: 300, moreTime: 1, redact: [] } }) as never;
    await p.ask('evan');
    await p.ask('mona');
    p.t.entries.length = 0;
    const button = buttonOf(await page(), 'Take it back now');
    expect(button.action).toBe(MORE_ACTION);
    expect(await said(button)).toContain('It is being taken back');
    expect(kinds()).toEqual(['decision']);
    expect(p.t.entries[0]).toMatchObject({ verdict: 'answer', reasons: ['privacy', 'take-back'], intent: null });
    const now = p.clock.now();
    const due = (await pending()).filter(({ removeAt }) => removeAt <= now);
    expect(due).toMatchObject([{ then: 'remove', again: null }]);
    expect((await pending()).filter(({ removeAt }) => removeAt > now)).toHaveLength(1);
  });

  it('is told on the page, which is made anew', async () => {
    await p.ask('evan');
    const button = buttonOf(await page(), 'Take it back now');
    await said(button);
    await until(() => pages.length === 2);
    expect(pages[1]?.sections[0]?.text).toContain('It is being taken back');
    expect(pages[1]?.sections.map(({ text }) => text).join()).toContain('it is about to leave');
  });

  it('is nobody else’s to take back', async () => {
    await p.ask('evan');
    const button = buttonOf(await page(), 'Take it back now');
    expect(await said(button, 'mona')).toContain('made for somebody else');
    expect(await said({ ...button, value: `${button.value.slice(0, -2)}xx` })).toContain('made for somebody else');
    expect((await live()).every(({ removeAt }) => removeAt > p.clock.now())).toBe(true);
  });

  it('stays where a legal hold keeps it, and that is said without saying whose or which', async () => {
    await p.ask('evan');
    const button = buttonOf(await page(), 'Take it back now');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'hold-1');
    await p.refresh();
    const text = await said(button);
    expect(text).toContain('the law obliges your company to keep it');
    expect(text).not.toContain('hold-1');
    expect((await live()).every(({ removeAt }) => removeAt > p.clock.now())).toBe(true);
    expect(JSON.stringify(await page())).not.toContain('hold-1');
  });

  it('is not put on record anew once it has left', async () => {
    await p.ask('evan');
    const button = buttonOf(await page(), 'Take it back now');
    for (const { ref } of await pending()) {
      const due = await world.store.expiries.claim({ now: p.clock.now() + 10 * MINUTE, leaseMs: 1, limit: 9 });
      await world.store.expiries.ack({ removals: due });
      expect(ref).toBeDefined();
    }
    await said(button);
    expect(await pending()).toEqual([]);
  });

  it('goes on while nobody is answered, and does nothing where it cannot be recorded', async () => {
    await p.ask('evan');
    const button = buttonOf(await page(), 'Take it back now');
    p.t.script.auditFails = () => true;
    expect(await said(button)).toContain('Something went wrong');
    expect((await live()).every(({ removeAt }) => removeAt > p.clock.now())).toBe(true);
    p.t.script.auditFails = () => false;
    p.t.script.standing = { ...NOTHING_STANDS, paused: { by: 'x', at: 1 } as never };
    expect(await said(button)).toContain('It is being taken back');
  });

  it('only looks again where nothing else is asked', async () => {
    await p.ask('evan');
    expect(await said(buttonOf(await page(), 'Look again'))).toBe('This is how it is now.');
    expect((await live()).every(({ removeAt }) => removeAt > p.clock.now())).toBe(true);
  });
});

describe('more time, from the page', () => {
  beforeEach(() => {
    p.t.script.decide = () =>
      ({ ...HOLD, obligations: { show: 'hold-reveal', expiresSeconds: 300, moreTime: 2, redact: [] } }) as never;
  });

  it('moves the end on as the answer’s own button does, as often as may be, and then is not offered', async () => {
    await p.ask('evan');
    const first = (await live())[0]?.removeAt ?? 0;
    const own = buttonOf(
      p.t.messages.map(({ card }) => card),
      'More time',
    );
    expect(await said(buttonOf(await page(), 'More time'))).toContain('You have more time');
    await p.clock.advance(2_000);
    expect((await live())[0]?.removeAt).toBe(first + 300_000);
    expect(await said(own)).toContain('You have more time');
    await p.clock.advance(2_000);
    expect((await live())[0]?.removeAt).toBe(first + 600_000);
    const cards = await page();
    expect(() => buttonOf(cards, 'More time')).toThrow();
    expect(await said(own)).toContain('no more time');
  });

  it('is authorised afresh', async () => {
    await p.ask('evan');
    const button = buttonOf(await page(), 'More time');
    p.t.script.decide = () => ({
      effect: 'refuse',
      why: 'forbidden',
      rules: ['r'],
      helps: null,
      words: {},
      contact: {},
      rights: {},
    });
    expect(await said(button)).not.toContain('You have more time');
    expect(await said(button, 'mona')).toContain('made for somebody else');
  });
});

describe('what somebody asks of what is kept of them', () => {
  const ask = async (text: string): Promise<Card | undefined> => {
    const before = p.t.messages.length;
    await p.ask('evan', { text });
    return p.t.messages.slice(before).at(-1)?.card;
  };

  it('is answered with the card and its buttons, whatever the rules are, is on record, and leaves in an hour', async () => {
    p.t.script.decide = () => ({
      effect: 'refuse',
      why: 'forbidden',
      rules: ['r'],
      helps: null,
      words: {},
      contact: {},
      rights: {},
    });
    const card = await ask('what do you hold about me?');
    expect(card?.title).toBe('My privacy');
    expect(card?.buttons.map(({ label, action }) => [label, action])).toEqual([
      ['Show me all of it', FORM_ACTION],
      ['Forget me …', FORM_ACTION],
    ]);
    expect(p.t.calls.filter((call) => call === 'recognise' || call.startsWith('decide'))).toEqual([]);
    expect(p.t.entries.at(-2)).toMatchObject({ kind: 'decision', reasons: ['privacy', 'asked'], intent: null });
    expect(await live()).toMatchObject([{ removeAt: p.clock.now() + 60 * MINUTE, about: null }]);
  });

  it('has a line and a button for each answer that still stands', async () => {
    await p.ask('evan');
    const card = await ask('my data');
    expect(card?.text).toContain('An answer that you asked for at 17:13');
    expect(await said(buttonOf([card as Card], /^Take back: 17:13/))).toContain('It is being taken back');
  });

  it('is a question like any other of whom the directory does not know', async () => {
    p.t.script.find = async () => ({ ok: false, why: 'unknown' });
    expect((await ask('my data'))?.text).toContain('I do not know your account');
  });
});

describe('all that is kept of somebody', () => {
  const window = async (who: 'evan' | 'mona' = 'evan') => inView(buttonOf(await page(who), 'Show me all of it'), who);

  it('is shown in a window alone, whose end is on record before, and on record as an export is', async () => {
    await p.ask('evan');
    await p.queue('evan', { text: 'my waiting words' });
    await p.queue('mona', { text: 'words of mona' });
    p.t.entries.length = 0;
    p.t.calls.length = 0;
    const view = await window();
    const shown = `${view?.card?.text}\n${view?.card?.note}`;
    for (const part of [
      '“my waiting words”',
      'an answer, asked for at 17:13',
      'title of leave.balance, answered',
      'Not in it',
      'I empty this window',
    ])
      expect(shown).toContain(part);
    expect(shown).not.toContain('words of mona');
    const by = world.sealer.fingerprint('evan');
    expect(p.t.entries).toMatchObject([
      { kind: 'decision', reasons: ['privacy', 'everything'] },
      { kind: 'deed', what: 'export', on: 'person', target: by, by },
      { kind: 'disclosure', channel: 'view', message: view?.ref.id, removeAt: p.clock.now() + 10 * MINUTE },
    ]);
    expect(p.t.calls.indexOf('schedule')).toBeLessThan(p.t.calls.findIndex((call) => call.startsWith('reveal')));
    expect(
      (await live()).some(({ ref, removeAt }) => ref.id === view?.ref.id && removeAt <= p.clock.now() + 10 * MINUTE),
    ).toBe(true);
    expect(JSON.stringify(p.t.messages)).not.toContain('my waiting words');
  });

  it('says nothing of a legal hold, also where it keeps a talk longer', async () => {
    await p.ask('evan');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'hold-1');
    await p.refresh();
    const before = (await p.transcripts())[0]?.until ?? 0;
    expect(before).toBeGreaterThan(p.clock.now() + 365 * 24 * 60 * MINUTE);
    const shown = JSON.stringify(await window());
    for (const told of ['hold-1', 'legal', 'law obliges']) expect(shown).not.toContain(told);
    expect(shown).not.toContain('2033');
    expect(shown).toContain('shredded on 15 November 2023');
  });

  it('comes in parts where it is long, and every line of it comes once', async () => {
    for (let n = 0; n < 40; n++) await p.queue('evan', { text: `waiting ${n}. ${'x'.repeat(400)}` });
    let view = await window();
    let all = '';
    for (let part = 1; part <= 9 && view?.form !== null; part++) {
      all += view?.form?.text ?? '';
      expect((view?.form?.text.length ?? 0) < 12_000).toBe(true);
      view = await send(view?.form?.state ?? '');
    }
    all += view?.card?.text ?? '';
    for (let n = 0; n < 40; n++) expect(all.split(`waiting ${n}. `)).toHaveLength(2);
    expect(all).toContain('Part 2 of');
  });

  it('shows nothing of what a talk remembers of whoever had the account before', async () => {
    await p.ask('evan');
    const before = await window();
    expect(before?.card?.text).toContain('title of leave.balance, answered');
    p.t.script.find = async () => ({ ok: true, person: { ...EVAN, id: 'erwin' } });
    const after = await window();
    expect(after?.card?.text).toContain('All that I hold');
    for (const told of ['title of leave.balance', 'an answer, asked for'])
      expect(after?.card?.text).not.toContain(told);
  });

  it('says when of another day with its date, and long times in hours', async () => {
    p.t.script.decide = () =>
      ({ ...HOLD, obligations: { show: 'hold-reveal', expiresSeconds: 3 * 86_400, moreTime: 0, redact: [] } }) as never;
    await p.ask('evan');
    const words = (await page()).map(({ text }) => text).join('\n');
    expect(words).toContain('at 17:13. It leaves on 17 November 2023, 17:13, in 3 days.');
    expect((await window())?.card?.text).toContain('asked for at 17:13: leaves on 17 November 2023, 17:13');
    p.t.script.find = async () => ({ ok: true, person: { ...EVAN, locale: 'de', country: 'DE' } });
    expect((await page()).map(({ text }) => text).join('\n')).toContain(
      'um 23:13 gebeten hast. Sie verschwindet am 17. November 2023, 23:13, in 3 Tagen.',
    );
  });

  it('says that it must be closed where the window cannot be emptied', async () => {
    const view = p.t.openView({ blankable: false });
    await ticking(work.open(pressOf(buttonOf(await page(), 'Show me all of it')), view));
    expect(p.t.views.at(-1)?.card?.note).toContain('I cannot close this window');
    expect(await live()).toEqual([]);
  });

  it('is nobody else’s, and is looked through a few times in ten minutes', async () => {
    const button = buttonOf(await page(), 'Show me all of it');
    expect((await inView(button, 'mona'))?.card?.text).toContain('made for somebody else');
    for (let n = 0; n < 10; n++) expect((await inView(button))?.card?.text).toContain('All that I hold');
    expect((await inView(button))?.card?.text).toContain('a few times already');
  });
});

describe('to be forgotten on one’s own word', () => {
  /** Orders are done while the clock moves on. */
  const carriedOut = async (
    o: World = world,
    over = async () => (await world.store.orders.all({ now: p.clock.now() })).some(({ state }) => state === 'done'),
  ): Promise<void> => {
    const ordering = createOrdering(o);
    ordering.start();
    await until(async () => {
      if (p.clock.sleeping() > 0) await p.clock.advance(1_000);
      return (await over()) && pages.length > 0;
    });
    const stopped = ordering.stop({ graceMs: 1 });
    await p.clock.advance(1_000);
    await stopped;
  };
  const formOf = async (who: 'evan' | 'mona' = 'evan') =>
    (await inView(buttonOf(await page(who), 'Forget me'), who))?.form;

  it('is asked in a form that says what is lost and what stays, and nothing happens before it is sent', async () => {
    await p.ask('evan');
    const form = await formOf();
    for (const part of ['cannot be undone', 'seven days', 'your own messages', 'receipt', 'law obliges'])
      expect(form?.text.toLowerCase()).toContain(part.toLowerCase());
    expect(form?.submit).toBe('Forget me');
    expect(await world.store.orders.all({ now: p.clock.now() })).toEqual([]);
    expect(await p.transcripts()).toHaveLength(1);
  });

  it('is done to its end, told by a receipt with a number that the audit log has, and shown on the page', async () => {
    await p.ask('evan');
    await p.ask('mona');
    await p.queue('evan');
    await world.store.marks.begin({
      owners: world.sealer.fingerprints('evan'),
      now: p.clock.now(),
      until: p.clock.now() + 1,
    });
    const form = await formOf();
    expect((await send(form?.state ?? ''))?.card?.text).toContain('I am forgetting you now');
    pages.length = 0;
    await carriedOut();
    const receipt = p.t.messages.map(({ card }) => card.text).find((text) => text.startsWith('Receipt'));
    const entry = p.t.entries.find((each) => each.kind === 'receipt');
    const by = world.sealer.fingerprint('evan');
    expect(entry).toMatchObject({
      target: by,
      by,
      removed: 1,
      questions: 1,
      transcripts: 1,
      marks: 1,
      held: 0,
      left: 0,
    });
    expect(receipt).toContain(`Receipt ${entry?.kind === 'receipt' ? entry.order : ''}`);
    for (const part of [
      'Removed through Slack: 1 message',
      'Shredded here: 1 question',
      'Still held: Nothing of mine',
      'Never mine to remove',
    ])
      expect(receipt).toContain(part);
    expect(await p.transcripts()).toMatchObject([{ conversation: 'slack:T1:D-mona' }]);
    expect(await world.store.marks.find({ owners: world.sealer.fingerprints('evan') })).toBeNull();
    expect(p.t.entries.filter((each) => each.kind === 'order')).toMatchObject([
      { change: 'placed', by, what: 'forget' },
      { change: 'confirmed', by },
      { change: 'begun', by },
      { change: 'done', by },
    ]);
    const again = buttonOf(pages.at(-1)?.last ?? [], 'My receipt');
    expect((await inView(again))?.card?.text).toBe(receipt);
  });

  it('leaves what a legal hold keeps, and the receipt says that it stays and why, not which hold', async () => {
    await p.ask('evan');
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'hold-1');
    await p.refresh();
    await send((await formOf())?.state ?? '');
    pages.length = 0;
    await carriedOut();
    const receipt = p.t.messages.map(({ card }) => card.text).find((text) => text.startsWith('Receipt'));
    expect(receipt).toContain('1 message, what one talk remembers');
    expect(receipt).toContain('the law obliges your company to keep that for now');
    expect(receipt).not.toContain('hold-1');
    expect(p.t.entries.find((each) => each.kind === 'receipt')).toMatchObject({ removed: 0, held: 2 });
    expect(await p.transcripts()).toHaveLength(1);
  });

  it('cannot be sent for somebody else, twice at once, or once its time is over', async () => {
    const state = (await formOf())?.state ?? '';
    expect((await send(state, 'mona'))?.card?.text).not.toContain('forgetting you now');
    await send(state);
    expect((await send(state))?.card?.text).toContain('under way already');
    expect(await world.store.orders.all({ now: p.clock.now() })).toHaveLength(1);
    await p.clock.advance(61 * MINUTE);
    expect((await send(state))?.card?.text).toContain('expired');
  });

  it('leaves operators their places, however many ask at once', async () => {
    const many = Array.from({ length: 40 }, (_, n) => ({ ...EVAN, id: `p${n}` }));
    let busy = 0;
    for (const person of many) {
      p.t.script.find = async () => ({ ok: true, person });
      const state = (await formOf())?.state ?? '';
      if ((await send(state))?.card?.text.includes('cannot do that just now') === true) busy += 1;
      await p.clock.advance(5_000);
    }
    expect(busy).toBe(8);
    const kept = await world.store.orders.all({ now: p.clock.now() });
    expect(kept).toHaveLength(32);
  });

  it('leaves others theirs, however often one person asks for it', async () => {
    const own: string[] = [];
    const allDone = async (): Promise<boolean> =>
      (await world.store.orders.all({ now: p.clock.now() })).every(({ state }) => state === 'done');
    for (let n = 0; n < 5; n++) {
      own.push((await send((await formOf())?.state ?? ''))?.card?.text ?? '');
      pages.length = 0;
      if (!(await allDone())) await carriedOut(world, allDone);
    }
    expect(own.map((text) => text.includes('I am forgetting you now'))).toEqual([true, true, true, false, false]);
    expect((await send((await formOf('mona'))?.state ?? '', 'mona'))?.card?.text).toContain('I am forgetting you now');
  });

  it('takes with it that their account was told how it works before anybody knew whose it is', async () => {
    const { account, place } = openedBy('evan');
    const firstUse = createFirstUse({ ...world, metrics: { count: () => undefined } });
    await firstUse.tell({ account, place, found: { ok: false, why: 'unknown' } });
    const told = p.t.messages.filter(({ card }) => card.text.includes('a machine'));
    expect(told).toHaveLength(1);
    const window = await inView(buttonOf(await page(), 'Show me all of it'));
    expect(window?.card?.text).toContain('Told once how I work: 17:13.');
    await send((await formOf())?.state ?? '');
    pages.length = 0;
    await carriedOut();
    expect(p.t.entries.find((each) => each.kind === 'receipt')).toMatchObject({ marks: 1 });
    const again = createFirstUse({ ...world, metrics: { count: () => undefined } });
    await again.tell({ account, place, found: { ok: false, why: 'unknown' } });
    expect(p.t.messages.filter(({ card }) => card.text.includes('a machine'))).toHaveLength(2);
  });

  it('is not begun where it cannot be recorded', async () => {
    const state = (await formOf())?.state ?? '';
    p.t.script.auditFails = ({ kind }) => kind === 'order';
    await expect(send(state)).rejects.toThrow();
    expect(await world.store.orders.all({ now: p.clock.now() })).toEqual([]);
  });

  it('is done by another process where the first dies, and told once', async () => {
    await p.ask('evan');
    await send((await formOf())?.state ?? '');
    const dying: World = {
      ...world,
      store: { ...world.store, grants: { ...world.store.grants, end: () => Promise.reject(new Error('killed')) } },
    };
    const first = createOrdering(dying);
    first.start();
    await until(async () => {
      if (p.clock.sleeping() > 0) await p.clock.advance(1_000);
      return p.t.entries.some((each) => each.kind === 'order' && each.change === 'begun');
    });
    const stopped = first.stop({ graceMs: 1 });
    await p.clock.advance(1_000);
    await stopped;
    pages.length = 0;
    await carriedOut();
    expect(p.t.messages.filter(({ card }) => card.text.startsWith('Receipt'))).toHaveLength(1);
  });
});
