/**
 * An operator, or somebody of HR, signs in on a page to confirm orders: without a link, by a state that is proved and not kept, so that whoever opens the page a thousand
 * times fills nothing. Only a sign-in that is strong, fresh and of somebody with a role begins a session.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { OrderFault, OrderSteps } from '../auth-steps.ts';
import { hasCode } from '../errors.ts';
import { voidSince } from '../sign-in/grants.ts';
import { newToken } from '../sign-in/kept.ts';
import { BEGUN_MS } from '../sign-in/link.ts';
import { personOf } from '../sign-in/person.ts';
import { prove, SKEW_MS, stateIn } from '../sign-in/prove.ts';
import type { Begun } from '../sign-in/types.ts';
import type { Locale } from '../types.ts';
import { sameHash } from './code.ts';
import { askedAnew, opened, openSession, SESSION_MS, type SessionWorld } from './session.ts';
import { hasRole } from './word.ts';

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

/** What is begun lies in the browser alone, sealed for no one: it opens as this and as nothing else. */
const BEGUN = { tenant: '', person: '', purpose: 'sign-in', record: 'orders' } as const;

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
  const session = await openSession(world, asking, at);
  if (session === 'stale') return refused(world, { why: 'stale', locale: asking.locale, person });
  return session === 'full' ? { ok: false, why: 'full', locale: asking.locale } : { ok: true, ...session };
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
    name: person === null ? null : await world.names.of({ person, purpose: 'officer' }),
    code: why,
  });
  return { ok: false, why, locale };
};
