import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { renderHome } from '../../../src/adapters/slack/home.ts';
import { plainCard } from '../../../src/core/answer.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import { lastSignIn } from '../../../src/core/sign-in/grants.ts';
import { NOTHING_STANDS } from '../../../src/core/standing.ts';
import { counted } from '../../../src/core/steps.ts';
import { PERSON_PER_MINUTE } from '../../../src/core/throttle.ts';
import { MORE_ACTION } from '../../../src/core/types.ts';
import { haveSignedIn } from '../../support/signing-in.ts';
import { until } from '../../support/until.ts';
import { EVAN, GUS, HOLD } from '../../support/world.ts';
import { type AtHome, buttonOf, openAtHome } from './at-home.ts';

const MINUTE = 60_000;

let s: AtHome;
beforeEach(async () => {
  s = await openAtHome();
});
afterEach(() => s.end());

describe('the page of somebody who has answers', () => {
  it('lists theirs, with when they were asked for and when they leave, and no word of what they are about', async () => {
    await s.p.ask('evan');
    await s.p.ask('mona');
    const words = (await s.page()).flatMap(({ title, text }) => [title ?? '', text]);
    expect(words.filter((text) => text.startsWith('An answer'))).toEqual([
      'An answer that you asked for at 17:13. It leaves at 17:15, in 2 minutes.',
    ]);
    const first = words.slice(0, words.indexOf('What you can ask me')).join('\n');
    for (const told of ['leave.', 'Topic', 'title of', '12', 'days']) expect(first).not.toContain(told);
  });

  it('says nothing of answers where there are none', async () => {
    expect((await s.page())[0]?.title).toBe('What you can ask me');
  });

  it('ends with what is kept, as it stands: the talk, the sign-in, what leaves', async () => {
    await s.p.ask('evan');
    const now = s.p.clock.now();
    await haveSignedIn(s.world, { person: 'evan', at: now, until: now + MINUTE });
    await s.world.store.marks.begin({ owners: s.world.sealer.fingerprints('evan'), now, until: now + 1 });
    const last = (await s.page()).at(-1);
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
    expect((await s.page('mona')).at(-1)?.text).toContain('Of this talk I remember nothing');
    expect((await s.page('mona')).at(-1)?.text).toContain('No strong sign-in');
  });

  it('speaks of times where the person is, in their language', async () => {
    s.p.t.script.find = async () => ({ ok: true, person: { ...EVAN, locale: 'de', country: 'DE' } });
    await s.p.ask('evan');
    const words = (await s.page()).map(({ text }) => text).join('\n');
    expect(words).toContain('um 23:13 gebeten hast. Sie verschwindet um 23:15, in 2 Minuten.');
    expect(words).toContain('Was ich über dich habe');
  });

  it('gives guests what is theirs, and tells them of nothing that could be asked', async () => {
    s.p.t.script.find = async () => ({ ok: true, person: GUS });
    s.p.t.script.decide = () =>
      ({ ...HOLD, effect: 'refuse', why: 'forbidden', helps: null, words: {}, contact: {}, rights: {} }) as never;
    const words = (await s.page()).map(({ text }) => text).join('\n');
    expect(words).toContain('There is nothing here that I may answer for you.');
    expect(words).toContain('What I hold about you');
    expect(words).not.toMatch(/leave\.|salary|Topic/);
  });

  it('tells whoever the directory does not vouch for nothing at all', async () => {
    s.p.t.script.find = async () => ({ ok: false, why: 'external' });
    expect((await s.page()).map(({ buttons }) => buttons)).toEqual([[]]);
    expect((await s.page())[0]?.text).toContain('This is restricted here');
  });

  it('says that it does not know where there is too much to look through, and shows the rest', async () => {
    Object.assign(s.world, { live: { of: () => Promise.reject(new Error('away')) } });
    const cards = await s.page();
    expect(cards[0]?.text).toContain('I cannot look at them just now');
    expect(cards.at(-1)?.title).toBe('My privacy');
  });

  it('is within what Slack takes, whole, with a hundred answers and sixty-six things to ask', async () => {
    s.p.t.script.decide = () =>
      ({ ...HOLD, obligations: { show: 'hold-reveal', expiresSeconds: 86_400, moreTime: 2, redact: [] } }) as never;
    for (const [at, locale] of (['en', 'de'] as const).entries()) {
      s.p.t.script.find = async () => ({ ok: true, person: { ...EVAN, locale } });
      for (let n = 0; n < 50; n++) {
        await s.p.ask('evan');
        // Nobody asks too much.
        await s.p.clock.advance(20_000);
      }
      await s.page();
      const { sections = [], last = [] } = s.pages.at(-1) ?? {};
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
    for (let n = 0; n < 12; n++) await s.p.ask('evan');
    const cards = await s.page();
    expect(cards.filter(({ text }) => text.startsWith('An answer'))).toHaveLength(8);
    expect(cards.map(({ text }) => text)).toContain('… and 4 more.');
  });
});

describe('an answer taken back before its time', () => {
  it('leaves at once, on record, and leaves nothing in its place', async () => {
    s.p.t.script.decide = () =>
      ({ ...HOLD, obligations: { show: 'hold-reveal', expiresSeconds: 300, moreTime: 1, redact: [] } }) as never;
    await s.p.ask('evan');
    await s.p.ask('mona');
    s.p.t.entries.length = 0;
    const button = buttonOf(await s.page(), 'Take it back now');
    expect(button.action).toBe(MORE_ACTION);
    expect(await s.said(button)).toContain('It is being taken back');
    // The page that it was pressed on comes first.
    expect(s.kinds()).toEqual(['decision', 'disclosure', 'decision']);
    expect(s.p.t.entries[2]).toMatchObject({ verdict: 'answer', reasons: ['privacy', 'take-back'], intent: null });
    const now = s.p.clock.now();
    const due = (await s.pending()).filter(({ removeAt }) => removeAt <= now);
    expect(due).toMatchObject([{ then: 'remove', again: null }]);
    expect((await s.pending()).filter(({ removeAt }) => removeAt > now)).toHaveLength(1);
  });

  it('is told on the page, which is made anew', async () => {
    await s.p.ask('evan');
    const button = buttonOf(await s.page(), 'Take it back now');
    await s.said(button);
    await until(() => s.pages.length === 2);
    expect(s.pages[1]?.sections[0]?.text).toContain('It is being taken back');
    expect(s.pages[1]?.sections.map(({ text }) => text).join()).toContain('it is about to leave');
  });

  it('is nobody else’s to take back', async () => {
    await s.p.ask('evan');
    const button = buttonOf(await s.page(), 'Take it back now');
    expect(await s.said(button, 'mona')).toContain('made for somebody else');
    expect(await s.said({ ...button, value: `${button.value.slice(0, -2)}xx` })).toContain('made for somebody else');
    expect((await s.live()).every(({ removeAt }) => removeAt > s.p.clock.now())).toBe(true);
  });

  it('stays where a legal hold keeps it, and that is said without saying whose or which', async () => {
    await s.p.ask('evan');
    const button = buttonOf(await s.page(), 'Take it back now');
    await s.p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'hold-1');
    await s.p.refresh();
    const text = await s.said(button);
    expect(text).toContain('the law obliges your company to keep it');
    expect(text).not.toContain('hold-1');
    expect((await s.live()).every(({ removeAt }) => removeAt > s.p.clock.now())).toBe(true);
    expect(JSON.stringify(await s.page())).not.toContain('hold-1');
  });

  it('is not put on record anew once it has left', async () => {
    await s.p.ask('evan');
    const button = buttonOf(await s.page(), 'Take it back now');
    for (const { ref } of await s.pending()) {
      const due = await s.world.store.expiries.claim({ now: s.p.clock.now() + 10 * MINUTE, leaseMs: 1, limit: 9 });
      await s.world.store.expiries.ack({ removals: due });
      expect(ref).toBeDefined();
    }
    await s.said(button);
    expect(await s.pending()).toEqual([]);
  });

  it('goes on while nobody is answered, and does nothing where it cannot be recorded', async () => {
    await s.p.ask('evan');
    const button = buttonOf(await s.page(), 'Take it back now');
    s.p.t.script.auditFails = () => true;
    expect(await s.said(button)).toContain('Something went wrong');
    expect((await s.live()).every(({ removeAt }) => removeAt > s.p.clock.now())).toBe(true);
    s.p.t.script.auditFails = () => false;
    s.p.t.script.standing = { ...NOTHING_STANDS, paused: { by: 'x', at: 1 } as never };
    expect(await s.said(button)).toContain('It is being taken back');
  });

  it('only looks again where nothing else is asked', async () => {
    await s.p.ask('evan');
    expect(await s.said(buttonOf(await s.page(), 'Look again'))).toBe('This is how it is now.');
    expect((await s.live()).every(({ removeAt }) => removeAt > s.p.clock.now())).toBe(true);
  });
});

describe('more time, from the page', () => {
  beforeEach(() => {
    s.p.t.script.decide = () =>
      ({ ...HOLD, obligations: { show: 'hold-reveal', expiresSeconds: 300, moreTime: 2, redact: [] } }) as never;
  });

  it('moves the end on as the answer’s own button does, as often as may be, and then is not offered', async () => {
    await s.p.ask('evan');
    const first = (await s.live())[0]?.removeAt ?? 0;
    const own = buttonOf(
      s.p.t.messages.map(({ card }) => card),
      'More time',
    );
    expect(await s.said(buttonOf(await s.page(), 'More time'))).toContain('You have more time');
    await s.p.clock.advance(2_000);
    expect((await s.live())[0]?.removeAt).toBe(first + 300_000);
    expect(await s.said(own)).toContain('You have more time');
    await s.p.clock.advance(2_000);
    expect((await s.live())[0]?.removeAt).toBe(first + 600_000);
    const cards = await s.page();
    expect(() => buttonOf(cards, 'More time')).toThrow();
    expect(await s.said(own)).toContain('no more time');
  });

  it('is authorised afresh', async () => {
    await s.p.ask('evan');
    const button = buttonOf(await s.page(), 'More time');
    s.p.t.script.decide = () => ({
      effect: 'refuse',
      why: 'forbidden',
      rules: ['r'],
      helps: null,
      words: {},
      contact: {},
      rights: {},
    });
    expect(await s.said(button)).not.toContain('You have more time');
    expect(await s.said(button, 'mona')).toContain('made for somebody else');
  });
});

describe('signing out on the page', () => {
  it('ends what counts, however much is asked in their name', async () => {
    const now = s.p.clock.now();
    await haveSignedIn(s.world, { person: 'evan', at: now, until: now + MINUTE });
    const button = buttonOf(await s.page(), repliesIn('en').signedIn.signOut);
    const { account } = s.pressOf(button);
    for (let n = 0; n < PERSON_PER_MINUTE; n++) await counted(s.world, { account });
    expect(await s.said(button)).toContain('You have signed out');
    expect(await lastSignIn(s.world, { person: 'evan', now })).toBeNull();
  });
});
