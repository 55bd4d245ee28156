/**
 * What a system of record reports of its own accord (a webhook): durable before anybody is thanked for it, then told to whom it is about, in
 * private, as far as policy lets them know it. It lies in the inbox twice: as nobody's, until it is known who it is about; then as theirs, where it
 * is found by a hold, an export and a forgetting, and is shown as an answer is. A crash at any line loses nothing, and a repeat tells once.
 */
import { createHash } from 'node:crypto';
import type { ReportedEntry } from './audit.ts';
import type { Reported } from './chore-types.ts';
import { commit, type Outcome, PLAIN } from './commit.ts';
import { SottoError } from './errors.ts';
import { type Accept, parseChore } from './inbound.ts';
import type { Claim, Found, HookReport, ReportKind } from './ports.ts';
import { ALARMING, countedAt, countHeld, placeOf } from './reported-much.ts';
import { decided, unknownNow } from './reported-told.ts';
import { noteSurprises } from './screening.ts';
import { inboundContext } from './sealing.ts';
import { show } from './show.ts';
import { freshState } from './state.ts';
import { who } from './steps.ts';
import { standsStill } from './still.ts';
import { packParts } from './stored.ts';
import type { Account, Intent } from './types.ts';
import type { World } from './world.ts';

/** As of questions: HR may publish a restriction meanwhile. */
const MOST_JUDGEMENTS = 3;

/** Longer than a report may be old, by its hook's window, and clocks of two machines may differ. ms. */
const REPLAY_MS = 60 * 60_000;

/** While nobody is answered it is looked again after so long, ms, and for so long. */
const LOOK_AGAIN_MS = 15_000;
const MOST_WAIT_MS = 24 * 60 * 60_000;

/** Accounts of one person that are tried. */
const MOST_ACCOUNTS = 5;

/** A tenant that is no platform's: what lies there is nobody's yet. */
const NOBODYS = 'hooks';

/**
 * Keeps a report. It is known by its own id for a day: whatever comes under it again is told no second time. Of those, `replay` is the very same
 * request, and `repeat` another one about the same, from a system that missed our answer. Never rejects.
 */
export const takeReport = async (
  world: Pick<World, 'store' | 'clock' | 'platforms' | 'log'>,
  accept: Accept,
  { hook, id: own, proof, at, record }: HookReport,
): Promise<'taken' | 'repeat' | 'replay' | 'unavailable'> => {
  const [platform = 'slack'] = world.platforms.keys();
  const id = `report-${digest([hook, own])}`;
  const accepted = await accept({
    kind: 'reported',
    id,
    account: { platform, tenant: NOBODYS, user: hook, external: false },
    place: { kind: 'direct', channel: '', thread: null },
    // Nothing waits behind it, and it waits behind nothing.
    conversation: id,
    at,
    hook,
    person: null,
    record,
  });
  if (accepted === 'unavailable') return 'unavailable';
  // Behind the report itself: a crash between the two makes a replay a repeat, and loses nothing.
  const key = `hook:${digest([hook, proof])}`;
  const times = await world.store.counters.add({ key, windowMs: REPLAY_MS, now: world.clock.now() }).catch(() => 0);
  if (accepted === 'accepted') return 'taken';
  return times > 1 ? 'replay' : 'repeat';
};

/** Not keyed: it must stay the same when keys are changed, and what it hides is what a system calls its own message. */
const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(packParts(parts)).digest('hex').slice(0, 32);

/** Ends such an order. Refuses as the store, the audit log and the directory do; then it is claimed again. */
export type Report = (claim: Claim, reported: Reported) => Promise<void>;

export const createReport = (world: World, accept: Accept): Report => {
  return async (claim, reported) => {
    const kind = world.hooks?.get(reported.hook) ?? null;
    const intent = kind === null ? null : (world.catalogue.intents.get(kind.intent) ?? null);
    if (kind === null || intent === null) return end(world, claim, reported, { outcome: 'strange', kind });
    return reported.person === null
      ? findWhom(world, accept, claim, reported, kind)
      : tellThem(world, accept, claim, reported, { kind, intent, person: reported.person });
  };
};

/** What it is about the person of, and which account of theirs is told. */
const findWhom = async (
  world: World,
  accept: Accept,
  claim: Claim,
  reported: Reported,
  kind: ReportKind,
): Promise<void> => {
  const { directory } = world;
  const called = reported.record.subject ?? '';
  const whom =
    kind.goesBy === undefined
      ? await directory.colleague(called)
      : ((await directory.identified?.({ by: kind.goesBy, value: called })) ?? null);
  if (whom === null) return end(world, claim, reported, { outcome: 'nobody', kind });
  const account = await accountOf(world, whom.id, null);
  if (account === null) return end(world, claim, reported, { outcome: 'nowhere', kind, person: whom.id });
  const id = `${reported.id}-told`;
  const accepted = await accept({ ...reported, id, conversation: id, account, person: whom.id });
  if (accepted === 'unavailable') throw notKept();
  await world.store.inbox.settle({
    id: claim.id,
    lease: claim.lease,
    end: 'ignored',
    expiry: null,
    now: world.clock.now(),
  });
};

/**
 * Where a report could never be shown on the account that was chosen (nobody there has the bot, say), it lies there once more, under the next
 * account of the same person. What is shown there is decided afresh. Nothing is done for a claim that is no report.
 */
export const tellElsewhere = async (world: World, accept: Accept, claim: Claim): Promise<void> => {
  const plain = world.sealer.open(inboundContext(claim), claim.inbound);
  const chore = plain === null ? null : parseChore(plain);
  if (chore?.kind !== 'reported' || chore.person === null) return;
  const [, first = '', times = '1'] = /^(.*-told)(?:-([0-9]))?$/.exec(chore.id) ?? [];
  const next = Number(times) + 1;
  if (first === '' || next > MOST_ACCOUNTS) return;
  const account = await accountOf(world, chore.person, chore.account);
  if (account === null) return;
  const id = `${first}-${next}`;
  if ((await accept({ ...chore, id, conversation: id, account })) === 'unavailable') throw notKept();
};

const notKept = (): SottoError => new SottoError('store-unavailable', 'A report could not be kept.');

/**
 * The first account of theirs, of those behind `after`, on a platform that is on, where they may use the bot. Rejects where that cannot be told
 * of any.
 */
const accountOf = async (world: World, person: string, after: Account | null): Promise<Account | null> => {
  let unclear = false;
  const all = await world.directory.accounts(person);
  const isLast = ({ platform, tenant, user }: Omit<Account, 'external'>): boolean =>
    platform === after?.platform && tenant === after.tenant && user === after.user;
  for (const known of after === null ? all : all.slice(all.findIndex(isLast) + 1 || all.length)) {
    if (!world.platforms.has(known.platform)) continue;
    const account = { ...known, external: false };
    const found = await who(world, account, { anew: true });
    if (found.ok && found.person.id === person) return account;
    unclear ||= isUnclear(found);
  }
  if (unclear) throw unknownNow();
  return null;
};

const isUnclear = (found: Found): boolean => !found.ok && (found.why === 'unreachable' || found.why === 'stale');

const tellThem = async (
  world: World,
  accept: Accept,
  claim: Claim,
  reported: Reported,
  of: { readonly kind: ReportKind; readonly intent: Intent; readonly person: string },
): Promise<void> => {
  if (standsStill(world) !== null) return waitForGoing(world, claim);
  const { hour } = reported;
  if (hour !== undefined && world.clock.now() < countedAt(hour)) return waitUntil(world, claim, countedAt(hour));
  const keep = async (count: Reported): Promise<void> => {
    if ((await accept(count)) === 'unavailable') throw notKept();
  };
  const found = await who(world, reported.account, { anew: true });
  if (isUnclear(found)) throw unknownNow();
  if (!found.ok || found.person.id !== of.person)
    return end(world, claim, reported, { outcome: 'nowhere', kind: of.kind, person: of.person });
  const { person } = found;
  const count = hour === undefined ? null : await countHeld(world, { hook: reported.hook, person: of.person, hour });
  for (let round = 1; round <= MOST_JUDGEMENTS; round++) {
    const { restrictionsVersion } = world.policy;
    const told = await decided(world, reported, { ...of, person, count });
    const { surprises: surprising = [] } = told;
    await noteSurprises(world, { question: claim.id, operation: of.kind.name, found: surprising });
    if (told.card === null) return end(world, claim, reported, { ...told, kind: of.kind, person: of.person });
    // The count itself is held back by nothing: there is one an hour.
    const place =
      count === null
        ? await placeOf(world, { reported, person: of.person, people: of.kind.people, keep })
        : { told: true as const };
    if (!place.told) {
      const { hook } = reported;
      if (place.held >= ALARMING) world.surprises?.flooded({ hook });
      if (place.spread) world.surprises?.spread({ hook, people: of.kind.people });
      return end(world, claim, reported, { ...told, outcome: 'held-back', kind: of.kind, person: of.person });
    }
    await record(world, claim, reported, { ...told, kind: of.kind, person: of.person });
    const outcome: Outcome = {
      card: told.card,
      verdict: 'answer',
      judgement: told.judgement,
      obligations: PLAIN,
      locale: person.locale,
      ...(told.outcome === 'told' ? { tells: { person: person.id, intent: of.intent } } : {}),
    };
    const state = freshState(world.clock.now());
    const committed = await commit(world, claim, reported, found, outcome, state, restrictionsVersion);
    if (committed.status === 'committed')
      return show(world, claim, committed.outbox, committed.reply, () => tellElsewhere(world, accept, claim));
    if (committed.status === 'lost') return;
    await world.policyCaughtUp();
  }
  throw new SottoError('deadline', 'The restrictions changed faster than a report could be judged. It is tried again.');
};

/** Nobody is answered just now, and nobody is told. It waits, and no attempt is counted; what has waited for a day is given up. */
const waitForGoing = async ({ store, clock }: World, claim: Claim): Promise<void> => {
  const now = clock.now();
  if (now - claim.acceptedAt >= MOST_WAIT_MS)
    throw new SottoError('busy', 'Nobody was answered for a day, and a report that waited for that is given up.');
  const { id, lease } = claim;
  await store.inbox.release({ id, lease, notBefore: now + LOOK_AGAIN_MS, code: 'stands-still', paced: true });
};

/** No attempt is counted, for nothing failed. */
const waitUntil = async ({ store }: World, { id, lease }: Claim, notBefore: number): Promise<void> =>
  store.inbox.release({ id, lease, notBefore, paced: true });

interface Noted {
  readonly outcome: ReportedEntry['outcome'];
  readonly kind: ReportKind | null;
  /** Directory id; absent: the directory knows nobody. */
  readonly person?: string;
  readonly reasons?: readonly string[];
}

/** Before anything is shown (promise 5). */
const record = async (world: World, claim: Claim, reported: Reported, o: Noted): Promise<void> => {
  const { person, kind } = o;
  const theirs = reported.person !== null;
  await world.audit.append({
    kind: 'reported',
    at: world.clock.now(),
    question: claim.id,
    attempt: claim.attempts,
    hook: reported.hook,
    outcome: o.outcome,
    platform: theirs ? reported.account.platform : null,
    tenant: theirs ? reported.account.tenant : null,
    person: person === undefined ? null : world.sealer.fingerprint(person),
    name: person === undefined ? null : await world.names.of({ person, purpose: 'asker' }),
    dataClass: kind?.dataClass ?? null,
    intent: kind?.intent ?? null,
    reasons: o.reasons ?? [],
    policy: world.policy.version,
    restrictions: world.policy.restrictionsVersion,
  });
  world.metrics.count('reported', { outcome: o.outcome });
};

/** Nobody is told anything of it. */
const end = async (world: World, claim: Claim, reported: Reported, o: Noted): Promise<void> => {
  await record(world, claim, reported, o);
  const now = world.clock.now();
  await world.store.inbox.settle({ id: claim.id, lease: claim.lease, end: 'ignored', expiry: null, now });
};
