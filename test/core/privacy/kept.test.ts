import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Card, FORM_ACTION } from '../../../src/core/types.ts';
import { EVAN, HOLD } from '../../support/world.ts';
import { type AtHome, buttonOf, openAtHome } from './at-home.ts';

const MINUTE = 60_000;

let s: AtHome;
beforeEach(async () => {
  s = await openAtHome();
});
afterEach(() => s.end());

describe('what somebody asks of what is kept of them', () => {
  const ask = async (text: string): Promise<Card | undefined> => {
    const before = s.p.t.messages.length;
    await s.p.ask('evan', { text });
    return s.p.t.messages.slice(before).at(-1)?.card;
  };

  it('is answered with the card and its buttons, whatever the rules are, is on record, and leaves in an hour', async () => {
    s.p.t.script.decide = () => ({
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
    expect(s.p.t.calls.filter((call) => call === 'recognise' || call.startsWith('decide'))).toEqual([]);
    expect(s.p.t.entries.at(-2)).toMatchObject({ kind: 'decision', reasons: ['privacy', 'asked'], intent: null });
    expect(await s.live()).toMatchObject([{ removeAt: s.p.clock.now() + 60 * MINUTE, about: null }]);
  });

  it('has a line and a button for each answer that still stands', async () => {
    await s.p.ask('evan');
    const card = await ask('my data');
    expect(card?.text).toContain('An answer that you asked for at 17:13');
    expect(await s.said(buttonOf([card as Card], /^Take back: 17:13/))).toContain('It is being taken back');
  });

  it('says who looked, by their role, how much they took, and until when that line stands', async () => {
    const owner = s.world.sealer.fingerprint('evan');
    const at = s.p.clock.now();
    const put = (id: string, more: object) =>
      s.world.store.looks.put({ id, at, what: 'log', entries: 12, owner, now: at, ...more });
    expect((await ask('my data'))?.text).not.toContain('looked');
    await put('o1', {});
    await put('o2', { at: at - 1, what: 'export' });
    const text = (await ask('my data'))?.text ?? '';
    expect(text).toContain('Who looked at it:\n• What the log says of you was searched for, and 12 entries taken out');
    expect(text).toContain('on the order of two of the people who run me: 17:13');
    expect(text).toMatch(/This line stands until 13 November 2024/);
    expect(text).toContain('was handed out, with your entries of the log, on the order of two of the people');
    for (let n = 0; n < 9; n++) await put(`p${n}`, { at: at - 2, entries: null });
    const more = (await ask('my data'))?.text ?? '';
    expect(more).toContain('(the newest; 6 more)');
    expect(more).toContain('taken out (how much, I was not told)');
    expect(
      JSON.stringify(await s.inView(buttonOf(await s.page('evan'), 'Show me all of it'), 'evan')).split(
        ' was searched for',
      ),
    ).toHaveLength(11);
  });

  it('is a question like any other of whom the directory does not know', async () => {
    s.p.t.script.find = async () => ({ ok: false, why: 'unknown' });
    expect((await ask('my data'))?.text).toContain('I do not know your account');
  });
});

describe('all that is kept of somebody', () => {
  const window = async (who: 'evan' | 'mona' = 'evan') =>
    s.inView(buttonOf(await s.page(who), 'Show me all of it'), who);

  it('is shown in a window alone, whose end is on record before, and on record as an export is', async () => {
    await s.p.ask('evan');
    await s.p.queue('evan', { text: 'my waiting words' });
    await s.p.queue('mona', { text: 'words of mona' });
    s.p.t.entries.length = 0;
    s.p.t.calls.length = 0;
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
    const by = s.world.sealer.fingerprint('evan');
    expect(s.p.t.entries.slice(-3)).toMatchObject([
      { kind: 'decision', reasons: ['privacy', 'everything'] },
      { kind: 'deed', what: 'export', on: 'person', target: by, by },
      { kind: 'disclosure', channel: 'view', message: view?.ref.id, removeAt: s.p.clock.now() + 10 * MINUTE },
    ]);
    expect(s.p.t.calls.indexOf('schedule')).toBeLessThan(s.p.t.calls.findIndex((call) => call.startsWith('reveal')));
    expect(
      (await s.live()).some(
        ({ ref, removeAt }) => ref.id === view?.ref.id && removeAt <= s.p.clock.now() + 10 * MINUTE,
      ),
    ).toBe(true);
    expect(JSON.stringify(s.p.t.messages)).not.toContain('my waiting words');
  });

  it('says nothing of a legal hold, also where it keeps a talk longer', async () => {
    await s.p.ask('evan');
    await s.p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'hold-1');
    await s.p.refresh();
    const before = (await s.p.transcripts())[0]?.until ?? 0;
    expect(before).toBeGreaterThan(s.p.clock.now() + 365 * 24 * 60 * MINUTE);
    const shown = JSON.stringify(await window());
    for (const told of ['hold-1', 'legal', 'law obliges']) expect(shown).not.toContain(told);
    expect(shown).not.toContain('2033');
    expect(shown).toContain('shredded on 15 November 2023');
  });

  it('comes in parts where it is long, and every line of it comes once', async () => {
    for (let n = 0; n < 40; n++) await s.p.queue('evan', { text: `waiting ${n}. ${'x'.repeat(400)}` });
    let view = await window();
    let all = '';
    for (let part = 1; part <= 9 && view?.form !== null; part++) {
      all += view?.form?.text ?? '';
      expect((view?.form?.text.length ?? 0) < 12_000).toBe(true);
      view = await s.send(view?.form?.state ?? '');
    }
    all += view?.card?.text ?? '';
    for (let n = 0; n < 40; n++) expect(all.split(`waiting ${n}. `)).toHaveLength(2);
    expect(all).toContain('Part 2 of');
  });

  it('shows nothing of what a talk remembers of whoever had the account before', async () => {
    await s.p.ask('evan');
    const before = await window();
    expect(before?.card?.text).toContain('title of leave.balance, answered');
    s.p.t.script.find = async () => ({ ok: true, person: { ...EVAN, id: 'erwin' } });
    const after = await window();
    expect(after?.card?.text).toContain('All that I hold');
    for (const told of ['title of leave.balance', 'an answer, asked for'])
      expect(after?.card?.text).not.toContain(told);
  });

  it('says when of another day with its date, and long times in hours', async () => {
    s.p.t.script.decide = () =>
      ({ ...HOLD, obligations: { show: 'hold-reveal', expiresSeconds: 3 * 86_400, moreTime: 0, redact: [] } }) as never;
    await s.p.ask('evan');
    const words = (await s.page()).map(({ text }) => text).join('\n');
    expect(words).toContain('at 17:13. It leaves on 17 November 2023, 17:13, in 3 days.');
    expect((await window())?.card?.text).toContain('asked for at 17:13: leaves on 17 November 2023, 17:13');
    s.p.t.script.find = async () => ({ ok: true, person: { ...EVAN, locale: 'de', country: 'DE' } });
    expect((await s.page()).map(({ text }) => text).join('\n')).toContain(
      'um 23:13 gebeten hast. Sie verschwindet am 17. November 2023, 23:13, in 3 Tagen.',
    );
  });

  it('says that it must be closed where the window cannot be emptied', async () => {
    const view = s.p.t.openView({ blankable: false });
    await s.ticking(s.work.open(s.pressOf(buttonOf(await s.page(), 'Show me all of it')), view));
    expect(s.p.t.views.at(-1)?.card?.note).toContain('I cannot close this window');
    expect(await s.live()).toEqual([]);
  });

  it('is nobody else’s, and is looked through a few times in ten minutes', async () => {
    const button = buttonOf(await s.page(), 'Show me all of it');
    expect((await s.inView(button, 'mona'))?.card?.text).toContain('made for somebody else');
    for (let n = 0; n < 10; n++) expect((await s.inView(button))?.card?.text).toContain('All that I hold');
    expect((await s.inView(button))?.card?.text).toContain('a few times already');
  });
});
