/** From the link to what counts, over the real store and by a clock that is handed in: what each step needs, and what it leaves where something fails. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SignInEntry } from '../../../src/core/audit.ts';
import { SottoError } from '../../../src/core/errors.ts';
import { begin, maxAgeSecondsOf } from '../../../src/core/sign-in/begin.ts';
import { endSignIns } from '../../../src/core/sign-in/ends.ts';
import { finish } from '../../../src/core/sign-in/finish.ts';
import { lastSignIn } from '../../../src/core/sign-in/grants.ts';
import { isToken, newToken } from '../../../src/core/sign-in/kept.ts';
import { makeLink } from '../../../src/core/sign-in/link.ts';
import { look } from '../../../src/core/sign-in/look.ts';
import { prove } from '../../../src/core/sign-in/prove.ts';
import type { SignInWorld } from '../../../src/core/sign-in/types.ts';
import type { Proved, SignInAsked, SignInProvider } from '../../../src/core/sign-in-ports.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createTestWorld, EVAN, MONA, type TestWorld } from '../../support/world.ts';

const MINUTE = 60_000;
const ACCOUNT = { platform: 'slack', tenant: 'T1', user: 'UEVAN', external: false } as const;
const BASE = 'https://sotto.example.com';

let clock: FakeClock;
let t: TestWorld;
let world: SignInWorld;
/** What the provider was asked, the newest last. */
let asked: SignInAsked[];
let proved: (o: SignInAsked & { readonly query: string }) => Proved;
let reachable: boolean;

const proof = (o: { readonly at?: number; readonly subject?: string } = {}): Proved => ({
  ok: true,
  proof: {
    identity: { issuer: 'https://id.example.com', subject: o.subject ?? 'evan', tenant: null, email: null },
    at: o.at ?? clock.now(),
    strength: ['amr:mfa'],
    session: null,
  },
});

const provider: SignInProvider = {
  issuer: 'https://id.example.com',
  begin: async (one) => {
    if (!reachable) throw new SottoError('sign-in-unavailable', 'Away.');
    asked.push(one);
    return `https://id.example.com/auth?state=${one.state}`;
  },
  finish: async (one) => proved(one),
};

beforeEach(() => {
  clock = createFakeClock();
  t = createTestWorld({ clock });
  t.script.find = async ({ user }) => ({ ok: true, person: user === 'UEVAN' ? EVAN : MONA });
  t.script.colleague = async (id) => [EVAN, MONA].find((one) => one.id === id) ?? null;
  world = { ...t.world, signIn: { provider, publicUrl: BASE } };
  asked = [];
  proved = () => proof();
  reachable = true;
});
afterEach(() => t.close());

const linkFor = (o: { readonly minutes?: number; readonly until?: number; readonly world?: SignInWorld } = {}) =>
  makeLink(o.world ?? world, {
    person: 'evan',
    account: ACCOUNT,
    locale: 'de',
    minutes: o.minutes ?? 15,
    until: o.until ?? clock.now() + 10 * MINUTE,
  });
const tokenOf = (link: { readonly url: string } | null): string =>
  new URL(link?.url ?? BASE).searchParams.get('t') ?? '';
const token = async (o?: Parameters<typeof linkFor>[0]): Promise<string> => tokenOf(await linkFor(o));

/** Begins it, and gives what the browser then brings back. */
const begun = async (of: string, browser: string | null = null) => {
  const there = await begin(world, { token: of, browser });
  if (!there.ok) throw new Error(`not begun: ${there.why}`);
  return { browser: there.cookie.value, query: `code=c&state=${asked.at(-1)?.state ?? ''}` };
};
const counts = () => lastSignIn(world, { person: 'evan', now: clock.now() });
const codes = () =>
  t.entries.flatMap((entry): string[] =>
    entry.kind === 'sign-in' ? [`${entry.change} ${entry.code ?? ''}`.trim()] : [],
  );

describe('a link', () => {
  it('is 256 bits that stand nowhere: not in the store’s keys, not on record', async () => {
    const link = await linkFor();
    const name = tokenOf(link);
    expect(link?.url).toBe(`${BASE}/auth/sign-in?t=${name}`);
    expect(isToken(name)).toBe(true);
    expect(Buffer.from(name, 'base64url').length).toBe(32);
    expect(JSON.stringify(t.entries)).not.toContain(name);
    expect(await t.store.signIns.read({ key: name, now: clock.now() })).toBe(null);
    expect(new Set(Array.from({ length: 500 }, () => newToken(world))).size).toBe(500);
  });

  it('is on record, as is whatever comes of it, by one random id and the person’s fingerprint', async () => {
    const { browser, query } = await begun(await token());
    proved = () => proof({ subject: 'mona' });
    await finish(world, { browser, query });
    const entries = t.entries.filter((entry): entry is SignInEntry => entry.kind === 'sign-in');
    expect(entries.map(({ change, code }) => [change, code])).toEqual([
      ['linked', null],
      ['begun', null],
      ['refused', 'other-person'],
    ]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(1);
    expect(new Set(entries.map(({ person }) => person))).toEqual(new Set([world.sealer.fingerprint('evan')]));
  });

  it('is not made where it cannot be recorded or kept, and nothing else fails for that', async () => {
    t.script.auditFails = ({ kind }) => kind === 'sign-in';
    expect(await linkFor()).toBe(null);
    t.script.auditFails = () => false;
    const away = { ...t.store.signIns, keep: async () => Promise.reject(new SottoError('store-unavailable', 'Away.')) };
    expect(await linkFor({ world: { ...world, store: { ...world.store, signIns: away } } })).toBe(null);
    const full = { ...t.store.signIns, keep: async () => 'full' as const };
    expect(await linkFor({ world: { ...world, store: { ...world.store, signIns: full } } })).toBe(null);
  });

  it('is good until its end and not a moment longer, in whatever browser', async () => {
    const name = await token();
    expect(await look(world, { token: name, browser: null })).toMatchObject({
      state: 'ready',
      minutes: 15,
      locale: 'de',
    });
    await clock.advance(10 * MINUTE - 1);
    expect(await look(world, { token: name, browser: null })).toMatchObject({ state: 'ready' });
    await clock.advance(1);
    expect(await look(world, { token: name, browser: null })).toEqual({ state: 'over' });
    expect(await begin(world, { token: name, browser: null })).toMatchObject({ ok: false, why: 'over' });
  });

  it('is good through a change of the data key, and so is what it began', async () => {
    const [old, next] = [Buffer.alloc(32, 7), Buffer.alloc(32, 8)].map((key) => key.toString('base64')) as [
      string,
      string,
    ];
    const name = await token();
    const first = await begun(name);
    t.rotate({ current: next, accepted: [next, old] });
    expect(await look(world, { token: name, browser: first.browser })).toMatchObject({ state: 'ready' });
    expect(await look(world, { token: name, browser: newToken(world) })).toMatchObject({ state: 'elsewhere' });
    expect(await finish(world, first)).toMatchObject({ ok: true });
    expect(await look(world, { token: name, browser: first.browser })).toEqual({ state: 'over' });
  });

  it('belongs to the browser that begins it, of two that begin at once to one', async () => {
    const name = await token();
    const both = await Promise.all([
      begin(world, { token: name, browser: null }),
      begin(world, { token: name, browser: null }),
    ]);
    expect(both.filter(({ ok }) => ok).length).toBe(1);
    expect(both.filter((one) => !one.ok && one.why === 'elsewhere').length).toBe(1);
  });

  it('begins three times in its browser, and in none after that', async () => {
    const name = await token();
    const { browser } = await begun(name);
    await begun(name, browser);
    await begun(name, browser);
    expect(await look(world, { token: name, browser })).toMatchObject({ state: 'spent' });
    expect(await begin(world, { token: name, browser })).toMatchObject({ ok: false, why: 'spent' });
  });

  it('is used up by nothing while the provider is away', async () => {
    const name = await token();
    reachable = false;
    for (let tries = 0; tries < 5; tries++)
      expect(await begin(world, { token: name, browser: null })).toMatchObject({ ok: false, why: 'unavailable' });
    reachable = true;
    expect(await begin(world, { token: name, browser: null })).toMatchObject({ ok: true });
  });
});

describe('a sign-in', () => {
  it('counts from when it was, for as long as the rule says', async () => {
    const at = clock.now() - 4 * MINUTE;
    proved = () => proof({ at });
    const finished = await finish(world, await begun(await token({ minutes: 20 })));
    expect(finished).toMatchObject({ ok: true, at, until: at + 20 * MINUTE, locale: 'de' });
    expect(await counts()).toMatchObject({ at, until: at + 20 * MINUTE });
    // The settings name another provider by now.
    const changed = {
      ...world,
      signIn: { ...world.signIn, provider: { ...provider, issuer: 'https://new.example.com' } },
    };
    expect(await lastSignIn(changed, { person: 'evan', now: clock.now() })).toBe(null);
  });

  it('that comes back more than ten minutes after it was begun is none', async () => {
    const back = await begun(await token());
    await clock.advance(10 * MINUTE);
    expect(await finish(world, back)).toEqual({ ok: false, locale: null, why: 'unknown-browser', again: false });
    expect(await counts()).toBe(null);
  });

  it('ends its link, and the other sign-ins that were begun by it', async () => {
    const name = await token();
    const first = await begun(name);
    const second = await begun(name, first.browser);
    expect(await finish(world, first)).toMatchObject({ ok: true });
    expect(await look(world, { token: name, browser: first.browser })).toEqual({ state: 'over' });
    expect(await finish(world, second)).toMatchObject({ ok: false, why: 'ended', again: false });
  });

  it.each([
    ['somebody else than the link is for', { subject: 'mona' }, 'other-person'],
    ['nobody whom the directory knows', { subject: 'nobody' }, 'unknown-person'],
  ] as const)('of %s counts for nobody', async (_, who, why) => {
    proved = () => proof(who);
    expect(await finish(world, await begun(await token()))).toMatchObject({ ok: false, why, again: true });
    expect(await counts()).toBe(null);
    expect(await lastSignIn(world, { person: 'mona', now: clock.now() })).toBe(null);
  });

  it.each([
    ['has left', { ok: false, why: 'deactivated' }, 'not-permitted'],
    ['is a guest of nobody', { ok: false, why: 'external' }, 'not-permitted'],
    ['cannot be looked up', { ok: false, why: 'unreachable' }, 'directory'],
    ['is known from before alone', { ok: true, person: { ...EVAN, fresh: false } }, 'directory'],
    ['has given their account to somebody else', { ok: true, person: MONA }, 'other-person'],
  ] as const)('of whoever %s by then counts for nobody', async (_, found, why) => {
    const back = await begun(await token());
    t.script.find = async () => found;
    expect(await finish(world, back)).toMatchObject({ ok: false, why });
    expect(await counts()).toBe(null);
  });

  it('asks the directory past what it remembers before it counts', async () => {
    const back = await begun(await token());
    const asks: unknown[] = [];
    const find: SignInWorld['directory']['find'] = async (account, o) => {
      asks.push([o, await counts()]);
      return t.script.find(account);
    };
    await finish({ ...world, directory: { ...world.directory, find } }, back);
    expect(asks[0]).toEqual([{ anew: true }, null]);
  });

  it('that the person ended meanwhile counts for nobody, and what they begin next is a fresh one at the provider', async () => {
    const back = await begun(await token());
    const at = clock.now();
    await clock.advance(1_000);
    await endSignIns(world, { person: 'evan', why: 'not-me' });
    // The link and all that it began are gone.
    expect(await finish(world, back)).toMatchObject({ ok: false, why: 'unknown-browser' });

    const name = await token();
    const next = await begun(name);
    expect(asked.at(-1)).toMatchObject({ afresh: true });
    proved = () => proof({ at });
    expect(await finish(world, next)).toMatchObject({ ok: false, why: 'disowned', again: true });
    proved = () => proof();
    await clock.advance(1_000);
    expect(await finish(world, await begun(name, next.browser))).toMatchObject({ ok: true });
  });

  it.each([
    ['stale', true],
    ['not-strong', true],
    ['no-time', true],
    ['cancelled', false],
    ['unreachable', false],
    ['wrong-issuer', false],
  ] as const)('that was %s may be begun again; afresh: %s', async (why, afresh) => {
    const name = await token();
    const { browser, query } = await begun(name);
    expect(asked.at(-1)).toMatchObject({ afresh: false });
    proved = () => ({ ok: false, why });
    expect(await finish(world, { browser, query })).toMatchObject({ ok: false, why, again: true });
    await begun(name, browser);
    expect(asked.at(-1)).toMatchObject({ afresh });
    expect(codes()).toContain(`refused ${why}`);
  });

  it('that cannot be recorded counts for nobody, and its link is good for another try', async () => {
    const name = await token();
    const back = await begun(name);
    t.script.auditFails = ({ kind }) => kind === 'grant';
    await expect(finish(world, back)).rejects.toMatchObject({ code: 'audit-unavailable' });
    expect(await counts()).toBe(null);
    t.script.auditFails = () => false;
    expect(await finish(world, await begun(name, back.browser))).toMatchObject({ ok: true });
  });

  it('that is over by the time it comes back is none: nothing is given, told or used up', async () => {
    const name = await token({ minutes: 1 });
    const back = await begun(name);
    proved = () => proof({ at: clock.now() - MINUTE });
    t.entries.length = 0;
    expect(await finish(world, back)).toMatchObject({ ok: false, why: 'stale', again: true });
    expect(codes()).toEqual(['refused stale']);
    expect(t.entries.filter(({ kind }) => kind === 'grant')).toEqual([]);
    // Whoever is signed in at the provider does it afresh.
    await begun(name, back.browser);
    expect(asked.at(-1)).toMatchObject({ afresh: true });
  });

  it('that counts is told to them, though their questions cannot be brought back just now', async () => {
    t.script.accounts = async () => [ACCOUNT];
    const back = await begun(await token());
    const inbox = {
      ...t.store.inbox,
      waiting: async () => Promise.reject(new SottoError('store-unavailable', 'Away.')),
    };
    const store = { ...world.store, inbox };
    await expect(finish({ ...world, store }, back)).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await counts()).not.toBe(null);
    for (let n = 0; n < 20; n++) await clock.advance(10);
    expect(t.messages.map(({ card }) => card.text)).toEqual([expect.stringContaining('You signed in at')]);
  });

  it('that comes back to another browser than began it is nothing there, and is not used up', async () => {
    const { browser, query } = await begun(await token());
    for (const another of [newToken(world), null])
      expect(await finish(world, { browser: another, query })).toMatchObject({ ok: false, why: 'unknown-browser' });
    expect(await counts()).toBe(null);
    expect(await finish(world, { browser, query })).toMatchObject({ ok: true });
    expect(await finish(world, { browser, query })).toMatchObject({ ok: false, why: 'unknown-browser' });
  });

  it('that nobody began fills no log, whatever is brought', async () => {
    const before = t.entries.length;
    const queries = [
      '',
      'state=',
      's',
      'state=x&state=y',
      `state=${'x'.repeat(200)}`,
      `code=c&state=${newToken(world)}`,
    ];
    for (const query of [...queries, `state=x&pad=${'x'.repeat(9_000)}`]) {
      for (const browser of [null, '', 'x', newToken(world)])
        expect(await finish(world, { query, browser })).toEqual({
          ok: false,
          locale: null,
          why: 'unknown-browser',
          again: false,
        });
    }
    expect(t.entries.length).toBe(before);
  });

  it('is asked for a little younger than the rule says, and taken no older than that', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_440 }), (minutes) => {
        const seconds = maxAgeSecondsOf(minutes);
        return seconds > 0 && seconds < minutes * 60 && seconds + 60 <= Math.max(minutes * 60, 90);
      }),
    );
  });

  it('counts by our clock: never of the future by more than a minute, never older than asked and a minute, never later than now', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -200_000, max: 2_000_000 }),
        fc.integer({ min: 30, max: 1_800 }),
        async (ago, maxAgeSeconds) => {
          const at = clock.now() - ago;
          const judged = await prove(
            { signIn: { provider: { ...provider, finish: async () => proof({ at }) } }, clock },
            { state: 's', nonce: 'n', codeVerifier: 'v', afresh: false, locale: 'en', query: '', maxAgeSeconds },
          );
          const expected = ago < -60_000 ? 'from-the-future' : ago > (maxAgeSeconds + 60) * 1_000 ? 'stale' : null;
          expect(judged.ok ? null : judged.why).toBe(expected);
          if (judged.ok) expect(judged.proof.at).toBe(Math.min(at, clock.now()));
        },
      ),
    );
  });

  it('of a provider that throws proves nothing', async () => {
    proved = () => {
      throw new Error('unexpected');
    };
    expect(await finish(world, await begun(await token()))).toMatchObject({ ok: false, why: 'unreachable' });
  });
});
