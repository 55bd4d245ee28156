/** Orders on a page: who may sign in there, what they read, and that they confirm that and nothing else. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderSession, OrderSteps } from '../../../src/core/auth-steps.ts';
import { sealBody } from '../../../src/core/orders/body.ts';
import { keyedHash } from '../../../src/core/orders/code.ts';
import { createOrderSteps } from '../../../src/core/orders/on-page.ts';
import { orderState, type Placed, placeOrder } from '../../../src/core/orders/place.ts';
import { CODE_MS } from '../../../src/core/orders/times.ts';
import type { Order } from '../../../src/core/orders/types.ts';
import { endSignIns } from '../../../src/core/sign-in/ends.ts';
import type { Proved, SignInAsked } from '../../../src/core/sign-in-ports.ts';
import type { Person } from '../../../src/core/types.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createTestWorld, DATA_KEY, EVAN, type TestWorld } from '../../support/world.ts';

const HANA: Person = { ...EVAN, id: 'hana', name: 'Hana Okafor', groups: ['hr', 'operators'] };
const OMAR: Person = { ...EVAN, id: 'omar', name: 'Omar Haddad', groups: ['operators'], locale: 'de' };
const HUGO: Person = { ...EVAN, id: 'hugo', name: 'Hugo Brandt', groups: ['hr'] };

const MINUTE_MS = 60_000;
const NEWER = Buffer.alloc(32, 9).toString('base64');

/** Whom each subject of the provider is, by account: `sub-hana` is hana, `UHANA` on Slack. */
const accountOf = (id: string) => ({ platform: 'slack', tenant: 'T1', user: `U${id.toUpperCase()}` }) as const;

describe('an order on a page', () => {
  let clock: FakeClock;
  let t: TestWorld;
  let steps: OrderSteps;
  let people: Map<string, Person>;
  /** What the provider proves; `asked`: with what it was asked. */
  let proves: (query: URLSearchParams) => Proved;
  let asked: (SignInAsked & { readonly query?: string })[];

  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    people = new Map([HANA, OMAR, HUGO, EVAN].map((person) => [person.id, person]));
    asked = [];
    proves = (query) => ({
      ok: true,
      proof: {
        identity: { issuer: 'https://idp', subject: query.get('code') ?? '', tenant: null, email: null },
        at: clock.now() - MINUTE_MS,
        strength: ['amr:mfa'],
        session: null,
      },
    });
    t.script.find = async ({ user }) => {
      const person = [...people.values()].find(({ id }) => accountOf(id).user === user);
      return person === undefined ? { ok: false, why: 'deactivated' } : { ok: true, person };
    };
    t.script.accounts = async (id) => [accountOf(id)];
    steps = createOrderSteps({
      ...t.world,
      directory: {
        ...t.world.directory,
        signInOf: async ({ subject }) =>
          subject === 'nobody' ? { ok: false, why: 'unknown' } : { ok: true, person: subject },
      },
      signIn: {
        publicUrl: 'https://sotto.example.com',
        provider: {
          issuer: 'https://idp',
          begin: async (with_) => {
            asked.push(with_);
            return `https://idp/authorize?state=${with_.state}`;
          },
          finish: async (with_) => {
            asked.push(with_);
            return proves(new URLSearchParams(with_.query));
          },
        },
      },
    });
  });
  afterEach(() => t.close());

  const place = async (order: Order): Promise<Extract<Placed, { ok: true }>> => {
    const placed = await placeOrder(t.world, order);
    if (!placed.ok) throw new Error(placed.says);
    return placed;
  };
  const begin = async (): Promise<{ readonly browser: string; readonly state: string }> => {
    const begun = await steps.begin({ locale: 'en', afresh: false });
    if (!begun.ok) throw new Error(begun.why);
    return { browser: begun.cookie.value, state: new URL(begun.address).searchParams.get('state') ?? '' };
  };
  const finish = async (who: string) => {
    const { browser, state } = await begin();
    return steps.finish({ query: `code=${who}&state=${state}`, browser });
  };
  const signIn = async (who: string): Promise<{ readonly session: OrderSession; readonly browser: string }> => {
    const finished = await finish(who);
    if (!finished.ok) throw new Error(finished.why);
    return { session: finished.session, browser: finished.cookie.value };
  };
  const read = async (session: OrderSession, code: string) => {
    const became = await steps.read({ session, code });
    if (!became.ok) throw new Error(became.told.says);
    return became.shown;
  };
  const noted = () => t.entries.flatMap((entry) => (entry.kind === 'order' ? [entry.change] : []));
  const recorded = () =>
    t.entries.flatMap((entry) => {
      if (entry.kind === 'grant') return [`${entry.for} ${entry.change} ${entry.by}`];
      return entry.kind === 'sign-in' ? [`${entry.for} ${entry.change} ${entry.code}`] : [];
    });

  it('is read and confirmed by an operator who signed in strongly, and the record names their sign-in', async () => {
    const { id, code, says: what } = await place({ kind: 'pause' });
    const { session } = await signIn('hana');
    const shown = await read(session, code);
    expect(shown).toMatchObject({ what, look: null, needed: 1, confirmed: 0, until: clock.now() + CODE_MS });
    expect(await orderState(t.world, id)).toMatchObject({ state: 'waiting', confirmations: 0 });
    const told = await steps.confirm({ session, seen: shown.seen });
    expect(told).toEqual({ says: expect.stringContaining('Confirmed.'), ended: true, done: true });
    expect(await orderState(t.world, id)).toMatchObject({ state: 'confirmed', confirmations: 1 });
    const by = t.world.sealer.fingerprint('hana');
    expect(t.entries).toContainEqual(
      expect.objectContaining({ kind: 'order', change: 'confirmed', by, question: session.id }),
    );
    expect(t.entries).toContainEqual(
      expect.objectContaining({
        kind: 'grant',
        for: 'orders',
        change: 'given',
        id: session.id,
        person: by,
        signedInAt: clock.now() - MINUTE_MS,
        until: clock.now() + 14 * MINUTE_MS,
      }),
    );
  });

  it('is placed with the address of the page where people can sign in, and of none elsewhere', async () => {
    expect(await place({ kind: 'pause' })).toMatchObject({ page: null });
    const signIn = { publicUrl: 'https://sotto.example.com', provider: {} as never };
    expect(await placeOrder({ ...t.world, signIn }, { kind: 'resume' })).toMatchObject({
      page: 'https://sotto.example.com/auth/order',
    });
  });

  it('asks the provider for a sign-in of fifteen minutes at most, each time by another state, nonce and verifier', async () => {
    await begin();
    await begin();
    const [first, second] = asked;
    expect(first).toMatchObject({ maxAgeSeconds: 900, afresh: false, state: expect.stringMatching(/^o\.[\w-]{43}$/) });
    for (const name of ['state', 'nonce', 'codeVerifier'] as const) expect(first?.[name]).not.toBe(second?.[name]);
    await steps.begin({ locale: 'de', afresh: true });
    expect(asked.at(-1)).toMatchObject({ afresh: true, locale: 'de' });
  });

  it('fills no store and no record, however often strangers begin', async () => {
    for (let n = 0; n < 200; n++) await begin();
    await steps.finish({ query: 'code=x&state=o.x', browser: null });
    expect(t.entries).toEqual([]);
    expect(await t.store.installations.spend({ what: 'x', until: clock.now() + 1, now: clock.now() })).toBe('spent');
  });

  it('is confirmed by no one who comes back in another browser, with another state, a second time, or too late', async () => {
    const one = await begin();
    const other = await begin();
    const query = (state: string) => `code=hana&state=${state}`;
    const gone = [
      { query: query(one.state), browser: null },
      { query: query(one.state), browser: other.browser },
      { query: query(`${one.state}x`), browser: one.browser },
      { query: `${query(one.state)}&state=${one.state}`, browser: one.browser },
      { query: query(one.state), browser: `${one.browser}x` },
      { query: 'code=hana', browser: one.browser },
    ];
    for (const back of gone) expect(await steps.finish(back)).toMatchObject({ ok: false, why: 'unknown-browser' });
    expect(asked).toHaveLength(2);
    expect(await steps.finish({ query: query(one.state), browser: one.browser })).toMatchObject({ ok: true });
    expect(await steps.finish({ query: query(one.state), browser: one.browser })).toMatchObject({
      ok: false,
      why: 'unknown-browser',
    });
    await clock.advance(10 * MINUTE_MS);
    expect(await steps.finish({ query: query(other.state), browser: other.browser })).toMatchObject({
      ok: false,
      why: 'unknown-browser',
    });
    expect(asked).toHaveLength(3);
  });

  it('asks the provider no more than so often in a minute, whoever tries', async () => {
    proves = () => ({ ok: false, why: 'malformed' });
    const why: string[] = [];
    for (let n = 0; n < 22; n++) {
      const finished = await finish('hana');
      why.push(finished.ok ? 'ok' : finished.why);
    }
    expect(why.slice(0, 20)).toEqual(Array(20).fill('malformed'));
    expect(why.slice(20)).toEqual(['full', 'full']);
  });

  it.each(['not-strong', 'stale', 'wrong-issuer', 'wrong-audience', 'cancelled', 'unreachable'] as const)(
    'is confirmed under no sign-in that is %s, and that is on record',
    async (why) => {
      proves = () => ({ ok: false, why });
      expect(await finish('hana')).toEqual({ ok: false, why, locale: 'en' });
      expect(recorded()).toEqual([`orders refused ${why}`]);
    },
  );

  it.each([
    ['no-role', 'evan', EVAN],
    ['unknown-person', 'nobody', HANA],
    ['not-permitted', 'hana', null],
    ['not-permitted', 'hana', { ...HANA, id: 'hana-2' }],
    ['directory', 'hana', { ...HANA, fresh: false }],
    ['no-role', 'hana', { ...HANA, kind: 'contractor' }],
  ] as const)('is confirmed by nobody who is %s (%s)', async (why, who, is) => {
    people.delete(who);
    if (is !== null) people.set(who, is);
    expect(await finish(who)).toMatchObject({ ok: false, why });
    expect(recorded()).toEqual([`orders refused ${why}`]);
  });

  it('counts a sign-in for fifteen minutes from when it was proved, and not from when it came back', async () => {
    const { session, browser } = await signIn('hana');
    expect(session.until).toBe(clock.now() + 14 * MINUTE_MS);
    await clock.advance(14 * MINUTE_MS - 1);
    expect(await steps.session({ browser })).toMatchObject({ id: session.id, name: 'Hana Okafor', key: session.key });
    await clock.advance(1);
    expect(await steps.session({ browser })).toBeNull();
  });

  it('takes no sign-in that had its fifteen minutes by when it came back', async () => {
    const prove = proves;
    proves = (query) => {
      const proved = prove(query);
      return proved.ok ? { ok: true, proof: { ...proved.proof, at: clock.now() - 15 * MINUTE_MS } } : proved;
    };
    expect(await finish('hana')).toMatchObject({ ok: false, why: 'stale' });
  });

  it('is left with the page, and by "that wasn’t me", in every browser', async () => {
    const [one, other] = [await signIn('hana'), await signIn('hana')];
    await steps.leave({ browser: one.browser });
    expect(await steps.session({ browser: one.browser })).toBeNull();
    expect(await steps.session({ browser: other.browser })).toMatchObject({ id: other.session.id });
    await endSignIns(t.world, { person: 'hana', why: 'not-me' });
    expect(await steps.session({ browser: other.browser })).toBeNull();
    // What was signed in to before that counts no more, whoever brings it.
    expect(await finish('hana')).toMatchObject({ ok: false, why: 'disowned' });
    await clock.advance(2 * MINUTE_MS);
    expect(await finish('hana')).toMatchObject({ ok: true });
    await steps.leave({ browser: 'nobody’s' });
    expect(recorded()).toEqual([
      'orders given openid',
      'orders given openid',
      'orders ended signed-out',
      'question ended not-me',
      'orders refused disowned',
      'orders given openid',
    ]);
  });

  it('is confirmed under no session that began in the moment in which their sign-ins were ended', async () => {
    const { browser } = await signIn('hana');
    // The end went through the store before the session was there.
    const signIns = { ...t.store.signIns, end: async () => 0 };
    await endSignIns({ ...t.world, store: { ...t.store, signIns } }, { person: 'hana', why: 'not-me' });
    expect(await steps.session({ browser })).toBeNull();
  });

  it('is known through a rotation of the data key, with its forms and what was shown', async () => {
    const { id, code } = await place({ kind: 'pause' });
    const { session, browser } = await signIn('hana');
    const { seen } = await read(session, code);
    const { state, browser: begun } = await begin();
    t.rotate({ current: NEWER, accepted: [NEWER, DATA_KEY] });
    const found = await steps.session({ browser });
    expect(found).toMatchObject({ id: session.id });
    expect(steps.isOwnForm({ session: found ?? session, key: session.key })).toBe(true);
    expect(await steps.confirm({ session: found ?? session, seen })).toMatchObject({ done: true });
    expect(await orderState(t.world, id)).toMatchObject({ state: 'confirmed' });
    expect(await steps.finish({ query: `code=omar&state=${state}`, browser: begun })).toMatchObject({ ok: true });
    await steps.leave({ browser });
    expect(await steps.session({ browser })).toBeNull();
  });

  it('is confirmed by nobody who was taken out of the group since they signed in', async () => {
    const { browser } = await signIn('hana');
    people.set('hana', { ...HANA, groups: ['employee'] });
    expect(await steps.session({ browser })).toBeNull();
    people.set('hana', { ...HANA, fresh: false });
    await expect(steps.session({ browser })).rejects.toMatchObject({ code: 'directory-unavailable' });
  });

  it('knows a form of this session from any other', async () => {
    const [one, other] = [await signIn('hana'), await signIn('hana')];
    expect(steps.isOwnForm({ session: one.session, key: one.session.key })).toBe(true);
    expect(steps.isOwnForm({ session: one.session, key: other.session.key })).toBe(false);
    expect(steps.isOwnForm({ session: one.session, key: '' })).toBe(false);
  });

  it('keeps no code, token or name where the store could be read', async () => {
    const { code } = await place({ kind: 'pause' });
    const { session, browser } = await signIn('hana');
    const { seen } = await read(session, code);
    const known = t.world.sealer.fingerprints(browser);
    expect(known).not.toContain(browser);
    expect(JSON.stringify([t.entries, seen])).not.toMatch(new RegExp(`${code}|${browser}|Hana`));
  });

  it('looks at five wrong codes a minute, on pages and in chats together', async () => {
    const { code } = await place({ kind: 'pause' });
    const { session } = await signIn('hana');
    const says = async (text: string): Promise<string> => {
      const became = await steps.read({ session, code: text });
      return became.ok ? 'shown' : became.told.says;
    };
    expect(await says('not a code')).toContain('not the code of an order');
    for (let n = 0; n < 5; n++) expect(await says(`2222-222${n + 2}`)).toContain('not the code of an order');
    expect(await says(code)).toContain('too many codes');
    const counted = { key: 'order-code:hana', windowMs: MINUTE_MS, now: clock.now() };
    expect(await t.store.counters.read(counted)).toBe(5);
    await clock.advance(2 * MINUTE_MS);
    expect(await says(code)).toBe('shown');
  });

  it('that two must confirm is confirmed by two, each once, and each is told', async () => {
    const [id, code] = ['two', '3333-4444'];
    const body = {
      order: { kind: 'lift', id: 'h1' },
      key: 'k',
      code: keyedHash({ key: 'k', of: 'code', value: code }),
    } as const;
    const now = clock.now();
    const times = { now, until: now + CODE_MS, keepUntil: now + 2 * CODE_MS };
    await t.store.orders.place({ id, body: sealBody(t.world.sealer, id, body), needed: 2, ...times });
    const hana = await signIn('hana');
    const shown = await read(hana.session, code);
    expect(shown).toMatchObject({ needed: 2, confirmed: 0 });
    expect(await steps.confirm({ session: hana.session, seen: shown.seen })).toMatchObject({
      done: true,
      says: expect.stringContaining('another operator'),
    });
    // Again, from the page that still stands, and by the code.
    expect(await steps.confirm({ session: hana.session, seen: shown.seen })).toMatchObject({ done: true });
    expect(await steps.read({ session: hana.session, code })).toMatchObject({ ok: false, told: { done: true } });
    expect(await orderState(t.world, id)).toMatchObject({ state: 'waiting', confirmations: 1 });
    const omar = await signIn('omar');
    const second = await read(omar.session, code);
    expect(second).toMatchObject({ needed: 2, confirmed: 1 });
    expect(await steps.confirm({ session: omar.session, seen: second.seen })).toMatchObject({
      says: expect.stringContaining('Bestätigt.'),
    });
    expect(await orderState(t.world, id)).toMatchObject({ state: 'confirmed', confirmations: 2 });
    expect(await steps.read({ session: omar.session, code })).toMatchObject({ ok: false, told: { done: true } });
  });

  it('of the operators is not HR’s to confirm, which they are told', async () => {
    const { code } = await place({ kind: 'pause' });
    const { session } = await signIn('hugo');
    expect(await steps.read({ session, code })).toMatchObject({
      ok: false,
      told: { ended: true, done: false, says: expect.stringContaining('Only operators can confirm') },
    });
    expect(noted()).toEqual(['placed']);
  });

  it('is confirmed only by what the same person was shown in the same session', async () => {
    const { id, code } = await place({ kind: 'pause' });
    const [hana, again, omar] = [await signIn('hana'), await signIn('hana'), await signIn('omar')];
    const { seen } = await read(hana.session, code);
    for (const { session } of [again, omar])
      expect(await steps.confirm({ session, seen })).toMatchObject({ ended: true, done: false });
    for (const forged of ['', 'x', `${seen}x`])
      expect(await steps.confirm({ session: hana.session, seen: forged })).toMatchObject({ done: false });
    expect(await orderState(t.world, id)).toMatchObject({ state: 'waiting', confirmations: 0 });
  });

  it('whose time is over, or whose code was burnt meanwhile, is confirmed by nobody', async () => {
    const [late, burnt] = [await place({ kind: 'pause' }), await place({ kind: 'resume' })];
    const { session } = await signIn('hana');
    const shown = await read(session, burnt.code);
    await t.store.orders.burn({ id: burnt.id, now: clock.now() });
    expect(await steps.confirm({ session, seen: shown.seen })).toMatchObject({ done: false });
    const { seen } = await read(session, late.code);
    await clock.advance(CODE_MS);
    expect(await steps.confirm({ session, seen })).toMatchObject({
      done: false,
      says: expect.stringContaining('does not count any more'),
    });
    expect(noted()).toEqual(['placed', 'placed']);
  });

  it('is not confirmed where that cannot be recorded', async () => {
    const { id, code } = await place({ kind: 'pause' });
    const { session } = await signIn('hana');
    const { seen } = await read(session, code);
    t.script.auditFails = ({ kind }) => kind === 'order';
    await expect(steps.confirm({ session, seen })).rejects.toMatchObject({ code: 'audit-unavailable' });
    expect(await orderState(t.world, id)).toMatchObject({ state: 'waiting', confirmations: 0 });
    t.script.auditFails = ({ kind }) => kind === 'grant';
    await expect(signIn('omar')).rejects.toMatchObject({ code: 'audit-unavailable' });
  });
});
