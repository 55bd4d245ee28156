/**
 * Questions that wait for a sign-in. The reply that says so is shown first; then the question is parked with its words, sealed, and
 * blocks nobody. Signing in brings it back (`signed-in.ts`), to be judged afresh; its time being over ends it, as a refusal on record.
 */
import { keepWords } from './dead.ts';
import { questionKeptBy } from './held.ts';
import { parseInbound } from './inbound.ts';
import type { Judgement } from './judgement.ts';
import type { Claim } from './ports.ts';
import type { Reply } from './reply.ts';
import { inboundContext, platformOf } from './sealing.ts';
import { keptToken, lastSignIn } from './sign-in/grants.ts';
import { packParts } from './stored.ts';
import type { Person } from './types.ts';
import type { World } from './world.ts';

/** A question waits for a sign-in for so long. */
const PARK_MINUTES = 10;
export const PARK_MS = PARK_MINUTES * 60_000;

/** Whether, and for how many minutes, this claim waits for a sign-in. It waited once already where it comes from there: then the person asks anew. */
export const waitsFor = (
  { signInOffered }: Pick<World, 'signInOffered'>,
  { parked }: Pick<Claim, 'parked'>,
): number | 'again' | 'nowhere' => {
  if (!signInOffered) return 'nowhere';
  return parked === null ? PARK_MINUTES : 'again';
};

/** What becomes of the question once its reply is shown. */
export const parkMark = (
  world: World,
  person: Person,
  judgement: Judgement,
  /** Of what is written. Absent: nothing is. */
  write?: string,
): Reply['after'] => ({
  kind: 'park',
  person: world.sealer.fingerprint(waiter(person.id)),
  what: world.sealer.fingerprint(whatOf(judgement, write)),
  signIn: { of: person.id, after: lastKnown(judgement) },
});

/** The same for one that waits for a token of theirs: any sign-in that gave one will do, however old it was. */
export const parkMarkForToken = (
  world: World,
  person: Person,
  judgement: Judgement,
  write?: string,
): Reply['after'] => ({
  kind: 'park',
  person: world.sealer.fingerprint(waiter(person.id)),
  what: world.sealer.fingerprint(whatOf(judgement, write)),
  signIn: { of: person.id, after: null, own: true },
});

/** The same for questions with the same answer, of which one is answered. No other write is the same. */
const whatOf = ({ intent, subject, slots }: Judgement, write?: string): string => {
  if (write !== undefined) return packParts(['write', write]);
  const said = Object.entries(slots).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return packParts(['asked', intent?.id ?? '', subject?.id ?? '', ...said.flat()]);
};

/** No sign-in of that time or before was helpful to this judgement. Its age is rounded up to minutes, and what helps is newer by many. */
const lastKnown = ({ request: { now, signInAgeMinutes: age } }: Judgement): number | null =>
  age === null ? null : now - (age - 1) * 60_000;

/**
 * The question is parked. Whoever signed in between its judgement and now was not found among those who wait, so it is brought back
 * at once; who signs in from now on finds it.
 */
export const backIfSignedIn = async (
  world: Pick<World, 'clock' | 'sealer' | 'store' | 'signIn'>,
  { tenant, conversation, id }: Pick<Claim, 'tenant' | 'conversation' | 'id'>,
  signIn: { readonly of: string; readonly after: number | null; readonly own?: true },
): Promise<void> => {
  const now = world.clock.now();
  if (signIn.own === true) {
    if ((await keptToken(world, { person: signIn.of, now })) === null) return;
    await world.store.inbox.unpark({ tenant, conversation, id, now });
    return;
  }
  const last = await lastSignIn(world, { person: signIn.of, now });
  if (last === null || (signIn.after !== null && last.at <= signIn.after)) return;
  await world.store.inbox.unpark({ tenant, conversation, id, now });
};

/** What the questions of a person are found by while they wait; more than one through a rotation of the data key. */
export const waitersOf = (world: Pick<World, 'sealer'>, person: string): readonly string[] =>
  world.sealer.fingerprints(waiter(person));

const waiter = (person: string): string => packParts(['waits', person]);

/**
 * Nobody signed in in time, or the same was asked again and that was answered. Refused and recorded; nothing is shown, since the
 * reply that stands there says until when it waits and what to do then. Throws where it cannot be recorded: it is tried again.
 */
export const lapse = async (world: World, claim: Claim): Promise<void> => {
  const now = world.clock.now();
  const plain = world.sealer.open(inboundContext(claim), claim.inbound);
  await world.audit.append({
    kind: 'decision',
    at: now,
    question: claim.id,
    attempt: claim.attempts,
    platform: platformOf(claim.account),
    tenant: claim.tenant,
    place: plain === null ? null : (parseInbound(plain)?.place.kind ?? null),
    // Nobody was looked up for it.
    person: world.sealer.fingerprint(claim.account),
    name: null,
    personKind: null,
    groups: [],
    verdict: 'refuse',
    intent: null,
    topics: [],
    about: null,
    subject: null,
    // It cannot have waited its whole time sooner than that.
    reasons: [now < claim.acceptedAt + PARK_MS ? 'asked-again' : 'parked-too-long'],
    show: null,
    expiresSeconds: null,
    policy: world.policy.version,
    restrictions: world.policy.restrictionsVersion,
  });
  world.metrics.count('decisions', { verdict: 'refuse' });
  if ((await questionKeptBy(world, claim)) !== null) return keepWords(world, claim);
  await world.store.inbox.settle({ id: claim.id, lease: claim.lease, end: 'lapsed', expiry: null, now });
};
