/** What the store keeps of a link to the sign-in page, and of a sign-in that was begun by one: sealed, for minutes, known by keyed hashes alone. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { signInContext } from '../sealing.ts';
import { packParts } from '../stored.ts';
import type { World } from '../world.ts';

type Keeping = Pick<World, 'clock' | 'sealer' | 'store'>;

const account = z.strictObject({
  platform: z.enum(['slack', 'teams']),
  tenant: z.string(),
  user: z.string(),
  external: z.boolean(),
});

/** For whom a link is, and what it is for. */
const purpose = z.strictObject({
  /** Random; audit entries name it. */
  id: z.string(),
  /** Directory id. */
  person: z.string(),
  /** Whose question waits. */
  account,
  locale: z.enum(['en', 'de']),
  /** How old a sign-in may be for the rule that asked. */
  minutes: z.int().positive(),
});

const link = purpose.extend({
  /** It begins nothing any more from then on. ms since the epoch. */
  until: z.number(),
  /** Keyed hash of the cookie of the browser that it was begun in; null: it was not. */
  browser: z.string().nullable(),
  /** How often it was begun. */
  tries: z.int(),
  /** Whoever is signed in at the provider does not do: the next sign-in there is a fresh one. */
  afresh: z.boolean(),
});

const begun = purpose.extend({
  /** What the store knows its link by. */
  link: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  maxAgeSeconds: z.int(),
  afresh: z.boolean(),
});

export interface Purpose extends z.infer<typeof purpose> {}
export interface Link extends z.infer<typeof link> {}
export interface BegunSignIn extends z.infer<typeof begun> {}

/** What stands in the store, with what it is swapped by. */
export interface Found<T> {
  readonly key: string;
  readonly seen: string;
  readonly value: T;
}

/** Of 32 random bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export const isToken = (value: string): boolean => TOKEN.test(value);

/** A token that nobody can guess: 256 bits of two ids, in 43 characters of base64url; long enough for PKCE's verifier too (RFC 7636 4.1). */
export const newToken = ({ random }: Pick<World, 'random'>): string =>
  hash('sha256', packParts([random.id(), random.id()]), 'base64url');

/** What a link's token may be known by, the newest key first; more than one through a rotation of the data key. */
const linkKeys = ({ sealer }: Pick<World, 'sealer'>, token: string): readonly string[] =>
  sealer.fingerprints(packParts(['sign-in link', token]));

/** Of both, so that a state in another browser is no state at all. */
const begunKeys = ({ sealer }: Pick<World, 'sealer'>, browser: string, state: string): readonly string[] =>
  sealer.fingerprints(packParts(['sign-in begun', browser, state]));

/** What a browser is known by, the newest key first. */
export const browserKeys = ({ sealer }: Pick<World, 'sealer'>, browser: string): readonly string[] =>
  sealer.fingerprints(packParts(['sign-in browser', browser]));

const opened = <T>(world: Keeping, shape: z.ZodType<T>, key: string, seen: string | null): Found<T> | null => {
  const plain = seen === null ? null : world.sealer.open(signInContext(key), seen);
  if (seen === null || plain === null) return null;
  try {
    return { key, seen, value: shape.parse(JSON.parse(plain)) };
  } catch {
    return null;
  }
};

/** `kept`, or `full` where this person, or all together, have too many. */
const keep = (
  world: Keeping,
  o: { readonly key: string; readonly person: string; readonly value: object; readonly until: number },
) =>
  world.store.signIns.keep({
    key: o.key,
    owner: world.sealer.fingerprint(o.person),
    value: world.sealer.seal(signInContext(o.key), JSON.stringify(o.value)),
    now: world.clock.now(),
    until: o.until,
  });

/** `storeUntil`: a sign-in that it began in its last moment still finds it. */
export const keepLink = (
  world: Keeping,
  o: { readonly token: string; readonly link: Link; readonly storeUntil: number },
): Promise<'kept' | 'full'> => {
  const [key = ''] = linkKeys(world, o.token);
  return keep(world, { key, person: o.link.person, value: o.link, until: o.storeUntil });
};

/** Null: there is none, it is over, or it opens under no key. */
export const findLink = async (world: Keeping, token: string): Promise<Found<Link> | null> => {
  if (!isToken(token)) return null;
  for (const key of linkKeys(world, token)) {
    const found = await linkAt(world, key);
    if (found !== null) return found;
  }
  return null;
};

export const linkAt = async (world: Keeping, key: string): Promise<Found<Link> | null> =>
  opened(world, link, key, await world.store.signIns.read({ key, now: world.clock.now() }));

/** False: somebody was faster. */
export const changeLink = async (world: Keeping, found: Found<Link>, value: Link): Promise<boolean> => {
  const sealed = world.sealer.seal(signInContext(found.key), JSON.stringify(value));
  const { key, seen } = found;
  return (await world.store.signIns.swap({ key, seen, value: sealed, now: world.clock.now() })) === 'swapped';
};

export const keepBegun = (
  world: Keeping,
  o: { readonly browser: string; readonly state: string; readonly begun: BegunSignIn; readonly until: number },
): Promise<'kept' | 'full'> => {
  const [key = ''] = begunKeys(world, o.browser, o.state);
  return keep(world, { key, person: o.begun.person, value: o.begun, until: o.until });
};

/** Exactly once, over all processes. Null: none was begun with this state in this browser, or it is used or over. */
export const takeBegun = async (
  world: Keeping,
  o: { readonly browser: string; readonly state: string },
): Promise<BegunSignIn | null> => {
  for (const key of begunKeys(world, o.browser, o.state)) {
    const found = opened(world, begun, key, await world.store.signIns.take({ key, now: world.clock.now() }));
    if (found !== null) return found.value;
  }
  return null;
};
