/** Steps that a question and a press that opens a view share: who it is, the record, the data. */
import type { DecisionEntry } from './audit.ts';
import { type Read, readAuthorised } from './data.ts';
import { codeOf } from './errors.ts';
import type { Judgement } from './judgement.ts';
import type { Claim, Found } from './ports.ts';
import { noteSurprises } from './screening.ts';
import { accountKey, stateContext } from './sealing.ts';
import { type ConversationState, freshState, parseState } from './state.ts';
import { countsOf } from './throttle.ts';
import type { Account, Intent, Locale, Person, Press, Question } from './types.ts';
import type { World } from './world.ts';

/** One attempt at one thing that came in. `id` is the question's or press's; it stands in every entry about it. */
export interface Attempt {
  readonly id: string;
  /** From 1. */
  readonly attempts: number;
}

/** Step 4. A directory that fails is `unreachable`, which refuses. `anew`: past what it remembers. */
export const who = async (
  world: Pick<World, 'directory' | 'log'>,
  account: Account,
  { anew }: { readonly anew: boolean } = { anew: false },
): Promise<Found> => {
  try {
    return await (anew ? world.directory.find(account, { anew }) : world.directory.find(account));
  } catch (error) {
    world.log.warn('directory.failed', { code: codeOf(error) });
    return { ok: false, why: 'unreachable' };
  }
};

/** In which language somebody is told no whom the directory does not vouch for: as the platform says, else in English. */
export const strangersLocale = async (world: Pick<World, 'platforms'>, account: Account): Promise<Locale> =>
  (await world.platforms.get(account.platform)?.locale?.(account)) ?? 'en';

/** Who it is decided about: somebody whom the directory knows; null: it knows nobody by their account, or was not asked. */
export type Asker = Pick<Person, 'id' | 'kind' | 'groups'> | null;

/** What an entry says of them. */
const asked = async (
  { sealer, names, groups }: Pick<World, 'sealer' | 'names' | 'groups'>,
  asker: Asker,
  account: Account,
): Promise<Pick<DecisionEntry, 'person' | 'name' | 'personKind' | 'groups'>> => {
  if (asker === null)
    return { person: sealer.fingerprint(accountKey(account)), name: null, personKind: null, groups: [] };
  return {
    person: sealer.fingerprint(asker.id),
    name: await names.of({ person: asker.id, purpose: 'asker' }),
    personKind: asker.kind,
    groups: asker.groups.filter((group) => groups.has(group)).toSorted(),
  };
};

/** Step 8. Whoever calls this goes on only once the entry is durable (promise 5). */
export const record = async (
  world: World,
  attempt: Attempt,
  inbound: Pick<Question, 'account' | 'place'>,
  o: {
    readonly person: Asker;
    readonly verdict: DecisionEntry['verdict'];
    readonly reasons: readonly string[];
    readonly judgement?: Judgement;
  },
): Promise<void> => {
  const { judgement } = o;
  const subject = judgement?.subject ?? null;
  const of = await asked(world, o.person, inbound.account);
  await world.audit.append({
    kind: 'decision',
    at: world.clock.now(),
    question: attempt.id,
    attempt: attempt.attempts,
    platform: inbound.account.platform,
    tenant: inbound.account.tenant,
    place: inbound.place.kind,
    ...of,
    verdict: o.verdict,
    intent: judgement?.intent?.id ?? null,
    topics: judgement?.topics ?? [],
    about: judgement?.about ?? null,
    subject: subject === null ? null : world.sealer.fingerprint(subject.id),
    reasons: o.reasons,
    show: judgement?.obligations?.show ?? null,
    expiresSeconds: judgement?.obligations?.expiresSeconds ?? null,
    policy: judgement?.policy ?? world.policy.version,
    restrictions: judgement?.restrictions ?? world.policy.restrictionsVersion,
    ...(typeof judgement?.restsOn === 'string' ? { signIn: judgement.restsOn } : {}),
  });
  world.metrics.count('decisions', { verdict: o.verdict });
};

/** Step 9: the operation behind an intent, authorised twice; a refusal by the second check is on record, and what it held that must not be shown. Null: words alone answer. */
export const read = async (
  world: World,
  attempt: Attempt,
  o: { readonly intent: Intent; readonly judgement: Judgement; readonly locale: Locale },
): Promise<Read | null> => {
  const { operation } = o.intent;
  if (operation === null) return null;
  const done = await readAuthorised({
    backend: world.backend,
    operation,
    subject: o.judgement.subject?.id ?? null,
    id: attempt.id,
    slots: o.judgement.slots,
    redact: o.judgement.obligations?.redact ?? [],
    locale: o.locale,
    request: o.judgement.request,
  });
  if (!done.ok && done.why === 'refused') await noteDataRefused(world, attempt, { operation, ...done });
  if (!done.ok && done.why === 'surprise') {
    await noteSurprises(world, { question: attempt.id, operation, found: done.found });
  }
  if (done.ok && done.strayed === true) {
    world.metrics.count('strays');
    world.log.warn('stray', { id: attempt.id, name: operation });
  }
  if (done.ok && done.more === true) {
    world.metrics.count('lists_cut');
    world.log.warn('list-cut', { id: attempt.id, name: operation });
  }
  return done;
};

/** The second check refused what the first had let through. */
export const noteDataRefused = async (
  world: Pick<World, 'audit' | 'clock' | 'policy'>,
  { id }: Pick<Attempt, 'id'>,
  o: { readonly operation: string; readonly dataClass: string; readonly reasons: readonly string[] },
): Promise<void> => {
  const { operation, dataClass, reasons } = o;
  await world.audit.append({
    kind: 'data-refused',
    at: world.clock.now(),
    question: id,
    operation,
    dataClass,
    reasons,
    policy: world.policy.version,
    restrictions: world.policy.restrictionsVersion,
  });
};

/** Step 5. A press that is answered at once costs as much as a question. */
export const counted = async (
  world: World,
  { account }: Pick<Press, 'account'>,
): Promise<Readonly<Record<string, number>>> => {
  const now = world.clock.now();
  const counts = countsOf({ account: `${account.tenant}:${accountKey(account)}`, tenant: account.tenant });
  const sums = await Promise.all(
    counts.map(
      async ({ name, key, windowMs }) => [name, await world.store.counters.add({ key, windowMs, now })] as const,
    ),
  );
  return Object.fromEntries(sums);
};

const openedState = (world: World, account: Account, conversation: string, sealed: string): ConversationState => {
  const context = stateContext({ tenant: account.tenant, account: accountKey(account), conversation });
  return parseState(world.sealer.open(context, sealed), world.clock.now());
};

/** What the conversation remembers by now: refusals since the button was made count as well. */
export const stateOf = async (
  world: World,
  { account, conversation }: Pick<Press, 'account' | 'conversation'>,
): Promise<ConversationState> => {
  const now = world.clock.now();
  const sealed = await world.store.conversations.read({ tenant: account.tenant, conversation, now });
  if (sealed === null) return freshState(now);
  return openedState(world, account, conversation, sealed);
};

/** What the conversation remembers, as it was read when the question was claimed. */
export const claimedState = (world: World, claim: Claim, account: Account): ConversationState => {
  const now = world.clock.now();
  if (claim.state === null) return freshState(now);
  return openedState(world, account, claim.conversation, claim.state);
};
