/** How sign-ins end: by word, by button, by leaving; what is on record, and who hears of it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GrantEntry } from '../../../src/core/audit.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import { disown, disownMark } from '../../../src/core/sign-in/disown.ts';
import { endSignIns } from '../../../src/core/sign-in/ends.ts';
import { lastSignIn, voidSince } from '../../../src/core/sign-in/grants.ts';
import { findLink } from '../../../src/core/sign-in/kept.ts';
import { createSignInLeaving, endOfThoseWhoLeft, LOOK_EVERY_MS } from '../../../src/core/sign-in/leaving.ts';
import { makeLink } from '../../../src/core/sign-in/link.ts';
import { noteSignedIn } from '../../../src/core/sign-in/notice.ts';
import { endVerbOf } from '../../../src/core/sign-in/talk.ts';
import { signedIn } from '../../../src/core/signed-in.ts';
import type { Locale } from '../../../src/core/types.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createTestWorld, EVAN, MONA, type TestWorld } from '../../support/world.ts';

const MINUTE = 60_000;
const ACCOUNT = { platform: 'slack', tenant: 'T1', user: 'UEVAN', external: false } as const;

describe('a sign-in that counts', () => {
  let t: TestWorld;
  let clock: FakeClock;
  let world: TestWorld['world'];
  beforeEach(async () => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    t.script.accounts = async (id) => [{ platform: 'slack', tenant: 'T1', user: id === 'evan' ? 'UEVAN' : 'UMONA' }];
    t.script.find = async ({ user }) => ({ ok: true, person: user === 'UEVAN' ? EVAN : MONA });
    world = { ...t.world, securityContact: 'mona' };
    await give();
  });
  afterEach(() => t.close());

  const give = (at = clock.now()) =>
    signedIn(world, { person: 'evan', at, until: at + 15 * MINUTE, by: 'test', account: ACCOUNT, id: `of-${at}` });
  const counts = async (person = 'evan') => (await lastSignIn(world, { person, now: clock.now() })) !== null;
  const grants = (): readonly GrantEntry[] => t.entries.filter((entry): entry is GrantEntry => entry.kind === 'grant');
  const link = (owner: string, key: string) =>
    t.store.signIns.keep({ key, owner, value: 'sealed', now: clock.now(), until: clock.now() + 10 * MINUTE });
  const openLinks = async (keys: readonly string[]) =>
    (await Promise.all(keys.map((key) => t.store.signIns.read({ key, now: clock.now() })))).filter(
      (one) => one !== null,
    ).length;
  /** What goes on behind comes to its end. */
  const settled = async (): Promise<void> => {
    for (let n = 0; n < 20; n++) await clock.advance(10);
  };
  const told = (): readonly string[] => t.messages.map(({ ref, card }) => `${ref.channel}: ${card.text}`);

  it('is on record with a random id, when it was, until when it counts and what gave it, before it counts', async () => {
    const at = clock.now();
    expect(grants()).toEqual([
      {
        kind: 'grant',
        for: 'question',
        id: `of-${at}`,
        at,
        person: world.sealer.fingerprint('evan'),
        name: expect.any(String),
        change: 'given',
        by: 'test',
        signedInAt: at,
        until: at + 15 * MINUTE,
      },
    ]);
    t.script.auditFails = () => true;
    await expect(signedIn(world, { person: 'mona', at, until: at + MINUTE, by: 'test' })).rejects.toMatchObject({
      code: 'audit-unavailable',
    });
    expect(await counts('mona')).toBe(false);
  });

  it('ends with every open link of theirs, on record first, and nobody else’s', async () => {
    const owner = world.sealer.fingerprint('evan');
    await link(owner, 'k1');
    await link(owner, 'k2');
    await link('somebody', 'k3');
    t.script.auditFails = () => true;
    await expect(endSignIns(world, { person: 'evan', why: 'signed-out' })).rejects.toMatchObject({
      code: 'audit-unavailable',
    });
    expect(await openLinks(['k1', 'k2', 'k3'])).toBe(3);
    t.script.auditFails = () => false;
    await clock.advance(5);
    expect(await endSignIns(world, { person: 'evan', why: 'signed-out' })).toMatchObject({
      signIn: { id: grants()[0]?.id },
      links: 2,
    });
    expect(await openLinks(['k1', 'k2'])).toBe(0);
    expect(await openLinks(['k3'])).toBe(1);
    expect(await counts()).toBe(false);
    expect(grants().at(-1)).toMatchObject({ change: 'ended', by: 'signed-out', id: grants()[0]?.id, signedInAt: null });
  });

  it('that was ended is not given again by what was signed in to before, and that is no entry', async () => {
    const at = clock.now();
    await clock.advance(1_000);
    await endSignIns(world, { person: 'evan', why: 'not-me' });
    const before = grants().length;
    expect(await give(at)).toEqual({ ok: false, why: 'ended' });
    expect(grants()).toHaveLength(before);
    await clock.advance(1_000);
    expect(await give()).toMatchObject({ ok: true });
    expect(await counts()).toBe(true);
  });

  it('that was ended between our look and its keeping stands on record as ended', async () => {
    const at = clock.now() + 1;
    await clock.advance(2);
    let raced = false;
    const audit: TestWorld['world']['audit'] = {
      append: async (entry) => {
        const where = await world.audit.append(entry);
        if (!raced) {
          raced = true;
          await endSignIns(world, { person: 'evan', why: 'not-me' });
        }
        return where;
      },
    };
    const given = { person: 'evan', at, until: at + MINUTE, by: 'test', id: 'raced' } as const;
    expect(await signedIn({ ...world, audit }, given)).toEqual({ ok: false, why: 'ended' });
    expect(grants().filter(({ id }) => id === 'raced')).toMatchObject([
      { change: 'given' },
      { change: 'ended', by: 'ended-meanwhile' },
    ]);
    expect(await counts()).toBe(false);
  });

  it('is told to them once, in the chat that it was for, with a button by which they say that it was not them', async () => {
    const signIn = { id: 's1', at: clock.now(), until: clock.now() + 15 * MINUTE };
    for (let n = 0; n < 2; n++) noteSignedIn(world, { person: 'evan', account: ACCOUNT, signIn });
    await settled();
    expect(told()).toHaveLength(1);
    const [{ card, ref } = { card: null, ref: null }] = t.messages;
    expect(ref?.channel).toBe('D0EVAN');
    expect(card?.text).toContain('You signed in at');
    expect(card?.buttons.map(({ label }) => label)).toEqual([repliesIn('en').signedIn.notMe]);
  });

  it('that was not theirs ends from the page, once for each of ours that was opened in time; the security contact hears of it', async () => {
    const value = disownMark(world, { person: 'evan', locale: 'de' });
    expect(value).toMatch(/^[\w.-]{1,2048}$/);
    expect(value).not.toContain('evan');
    await clock.advance(1);
    expect(await disown(world, { value: `${value}x` })).toEqual({ locale: null });
    expect(await disown(world, { value: '' })).toEqual({ locale: null });
    expect(await counts()).toBe(true);
    expect(await disown(world, { value })).toEqual({ locale: 'de' });
    expect(await counts()).toBe(false);
    await settled();
    expect(told()).toEqual([expect.stringMatching(/^D-UMONA: The person with the id evan .* was not theirs/)]);
    expect(grants().at(-1)).toMatchObject({ change: 'ended', by: 'not-me' });
    // Said again at once, the contact is not told again; that it ended is on record each time.
    await disown(world, { value });
    await settled();
    expect(told()).toHaveLength(1);
    // Nor does a page that is sent again and again fill the record.
    for (let n = 0; n < 8; n++) await disown(world, { value });
    await expect(disown(world, { value })).rejects.toMatchObject({ code: 'busy' });
    expect(grants().filter(({ change }) => change === 'ended')).toHaveLength(10);
    await clock.advance(60 * MINUTE);
    await give();
    expect(await disown(world, { value })).toEqual({ locale: null });
    expect(await counts()).toBe(true);
  });

  it('ends as well by the token of a link of theirs, and that link leads nowhere then', async () => {
    const signIn = { publicUrl: 'https://sotto.example' };
    const made = { account: ACCOUNT, locale: 'de', minutes: 15, until: clock.now() + 10 * MINUTE } as const;
    const link = await makeLink({ ...world, signIn }, { person: 'evan', ...made });
    const token = new URL(link?.url ?? '').searchParams.get('t') ?? '';
    await clock.advance(1);
    expect(await disown(world, { value: token })).toEqual({ locale: 'de' });
    expect(await counts()).toBe(false);
    expect(await findLink(world, token)).toBeNull();
    expect(await disown(world, { value: token })).toEqual({ locale: null });
  });

  describe('of somebody who left', () => {
    const leave = (why: 'deactivated' | 'unknown' | 'external') => {
      t.script.find = async () => ({ ok: false, why });
    };

    it.each(['deactivated', 'unknown', 'external'] as const)('ends once the directory says so: %s', async (why) => {
      expect(await endOfThoseWhoLeft(world)).toBe(0);
      leave(why);
      expect(await endOfThoseWhoLeft(world)).toBe(1);
      expect(await counts()).toBe(false);
      expect(grants().at(-1)).toMatchObject({ change: 'ended', by: 'left' });
      expect(await endOfThoseWhoLeft(world)).toBe(0);
    });

    it('ends where the account is somebody else’s by now', async () => {
      t.script.find = async () => ({ ok: true, person: MONA });
      expect(await endOfThoseWhoLeft(world)).toBe(1);
    });

    it.each(['unreachable', 'stale'] as const)('stays while nobody can say: %s', async (why) => {
      t.script.find = async () => ({ ok: false, why });
      expect(await endOfThoseWhoLeft(world)).toBe(0);
      t.script.find = async () => {
        throw new Error('broken');
      };
      expect(await endOfThoseWhoLeft(world)).toBe(0);
      expect(await counts()).toBe(true);
    });

    it.each([
      ['evan', 'mona'],
      ['mona', 'evan'],
    ] as const)('ends though another’s (%s) cannot be ended just now, which is tried again', async (failing, other) => {
      const now = clock.now();
      await signedIn(world, { person: 'mona', at: now, until: now + 15 * MINUTE, by: 'test' });
      leave('deactivated');
      const fingerprint = world.sealer.fingerprint(failing);
      t.script.auditFails = (entry) => entry.kind === 'grant' && entry.person === fingerprint;
      await expect(endOfThoseWhoLeft(world)).rejects.toMatchObject({ code: 'audit-unavailable' });
      expect([await counts(failing), await counts(other)]).toEqual([true, false]);
      t.script.auditFails = () => false;
      expect(await endOfThoseWhoLeft(world)).toBe(1);
      expect(await counts(failing)).toBe(false);
    });

    it('ends where the bot was taken away from where they asked', async () => {
      const gone = { state: 'gone' } as ReturnType<NonNullable<TestWorld['world']['tenancy']>['of']>;
      expect(await endOfThoseWhoLeft({ ...world, tenancy: { of: () => gone } })).toBe(1);
      expect(grants().at(-1)).toMatchObject({ by: 'uninstalled' });
    });

    it('ends by itself within two minutes, by one process of all', async () => {
      const processes = [createSignInLeaving(world), createSignInLeaving(world)];
      for (const one of processes) one.start();
      leave('deactivated');
      for (let passed = 0; passed < 2 * LOOK_EVERY_MS; passed += 1_000) await clock.advance(1_000);
      expect(await counts()).toBe(false);
      expect(grants().filter(({ change }) => change === 'ended')).toHaveLength(1);
      await Promise.all([...processes.map((one) => one.stop()), clock.advance(1)]);
    });
  });

  it('says nothing of sign-ins that nobody ended', async () => {
    expect(await voidSince(world, 'evan')).toBeNull();
  });
});

describe('the words that end a sign-in', () => {
  it.each([
    ['sign out', 'sign-out'],
    ['Please log me out!', 'sign-out'],
    ['Abmelden', 'sign-out'],
    ['Bitte melde mich ab.', 'sign-out'],
    ['cierra mi sesión', 'sign-out'],
    ['that wasn’t me', 'not-me'],
    ["THAT WASN'T ME!!!", 'not-me'],
    ['Das war ich nicht.', 'not-me'],
    ['no fui yo', 'not-me'],
  ] as const)('are heard: %s', (text, verb) => {
    expect(endVerbOf(text)).toBe(verb);
  });

  it.each([
    'sign out of the VPN',
    'how do I log out',
    'was war ich nicht',
    '',
    'x'.repeat(5_000),
    `${' '.repeat(99)}sign out`,
  ])('are nothing else: %#', (text) => {
    expect(endVerbOf(text)).toBeNull();
  });

  it('and their buttons are heard as words as well', () => {
    for (const locale of ['en', 'de'] satisfies Locale[]) {
      const { signOut, notMe } = repliesIn(locale).signedIn;
      expect([endVerbOf(signOut), endVerbOf(notMe)]).toEqual(['sign-out', 'not-me']);
    }
  });
});
