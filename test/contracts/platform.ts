/** What the core relies on, of every platform: run on each adapter between itself and its stand-in, over real http. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Changed, Platform } from '../../src/core/ports.ts';
import type { Address, Button, Card, Form, MessageRef, Press, Submit } from '../../src/core/types.ts';
import { askingContract } from './asking.ts';
import { homeContract } from './home.ts';

/** The platform, and a view of what people see there. */
export interface PlatformStage {
  readonly platform: Platform;
  /** A private chat that is known, and the same person before it is. */
  readonly known: Address;
  readonly unknown: Address;
  /** A channel that `known` is in. */
  readonly channel: string;
  /** Everything that this person would read at this message; null: there is no such message. */
  read(ref: MessageRef): string | null;
  /** How many messages of the bot stand in the private chat. */
  standing(): number;
  /** The lines of the bot's whispers that this person reads in the channel; where the platform has such lines, those for them alone. */
  whispered(): readonly string[];
  /** Somebody whom a text in the bot's messages notified by mention. */
  pinged(): readonly string[];
  /** The next call of this verb fails: told to wait so many seconds, without an answer though it was done or before it was, or for good. */
  failNext(
    verb: 'post' | 'update' | 'remove' | 'whisper',
    how: 'limited' | 'lost-after' | 'lost-before' | 'refused',
  ): void;
  /** Somebody presses what opens a form, and the core asks this; after what they send, `then`. */
  ask(form: Form, then?: Form): Promise<AskedForm>;
  /** What this person alone reads in the channel, and a way to make the next one fail; absent: the platform has no such thing. */
  readonly asides?: {
    read(): readonly string[];
    fail(how: 'lost-after' | 'refused'): void;
  };
  /** The page of the bot's own, as the person of `known` has it before them; absent: the platform has none. */
  readonly home?: {
    /** Everything that stands there. */
    read(): string;
    /** They press there; what the core got of it. */
    press(button: Button): Promise<Press | null>;
  };
  close(): Promise<void>;
}

/** A form that stands open before somebody. */
export interface AskedForm {
  readonly asked: Changed;
  /** Everything that this person would read in the view now; null: none is open. */
  read(): string | null;
  /** They fill in what is named, by the form's own names, and send it; what the core got of it. Null: it got nothing. */
  send(values: Readonly<Record<string, readonly string[]>>): Promise<Submit | null>;
}

const card = (text: string, o: Partial<Card> = {}): Card => ({ text, note: null, buttons: [], fallback: null, ...o });

export const platformContract = (name: string, make: () => Promise<PlatformStage>): void => {
  describe(`${name}, as a platform`, () => {
    let stage: PlatformStage;
    beforeEach(async () => {
      stage = await make();
    });
    afterEach(() => stage.close());

    const posted = async (o: { readonly key?: string; readonly text?: string } = {}): Promise<MessageRef> => {
      const outcome = await stage.platform.post({
        to: stage.known,
        card: card(o.text ?? 'Hello'),
        key: o.key ?? 'key-1',
      });
      if (!outcome.ok) throw new Error(`not posted: ${outcome.code}`);
      return outcome.ref;
    };

    it('posts into a private chat it knows, and says where', async () => {
      const ref = await posted({ text: 'Twelve days' });
      expect(ref).toMatchObject({
        platform: stage.platform.name,
        tenant: stage.known.tenant,
        channel: stage.known.channel,
      });
      expect(stage.read(ref)).toContain('Twelve days');
    });

    it('posts to a person whose private chat it does not know', async () => {
      const outcome = await stage.platform.post({ to: stage.unknown, card: card('Hello'), key: 'key-1' });
      expect(outcome).toMatchObject({ ok: true, ref: { channel: stage.known.channel } });
    });

    it('shows text, small print and every button', async () => {
      const buttons = ['One', 'Two', 'Three'].map((label) => ({
        action: 'sotto.ask',
        label,
        value: `sealed-${label}`,
      }));
      const to = stage.known;
      const outcome = await stage.platform.post({
        to,
        card: card('Which?', { note: 'Leaves soon', buttons }),
        key: 'k',
      });
      const shown = outcome.ok ? (stage.read(outcome.ref) ?? '') : '';
      for (const part of ['Which?', 'Leaves soon', 'One', 'Two', 'Three', 'sealed-Three'])
        expect(shown).toContain(part);
    });

    it('shows a heading, above the words and beside them where there is only one line', async () => {
      const outcome = await stage.platform.post({
        to: stage.known,
        card: card('Twelve days', { title: 'Your leave' }),
        key: 'k',
      });
      const shown = outcome.ok ? (stage.read(outcome.ref) ?? '') : '';
      expect(shown).toContain('Your leave');
      expect(shown.indexOf('Your leave')).toBeLessThan(shown.lastIndexOf('Twelve days'));
    });

    it('pings nobody, whatever the words are', async () => {
      await posted({ text: 'Hi <!channel> <@U0EVAN0000> @here <https://example.com|x> & <at>all</at>' });
      await stage.platform.whisper({ to: stage.known, channel: stage.channel, thread: null, text: 'psst <!here>' });
      expect(stage.pinged()).toEqual([]);
    });

    it('takes a text of any length and any characters', async () => {
      for (const text of [
        'x'.repeat(20_000),
        '🙂'.repeat(10_000),
        '<&>'.repeat(4_000),
        'a\ud800b',
        ' \n ',
        '*_~`> # |',
      ]) {
        const outcome = await stage.platform.post({
          to: stage.known,
          card: card(text, { fallback: 'Here' }),
          key: text.slice(0, 5),
        });
        expect({ text: text.slice(0, 10), ok: outcome.ok }).toEqual({ text: text.slice(0, 10), ok: true });
      }
    });

    it('changes a message in place', async () => {
      const ref = await posted({ text: 'One moment' });
      expect(await stage.platform.update({ ref, card: card('Your pay: 1') })).toEqual({ ok: true });
      expect(stage.read(ref)).toContain('Your pay: 1');
      expect(stage.read(ref)).not.toContain('One moment');
      expect(stage.standing()).toBe(1);
    });

    it('removes a message, and says "gone" when it is removed again or changed', async () => {
      const ref = await posted();
      expect(await stage.platform.remove({ ref })).toEqual({ ok: true });
      expect(stage.read(ref)).toBeNull();
      expect(await stage.platform.remove({ ref })).toMatchObject({ ok: false, fault: 'gone' });
      expect(await stage.platform.update({ ref, card: card('late') })).toMatchObject({ ok: false, fault: 'gone' });
    });

    it('never says that a post failed when it may have happened', async () => {
      stage.failNext('post', 'lost-after');
      expect(await stage.platform.post({ to: stage.known, card: card('x'), key: 'k' })).toMatchObject({
        fault: 'lost',
      });
      stage.failNext('post', 'lost-before');
      expect(await stage.platform.post({ to: stage.known, card: card('x'), key: 'k' })).toMatchObject({
        fault: 'lost',
      });
      expect(stage.standing()).toBe(1);
    });

    it('finds a post whose answer was lost by its key, where it says that it looks up', async () => {
      const { platform, known } = stage;
      stage.failNext('post', 'lost-after');
      await platform.post({ to: known, card: card('x'), key: 'key-lost' });
      const found = platform.looksUp(known) ? await platform.find({ to: known, key: 'key-lost' }) : null;
      const none = platform.looksUp(known) ? await platform.find({ to: known, key: 'key-never' }) : null;
      expect(found?.ok ?? true).toBe(true);
      expect(none === null || (!none.ok && none.fault === 'gone')).toBe(true);
      expect(platform.looksUp(stage.unknown)).toBe(false);
    });

    it('waits as long as the platform says', async () => {
      const ref = await posted();
      stage.failNext('post', 'limited');
      stage.failNext('update', 'limited');
      stage.failNext('remove', 'limited');
      const outcomes = [
        await stage.platform.post({ to: stage.known, card: card('x'), key: 'k' }),
        await stage.platform.update({ ref, card: card('x') }),
        await stage.platform.remove({ ref }),
      ];
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ ok: false, fault: 'later' });
        expect('afterMs' in outcome && outcome.afterMs).toBeGreaterThanOrEqual(1_000);
      }
    });

    it('may repeat a change or a removal whose answer was lost', async () => {
      const ref = await posted();
      stage.failNext('update', 'lost-after');
      expect(await stage.platform.update({ ref, card: card('new') })).toMatchObject({ fault: 'later' });
      expect(await stage.platform.update({ ref, card: card('new') })).toEqual({ ok: true });
      stage.failNext('remove', 'lost-after');
      expect(await stage.platform.remove({ ref })).toMatchObject({ fault: 'later' });
      expect(await stage.platform.remove({ ref })).toMatchObject({ fault: 'gone' });
    });

    it('tells what lasts from what passes', async () => {
      const ref = await posted();
      stage.failNext('post', 'refused');
      stage.failNext('update', 'refused');
      stage.failNext('remove', 'refused');
      expect(await stage.platform.post({ to: stage.known, card: card('x'), key: 'k' })).toMatchObject({
        fault: 'never',
      });
      expect(await stage.platform.update({ ref, card: card('x') })).toMatchObject({ fault: 'never' });
      expect(await stage.platform.remove({ ref })).toMatchObject({ fault: 'never' });
    });

    it('whispers a line into the channel, and a whisper that fails harms nobody', async () => {
      const { platform, known, channel } = stage;
      await platform.whisper({ to: known, channel, thread: null, text: 'I answered in private.' });
      expect(stage.whispered()).toEqual(['I answered in private.']);
      stage.failNext('whisper', 'refused');
      await expect(platform.whisper({ to: known, channel, thread: null, text: 'again' })).resolves.toBeUndefined();
    });

    it('shows a card to the asker alone, says where that may have failed, and makes none twice, if it can at all', async () => {
      const { platform, known, channel, asides } = stage;
      const say = (text: string) => platform.aside?.({ to: known, channel, thread: null, card: card(text) });
      const shown = await say('Twelve days');
      asides?.fail('lost-after');
      const lost = await say('again');
      asides?.fail('refused');
      const refused = await say('never');
      const faults = [lost, refused].flatMap((outcome) => (outcome?.ok === false ? [outcome.fault] : []));
      expect([platform.aside === undefined, shown, faults, asides?.read()]).toEqual(
        asides === undefined
          ? [true, undefined, [], undefined]
          : [false, { ok: true, message: expect.any(String) }, ['lost', 'never'], ['Twelve days', 'again']],
      );
    });

    askingContract(() => stage);
    homeContract(() => stage);
  });
};
