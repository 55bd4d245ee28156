/**
 * What is kept of a person's strong sign-ins: the last one that counts, and since when earlier ones count no more. One sealed record of a
 * person, changed only as it was seen, so that what they end is not given back by whoever had looked before.
 */
import { z } from 'zod';
import { SottoError } from '../errors.ts';
import type { Clock, KeptGrant, Sealer, Store } from '../ports.ts';
import { grantContext } from '../sealing.ts';
import type { OwnToken, SignInProvider } from '../sign-in-ports.ts';
import type { Account } from '../types.ts';

/** No token of a person is kept for longer, ms, whatever it says. */
export const MOST_OWN_MS = 60 * 60_000;

/** Longer ones fit into no request. */
const MOST_OWN_LENGTH = 16_000;

/** No sign-in counts for longer, ms, whatever a rule says: NIST SP 800-63B-4 wants one at least once a day (AAL2). */
export const MOST_SIGN_IN_MS = 24 * 60 * 60_000;

/** Others may change the record meanwhile: the walk that wraps it anew, or the same person on another device. */
const MOST_TRIES = 8;

/** A strong sign-in that counts. Times in ms since the epoch. */
export interface SignIn {
  /** Random; audit entries name it. */
  readonly id: string;
  /** When the provider saw it (`auth_time`), not when we heard of it. */
  readonly at: number;
  readonly until: number;
}

/** What the judge reads. */
export interface SignInsKept {
  /** The last one that counts; null: none does. */
  lastSignIn(o: { readonly person: string; readonly now: number }): Promise<Pick<SignIn, 'id' | 'at'> | null>;
}

export interface GrantWorld {
  readonly sealer: Pick<Sealer, 'seal' | 'open' | 'fingerprints'>;
  readonly store: Pick<Store, 'grants'>;
  /** Where people sign in; absent: nowhere. */
  readonly signIn?: { readonly provider: Pick<SignInProvider, 'issuer'> };
}

const record = z.strictObject({
  /** Directory id. */
  person: z.string(),
  signIn: z
    .strictObject({
      id: z.string(),
      at: z.number(),
      until: z.number(),
      /** Of the provider that saw it; null: a switch of the playground's gave it. */
      issuer: z.string().nullable(),
    })
    .nullable(),
  /** Whose question it was for; null: nobody's. */
  account: z.strictObject({ platform: z.enum(['slack', 'teams']), tenant: z.string(), user: z.string() }).nullable(),
  /** Sign-ins of this moment or before count no more; null: nobody ended any. */
  ended: z.number().nullable(),
  /** A token that came with a sign-in, for systems that are asked as the person. It ends with the sign-ins. Absent: none did. */
  own: z
    .strictObject({
      token: z.string().max(MOST_OWN_LENGTH),
      kind: z.enum(['access-token', 'id-token']),
      until: z.number(),
      issuer: z.string(),
    })
    .exactOptional(),
});

/** What stands of one person. */
export interface GrantRecord extends z.infer<typeof record> {}

/** Null: it opens under no key any more, or is none of ours. Then it counts for nobody. */
export const openGrant = ({ sealer }: Pick<GrantWorld, 'sealer'>, { owner, value }: KeptGrant): GrantRecord | null => {
  const plain = sealer.open(grantContext(owner), value);
  try {
    return plain === null ? null : record.parse(JSON.parse(plain));
  } catch {
    return null;
  }
};

type Kept = NonNullable<GrantRecord['signIn']>;

/** What another provider saw than the one of the settings counts no more. */
const counted = ({ signIn: offer }: GrantWorld, kept: GrantRecord | null, now: number): Kept | null => {
  const signIn = kept?.signIn ?? null;
  if (signIn === null || signIn.until <= now) return null;
  if (signIn.issuer !== null && signIn.issuer !== offer?.provider.issuer) return null;
  return kept?.ended !== null && kept?.ended !== undefined && signIn.at <= kept.ended ? null : signIn;
};

const look = async (world: GrantWorld, o: { readonly person: string; readonly now: number }) => {
  const owners = world.sealer.fingerprints(o.person);
  const found = await world.store.grants.find({ owners, now: o.now });
  const kept = found === null ? null : openGrant(world, found);
  return { owners, seen: found?.value ?? null, kept: kept?.person === o.person ? kept : null };
};

/** What another provider gave than the one of the settings is of no use to it. */
const ownIn = ({ signIn: offer }: GrantWorld, kept: GrantRecord | null, now: number): GrantRecord['own'] =>
  kept?.own !== undefined && kept.own.until > now && kept.own.issuer === offer?.provider.issuer ? kept.own : undefined;

/** The token of this person; null: none is there. Nobody but `own-tokens.ts` and what tells people about themselves asks. */
export const keptToken = async (
  world: GrantWorld,
  o: { readonly person: string; readonly now: number },
): Promise<OwnToken | null> => {
  const own = ownIn(world, (await look(world, o)).kept, o.now);
  return own === undefined ? null : { token: own.token, kind: own.kind, until: own.until };
};

/** It is of no more use. Another one that came meanwhile stays. */
export const dropToken = (
  world: GrantWorld,
  o: { readonly person: string; readonly token: string; readonly now: number },
): Promise<void> => {
  const change: Change = (kept) => {
    if (kept?.own?.token !== o.token) return null;
    const { person: _, own: __, ...rest } = kept;
    return rest;
  };
  return put(world, { ...o, change });
};

/** Whether anything of it still counts: a sign-in, or a token. */
export const isOver = ({ signIn, own }: GrantRecord, now: number): boolean =>
  (signIn === null || signIn.until <= now) && (own === undefined || own.until <= now);

type AccountName = Pick<Account, 'platform' | 'tenant' | 'user'>;

const nameOf = ({ platform, tenant, user }: AccountName): AccountName => ({ platform, tenant, user });

/** The last strong sign-in of this person that counts; null: none does. */
export const lastSignIn = async (
  world: GrantWorld,
  o: { readonly person: string; readonly now: number },
): Promise<SignIn | null> => told(counted(world, (await look(world, o)).kept, o.now));

const told = (kept: Kept | null): SignIn | null =>
  kept === null ? null : { id: kept.id, at: kept.at, until: kept.until };

/** Since when sign-ins of this person count anew: those of that moment or before do not. Null: nobody ended any within a day. */
export const voidSince = async (
  world: GrantWorld & { readonly clock: Pick<Clock, 'now'> },
  person: string,
): Promise<number | null> => (await look(world, { person, now: world.clock.now() })).kept?.ended ?? null;

type Change = (kept: GrantRecord | null) => Omit<GrantRecord, 'person'> | null;

/** Changes what stands, if `change` gives something to put there; tried again where somebody else was faster. */
const put = async (
  world: GrantWorld,
  o: { readonly person: string; readonly now: number; readonly change: Change },
): Promise<void> => {
  const { person, now } = o;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { owners, seen, kept } = await look(world, { person, now });
    const next = o.change(kept);
    const [owner] = owners;
    if (next === null || owner === undefined) return;
    const value = world.sealer.seal(grantContext(owner), JSON.stringify({ person, ...next } satisfies GrantRecord));
    const kept_ = Math.max(next.signIn?.until ?? 0, next.own?.until ?? 0);
    const until = Math.max(kept_, next.ended === null ? 0 : next.ended + MOST_SIGN_IN_MS);
    if ((await world.store.grants.put({ owners, seen, value, now, until })) === 'put') return;
  }
  throw new SottoError(
    'store-unavailable',
    'A sign-in was changed by others again and again, so this change was given up. Nothing was changed.',
  );
};

/**
 * Keeps a sign-in; of two the later one counts, for as long as either would have. `ended`: the person ended their sign-ins since, and nothing
 * was kept. Gives what counts now.
 */
export const keepSignIn = async (
  world: GrantWorld,
  o: {
    readonly person: string;
    readonly signIn: SignIn;
    /** Whose question it was for; null: nobody's. */
    readonly account: AccountName | null;
    /** Of the provider that saw it; null: none did. */
    readonly issuer: string | null;
    /** A token that came with it; null: none did, and one from before stays. */
    readonly own?: OwnToken | null;
    readonly now: number;
  },
): Promise<SignIn | 'ended'> => {
  let counts: SignIn | 'ended' = 'ended';
  const named = o.account === null ? null : nameOf(o.account);
  const change: Change = (kept) => {
    const ended = kept?.ended ?? null;
    counts = 'ended';
    if (ended !== null && o.signIn.at <= ended) return null;
    const before = counted(world, kept, o.now);
    const newest = before !== null && before.at > o.signIn.at ? before : { ...o.signIn, issuer: o.issuer };
    const until = Math.min(Math.max(o.signIn.until, before?.until ?? 0), newest.at + MOST_SIGN_IN_MS);
    counts = { id: newest.id, at: newest.at, until };
    const account = named ?? (before === null ? null : (kept?.account ?? null));
    const own = ownGiven(o) ?? ownIn(world, kept, o.now);
    return { signIn: { ...newest, until }, account, ended, ...(own === undefined ? {} : { own }) };
  };
  await put(world, { person: o.person, now: o.now, change });
  return counts;
};

/** Undefined: none came, its time is over, or it is longer than one may be. */
const ownGiven = ({ own, issuer, now }: Parameters<typeof keepSignIn>[1]): GrantRecord['own'] => {
  if (own === undefined || own === null || issuer === null) return undefined;
  const until = Math.min(own.until, now + MOST_OWN_MS);
  return until <= now || own.token.length > MOST_OWN_LENGTH ? undefined : { ...own, until, issuer };
};

/** Ends what counts, and all that was signed in to by `now`: it needs a fresh one. Gives what counted until then; null: nothing did. */
export const voidSignIns = async (
  world: GrantWorld,
  o: { readonly person: string; readonly now: number },
): Promise<SignIn | null> => {
  let before: SignIn | null = null;
  const change: Change = (kept) => {
    before = told(counted(world, kept, o.now));
    return { signIn: null, account: null, ended: Math.max(o.now, kept?.ended ?? 0) };
  };
  await put(world, { ...o, change });
  return before;
};

/** Nothing is left of this person's sign-ins, not even that some were ended. */
export const dropSignIns = async (world: GrantWorld, { person }: { readonly person: string }): Promise<void> => {
  await world.store.grants.end({ owners: world.sealer.fingerprints(person) });
};

/** What the judge reads of a world. */
export const signInsKept = (world: GrantWorld): SignInsKept => ({ lastSignIn: (o) => lastSignIn(world, o) });

/** As if somebody had signed in at that time, or (null) had not: for trying questions out. */
export const signedInAt = (at: number | null): SignInsKept => ({
  lastSignIn: async () => (at === null ? null : { id: 'tried-out', at }),
});
