/**
 * An operator, or somebody of HR, signs in on a page to confirm orders: without a link, by a state that is proved and not kept, so that whoever opens the page a thousand
 * times fills nothing. Only a sign-in that is strong, fresh and of somebody with a role begins a session, which any of their ends ends.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { OrderFault, OrderSession, OrderSteps } from '../auth-steps.ts';
import { hasCode, SottoError } from '../errors.ts';
import { signInContext } from '../sealing.ts';
import { voidSince } from '../sign-in/grants.ts';
import { newToken } from '../sign-in/kept.ts';
import { BEGUN_MS } from '../sign-in/link.ts';
import { personOf } from '../sign-in/person.ts';
import { prove, SKEW_MS } from '../sign-in/prove.ts';
import type { Begun, SignInOffer } from '../sign-in/types.ts';
import { who } from '../steps.ts';
import { packParts } from '../stored.ts';
import type { Locale, Person } from '../types.ts';
import type { World } from '../world.ts';
import { sameHash } from './code.ts';
import type { SignedIn } from './page.ts';
import { hasRole } from './word.ts';

export type SessionWorld = World & { readonly signIn: SignInOffer };

/** How old the sign-in behind a confirmation may be: what a rule asks for one's own pay. */
const SESSION_MS = 15 * 60_000;

/** States of links begin otherwise. */
const STATE_PREFIX = 'o.';

/**
 * Ways to the provider and back, of everybody together, in all processes. Strangers may use these up, for nobody can be told apart before the provider has; whoever is
 * kept out by them confirms in a chat.
 */
const ATTEMPTS = { key: 'order-sign-in', perMinute: 60, burst: 20, want: 1 } as const;

const begunShape = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  afresh: z.boolean(),
  locale: z.enum(['en', 'de']),
  until: z.number(),
});

const sessionShape = z.strictObject({ id: z.string(), person: z.string(), at: z.number(), until: z.number() });

type Kept = z.infer<typeof sessionShape>;

/** What is begun lies in the browser alone, sealed for no one: it opens as this and as nothing else. */
const BEGUN = { tenant: '', person: '', purpose: 'sign-in', record: 'orders' } as const;

const opened = <T>(shape: z.ZodType<T>, plain: string | null): T | null => {
  try {
    return plain === null ? null : shape.parse(JSON.parse(plain));
  } catch {
    return null;
  }
};

/** What a session is known by, the newest key first; more than one through a rotation of the data key. */
const sessionKeys = ({ sealer }: Pick<World, 'sealer'>, token: string): readonly string[] =>
  sealer.fingerprints(packParts(['order session', token]));

const formOf = (id: string): string => packParts(['order form', id]);

export const beginSession: (world: SessionWorld, o: Parameters<OrderSteps['begin']>[0]) => Promise<Begun> = async (
  world,
  { locale, afresh },
) => {
  const { clock, sealer, signIn } = world;
  const until = clock.now() + BEGUN_MS;
  const token = (): string => newToken(world);
  const begun = { state: `${STATE_PREFIX}${token()}`, nonce: token(), codeVerifier: token(), afresh, locale, until };
  const { state, nonce, codeVerifier } = begun;
  const asked = { state, nonce, codeVerifier, afresh, locale, maxAgeSeconds: SESSION_MS / 1_000 };
  const address = await signIn.provider.begin(asked).catch((error: unknown) => {
    if (hasCode(error, 'sign-in-unavailable')) return null;
    throw error;
  });
  if (address === null) return { ok: false, why: 'unavailable', locale };
  const value = sealer.seal(BEGUN, JSON.stringify(begun));
  return { ok: true, address, locale, cookie: { value, seconds: BEGUN_MS / 1_000 } };
};

/** Null: there is none, or several. */
const stateIn = (query: string): string | null => {
  const [state, ...more] = new URLSearchParams(query).getAll('state');
  return state === undefined || more.length > 0 ? null : state;
};

export const isOfSession: OrderSteps['isTheirs'] = ({ query }) => stateIn(query)?.startsWith(STATE_PREFIX) ?? false;

export const finishSession = async (
  world: SessionWorld,
  { query, browser }: Parameters<OrderSteps['finish']>[0],
): ReturnType<OrderSteps['finish']> => {
  const { clock, sealer } = world;
  const now = clock.now();
  const begun = browser === null ? null : opened(begunShape, sealer.open(BEGUN, browser));
  const ours = begun !== null && sameHash(stateIn(query) ?? '', begun.state);
  // Anybody can bring this about, so it fills no log.
  if (!ours || begun.until <= now || begun.until > now + BEGUN_MS + SKEW_MS)
    return { ok: false, why: 'unknown-browser', locale: begun?.locale ?? null };
  const { locale } = begun;
  const { budgets, installations } = world.store;
  if ((await budgets.take({ ...ATTEMPTS, now })).granted < 1) return { ok: false, why: 'full', locale };
  const what = hash('sha256', `order-sign-in ${begun.state}`);
  const spent = await installations.spend({ what, until: begun.until + SKEW_MS, now });
  if (spent !== 'spent') return { ok: false, why: spent === 'full' ? 'full' : 'unknown-browser', locale };

  const { state, nonce, codeVerifier, afresh } = begun;
  const asked = { state, nonce, codeVerifier, afresh, locale, maxAgeSeconds: SESSION_MS / 1_000 };
  const proved = await prove(world, { ...asked, query });
  if (!proved.ok) return refused(world, { why: proved.why, locale, person: null });
  const { at, identity } = proved.proof;
  const owner = await personOf(world, identity);
  if (!owner.ok) return refused(world, { why: owner.why, locale, person: null });
  const { person } = owner;
  const asking = await askedAnew(world, person);
  if (typeof asking === 'string') return refused(world, { why: asking, locale, person });
  if (!hasRole(world, asking)) return refused(world, { why: 'no-role', locale: asking.locale, person });
  const ended = await voidSince(world, person);
  if (ended !== null && at <= ended) return refused(world, { why: 'disowned', locale: asking.locale, person });
  return opens(world, asking, at);
};

/** On record, then it counts. */
const opens = async (world: SessionWorld, person: Person, at: number): ReturnType<OrderSteps['finish']> => {
  const { clock, sealer, store } = world;
  const now = clock.now();
  const [id, token] = [world.random.id(), newToken(world)];
  const until = at + SESSION_MS;
  if (until <= now) return refused(world, { why: 'stale', locale: person.locale, person: person.id });
  const [key = ''] = sessionKeys(world, token);
  const session: Kept = { id, person: person.id, at, until };
  await world.audit.append({
    kind: 'grant',
    for: 'orders',
    at: now,
    id,
    person: sealer.fingerprint(person.id),
    change: 'given',
    by: 'openid',
    signedInAt: at,
    until,
  });
  const value = sealer.seal(signInContext(key), JSON.stringify(session));
  const kept = await store.signIns.keep({ key, owner: sealer.fingerprint(person.id), value, now, until });
  if (kept === 'full') return { ok: false, why: 'full', locale: person.locale };
  const cookie = { value: token, seconds: Math.max(1, Math.floor((until - now) / 1_000)) };
  return { ok: true, session: shownOf(world, session, person), cookie };
};

const refused = async (
  world: SessionWorld,
  o: { readonly why: OrderFault; readonly locale: Locale; readonly person: string | null },
): Promise<{ readonly ok: false; readonly why: OrderFault; readonly locale: Locale }> => {
  const { why, locale, person } = o;
  await world.audit.append({
    kind: 'sign-in',
    for: 'orders',
    at: world.clock.now(),
    change: 'refused',
    id: null,
    person: person === null ? null : world.sealer.fingerprint(person),
    code: why,
  });
  return { ok: false, why, locale };
};

/** Past what the directory remembers, by whatever account it has of them. */
const askedAnew = async (world: World, id: string): Promise<Person | 'not-permitted' | 'directory'> => {
  const accounts = await world.directory.accounts(id).catch(() => null);
  if (accounts === null) return 'directory';
  let away = false;
  for (const account of accounts) {
    const found = await who(world, { ...account, external: false }, { anew: true });
    if (found.ok && found.person.id === id && found.person.fresh) return found.person;
    away ||= found.ok ? !found.person.fresh : found.why === 'unreachable' || found.why === 'stale';
  }
  return away ? 'directory' : 'not-permitted';
};

const shownOf = ({ sealer }: Pick<World, 'sealer'>, { id, person, until }: Kept, asked: Person): SignedIn => {
  const { name, locale } = asked;
  return { id, person, name, locale, until, key: sealer.fingerprint(formOf(id)), asked };
};

/** Null: nobody is signed in there, or not any more. Refuses with code `directory-unavailable` where it cannot be said whether they still have a role. */
export const sessionOf = async (world: SessionWorld, browser: string | null): Promise<SignedIn | null> => {
  const now = world.clock.now();
  const found = await keptOf(world, browser);
  if (found === null || found.until <= now) return null;
  const ended = await voidSince(world, found.person);
  if (ended !== null && found.at <= ended) return null;
  const asked = await askedAnew(world, found.person);
  if (asked === 'directory')
    throw new SottoError('directory-unavailable', 'The directory cannot say just now whether they still may.');
  return asked === 'not-permitted' || !hasRole(world, asked) ? null : shownOf(world, found, asked);
};

const keptOf = async (world: World, browser: string | null): Promise<Kept | null> => {
  if (browser === null || browser.length > LONGEST_TOKEN) return null;
  for (const key of sessionKeys(world, browser)) {
    const sealed = await world.store.signIns.read({ key, now: world.clock.now() });
    const session = sealed === null ? null : opened(sessionShape, world.sealer.open(signInContext(key), sealed));
    if (session !== null) return session;
  }
  return null;
};

/** A token of ours has 43 characters. */
const LONGEST_TOKEN = 64;

export const isOwnForm = (world: Pick<World, 'sealer'>, session: Pick<OrderSession, 'id'>, key: string): boolean =>
  world.sealer.fingerprints(formOf(session.id)).some((due) => sameHash(key, due));

/** In every process; on record where there was a session. */
export const leaveSession = async (world: SessionWorld, browser: string | null): Promise<void> => {
  const session = await keptOf(world, browser);
  if (session === null || browser === null) return;
  const now = world.clock.now();
  for (const key of sessionKeys(world, browser)) await world.store.signIns.take({ key, now });
  await world.audit.append({
    kind: 'grant',
    for: 'orders',
    at: now,
    id: session.id,
    person: world.sealer.fingerprint(session.person),
    change: 'ended',
    by: 'signed-out',
    signedInAt: null,
    until: null,
  });
};
