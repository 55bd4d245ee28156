/**
 * Whoever signed in on a page to confirm orders, for a quarter of an hour at most: a session in the store, sealed, which any end of their sign-ins ends, and which counts
 * for nothing without a role that the directory vouches for as of now.
 */
import { z } from 'zod';
import type { OrderSession } from '../auth-steps.ts';
import { SottoError } from '../errors.ts';
import { signInContext } from '../sealing.ts';
import { voidSince } from '../sign-in/grants.ts';
import { isToken, newToken } from '../sign-in/kept.ts';
import type { SignInOffer } from '../sign-in/types.ts';
import { who } from '../steps.ts';
import { packParts } from '../stored.ts';
import type { Person } from '../types.ts';
import type { World } from '../world.ts';
import { sameHash } from './code.ts';
import type { SignedIn } from './page.ts';
import { hasRole } from './word.ts';

export type SessionWorld = World & { readonly signIn: SignInOffer };

/** How old the sign-in behind a confirmation may be: what a rule asks for one's own pay. */
export const SESSION_MS = 15 * 60_000;

const sessionShape = z.strictObject({ id: z.string(), person: z.string(), at: z.number(), until: z.number() });

type Kept = z.infer<typeof sessionShape>;

/** What was sealed, read by its shape; null: it opens as nothing of the kind. */
export const opened = <T>(shape: z.ZodType<T>, plain: string | null): T | null => {
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

/** On record, then it counts. `at`: when they signed in, ms since the epoch. `stale`: that is too long ago. `full`: they, or all together, have too many. */
export const openSession = async (
  world: SessionWorld,
  person: Person,
  at: number,
): Promise<
  | { readonly session: SignedIn; readonly cookie: { readonly value: string; readonly seconds: number } }
  | 'stale'
  | 'full'
> => {
  const { clock, sealer, store } = world;
  const now = clock.now();
  const [id, token] = [world.random.id(), newToken(world)];
  const until = at + SESSION_MS;
  if (until <= now) return 'stale';
  const [key = ''] = sessionKeys(world, token);
  const session: Kept = { id, person: person.id, at, until };
  await world.audit.append({
    kind: 'grant',
    for: 'orders',
    at: now,
    id,
    person: sealer.fingerprint(person.id),
    name: await world.names.of({ person: person.id, purpose: 'officer' }),
    change: 'given',
    by: 'openid',
    signedInAt: at,
    until,
  });
  const value = sealer.seal(signInContext(key), JSON.stringify(session));
  const kept = await store.signIns.keep({ key, owner: sealer.fingerprint(person.id), value, now, until });
  if (kept === 'full') return 'full';
  const cookie = { value: token, seconds: Math.max(1, Math.floor((until - now) / 1_000)) };
  return { session: shownOf(world, session, person), cookie };
};

/** Past what the directory remembers, by whatever account it has of them. */
export const askedAnew = async (world: World, id: string): Promise<Person | 'not-permitted' | 'directory'> => {
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
  if (browser === null || !isToken(browser)) return null;
  for (const key of sessionKeys(world, browser)) {
    const sealed = await world.store.signIns.read({ key, now: world.clock.now() });
    const session = sealed === null ? null : opened(sessionShape, world.sealer.open(signInContext(key), sealed));
    if (session !== null) return session;
  }
  return null;
};

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
    name: await world.names.of({ person: session.person, purpose: 'officer' }),
    change: 'ended',
    by: 'signed-out',
    signedInAt: null,
    until: null,
  });
};
