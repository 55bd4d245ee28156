/** A system that takes a write from the person themselves alone, with a token that their sign-in gives: what was sent waits for it, and is written once. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseInbound } from '../../../src/core/inbound.ts';
import { PARK_MS } from '../../../src/core/parked.ts';
import { inboundContext } from '../../../src/core/sealing.ts';
import { signedIn } from '../../../src/core/signed-in.ts';
import type { Card, Form, Press } from '../../../src/core/types.ts';
import type { HrStage } from '../../support/hr-stage.ts';
import { until } from '../../support/until.ts';
import { PERMIT, REFUSE } from '../../support/world.ts';
import { BOOK, type WritingBackend } from '../../support/writing-backend.ts';
import { createWritingStage } from '../../support/writing-stage.ts';

const OPEN = 'Open the form';
const WORDS = 'Skiing with nobody.';

describe('a write that needs a token of whoever sends it', () => {
  let stage: HrStage;
  let system: WritingBackend;
  let token: boolean;
  beforeEach(() => {
    ({ stage, system } = createWritingStage());
    token = false;
    const { write } = system;
    stage.t.script.write = async (o) => {
      if (!token) system.next.unshift('sign-in');
      return write(o);
    };
  });
  afterEach(() => stage.close());

  const census = () => stage.t.store.inbox.census({ now: stage.t.world.clock.now() });
  const idle = (): Promise<void> =>
    until(async () => {
      const { parked: _, ...others } = await census();
      return Object.values(others).every((count) => count === 0);
    });
  const shown = (): number => stage.t.entries.filter(({ kind }) => kind === 'disclosure').length;
  const last = (): Card => stage.chat('evan').at(-1)?.card as Card;
  const send = async (form: Form | null, values = {}): Promise<Card> => {
    const before = shown();
    await stage.send('evan', form, values);
    await until(() => shown() > before);
    await idle();
    return last();
  };
  /** Sent, and it waits. */
  const waiting = async (words = WORDS): Promise<Form> => {
    await stage.say('evan', 'book me some leave');
    const { form } = await stage.open('evan', OPEN);
    if (form === null) throw new Error('no form');
    await send(form, { 'words-1': [words] });
    return form;
  };
  const signIn = async (): Promise<number> => {
    const at = stage.t.world.clock.now();
    const signed = await signedIn(stage.t.world, { person: 'evan', at, until: at + 900_000, by: 'test' });
    stage.work.start();
    return signed.ok ? signed.answered : -1;
  };
  const states = () => stage.t.entries.flatMap((entry) => (entry.kind === 'write' ? [entry.state] : []));
  const goesOn = async (): Promise<Card> => {
    const before = shown();
    expect(await signIn()).toBe(1);
    await until(() => shown() > before);
    await idle();
    return last();
  };

  it('waits, and is written by itself once they signed in, once, under the key that it had', async () => {
    await waiting();
    expect(last().text).toBe(
      'Book leave: I do this in your own name, and for that I need you to sign in. If you do within 10 minutes, I go on by myself; nothing was done so far.\nWhat you wrote is kept in the form below, should you want to send it yourself.',
    );
    expect(last().buttons.map(({ label }) => label)).toEqual([OPEN]);
    expect(await census()).toMatchObject({ parked: 1 });
    expect(system.effects).toEqual([]);
    token = true;
    expect((await goesOn()).text).toBe('Booked under N1.');
    expect(system.effects).toMatchObject([{ words: { note: WORDS } }]);
    expect(new Set(system.asked.map(({ key }) => key)).size).toBe(1);
    expect(system.asked.map(({ again }) => again)).toEqual([false, false]);
    expect(states()).toEqual(['begun', 'not-done', 'begun', 'done']);
    expect(await signIn()).toBe(0);
    expect(JSON.stringify(stage.t.entries)).not.toContain('Skiing');
  });

  it('is told as not done, and not begun again, where what it was has been forgotten meanwhile', async () => {
    await waiting();
    await stage.t.store.writes.forget({ owners: stage.t.world.sealer.fingerprints('evan') });
    token = true;
    expect((await goesOn()).text).toContain('nothing was done');
    expect(states()).toEqual(['begun', 'not-done', 'not-done']);
    expect(system.effects).toEqual([]);
  });

  it('is told as not done, and not begun again, to another press of the same form', async () => {
    let sent: Press | undefined;
    const { accept } = stage.t.world.store.inbox;
    Object.assign(stage.t.world.store.inbox, {
      accept: async (o: Parameters<typeof accept>[0]) => {
        const plain = stage.t.world.sealer.open(inboundContext(o as never), o.inbound);
        const inbound = plain === null ? null : parseInbound(plain);
        if (inbound?.kind === 'press') sent = inbound;
        return accept(o);
      },
    });
    await waiting();
    if (sent === undefined) throw new Error('nothing was sent');
    token = true;
    const before = shown();
    await stage.work.accept({ ...sent, id: 'another' });
    await until(() => shown() > before);
    expect(last().text).toContain('nothing was done');
    expect(states()).toEqual(['begun', 'not-done', 'not-done']);
    expect(system.effects).toEqual([]);
  });

  it('waits where a rule wants a fresh sign-in, too: the words are in the form, which ends it', async () => {
    await stage.say('evan', 'book me some leave');
    const { form } = await stage.open('evan', OPEN);
    stage.t.script.decide = ({ action }) =>
      action === BOOK ? ({ ...REFUSE, helps: 'sign-in' } as typeof REFUSE) : PERMIT;
    const card = await send(form, { 'words-1': [WORDS] });
    expect(await census()).toMatchObject({ parked: 1 });
    expect(card.buttons.map(({ label }) => label)).toContain(OPEN);
    expect(card.text).not.toContain('Skiing');
    stage.t.script.decide = () => PERMIT;
    token = true;
    expect((await stage.open('evan', OPEN)).form?.fields).toMatchObject([{ value: WORDS }]);
    expect((await goesOn()).text).toContain('so only the new one counts');
    expect(system.effects).toEqual([]);
  });

  it('is judged anew before it is written, and gives the words back where a rule refuses it by then', async () => {
    await waiting();
    token = true;
    stage.t.script.decide = () => REFUSE;
    const card = await goesOn();
    expect(card.text).toContain('restricted');
    expect(card.text).toContain(`for you to copy:\n${WORDS}`);
    expect(system.effects).toEqual([]);
  });

  it('is authorised anew by its data, too', async () => {
    await waiting();
    token = true;
    stage.t.script.decide = ({ action }) => (action === 'data:leave' ? REFUSE : PERMIT);
    expect((await goesOn()).text).toContain('restricted');
    expect(system.effects).toEqual([]);
  });

  it('waits once: where the sign-in gave none, it says so, and the form is there with what was written', async () => {
    await waiting();
    const card = await goesOn();
    expect(card.text).toContain('nothing was done. The system wants you to sign in first.');
    expect(card.buttons.map(({ label }) => label)).toEqual([OPEN]);
    expect(await census()).toMatchObject({ parked: 0 });
    token = true;
    const { form } = await stage.open('evan', OPEN);
    expect(form?.fields).toMatchObject([{ value: WORDS }]);
    expect((await send(form)).text).toBe('Booked under N1.');
    expect(system.effects).toHaveLength(1);
  });

  it('does not wait where nobody can sign in', async () => {
    Object.assign(stage.t.world, { signInOffered: false });
    await waiting();
    expect(last().text).toContain('nothing was done. The system wants you to sign in first.');
    expect(await census()).toMatchObject({ parked: 0 });
  });

  it('is not written any more once its form was opened again: of both only the new one counts', async () => {
    await waiting();
    const { form } = await stage.open('evan', OPEN);
    expect(form?.fields).toMatchObject([{ value: WORDS }]);
    token = true;
    expect((await goesOn()).text).toBe(
      'Book leave: nothing was done. You opened its form again, so only the new one counts.',
    );
    expect(system.effects).toEqual([]);
    expect((await send(form)).text).toBe('Booked under N1.');
    expect(system.effects).toHaveLength(1);
  });

  it('is not given again to be sent once it was written: whoever opens the form then is told so', async () => {
    await waiting();
    const old = last();
    token = true;
    await goesOn();
    const button = old.buttons[0];
    if (button === undefined) throw new Error('no button');
    stage.t.messages.push({ ...stage.t.messages.at(-1), card: old } as never);
    const { form, card } = await stage.open('evan', OPEN);
    expect(form).toBeNull();
    expect(card?.text).toContain('You sent this form before');
    expect(system.effects).toHaveLength(1);
  });

  it('lets whoever signed in too late send it again, with what they wrote', async () => {
    await waiting();
    const { clock } = stage.t.world;
    Object.assign(stage.t.world, { clock: { ...clock, now: () => clock.now() + PARK_MS + 1_000 } });
    stage.work.start();
    await until(async () => (await census()).parked === 0);
    await idle();
    token = true;
    const { form } = await stage.open('evan', OPEN);
    expect(form?.fields).toMatchObject([{ value: WORDS }]);
    expect((await send(form)).text).toBe('Booked under N1.');
    expect(system.effects).toHaveLength(1);
  });

  it('tells what does not fit into a button, for them to copy, while it waits', async () => {
    const { operation } = stage.t.script;
    stage.t.script.operation = (name) => {
      const { writes, ...of } = operation(name);
      if (writes === undefined) return of;
      return { ...of, writes: { ...writes, words: writes.words.map((asked) => ({ ...asked, most: 2_000 })) } };
    };
    const long = 'x'.repeat(1_900);
    await waiting(long);
    expect(last().text).toContain('I go on by myself');
    expect(last().text).toContain(`for you to copy:\n${long}`);
    expect(last().fallback).not.toContain('xxx');
    expect(await census()).toMatchObject({ parked: 1 });
    token = true;
    expect((await goesOn()).text).toBe('Booked under N1.');
  });

  it('takes back by itself, too, once they signed in', async () => {
    token = true;
    await waiting();
    token = false;
    const before = shown();
    await stage.press('evan', 'Take it back');
    await until(() => shown() > before);
    await idle();
    expect(last().text).toContain('I go on by myself');
    token = true;
    expect((await goesOn()).text).toBe('Book leave: taken back.');
    expect(system.effects.filter(({ undone }) => undone)).toHaveLength(1);
  });

  it('of several each is written: no other form is the same', async () => {
    await waiting('One.');
    await waiting('Two.');
    token = true;
    expect(await signIn()).toBe(2);
    await until(() => system.effects.length === 2);
    await idle();
    expect(system.effects.map(({ words }) => words)).toEqual([{ note: 'One.' }, { note: 'Two.' }]);
    expect(BOOK).toBe(system.effects[0]?.operation);
  });
});
