/**
 * Tells people something of our own accord, each in their private chat: whom a role is in the hands of, or the security contact. For
 * what somebody should know soon, never for what must arrive: it is on record elsewhere, and nobody waits for it.
 */
import { codeOf } from './errors.ts';
import type { Posted } from './ports.ts';
import { who } from './steps.ts';
import { packParts } from './stored.ts';
import type { Account, Card, Person } from './types.ts';
import type { World } from './world.ts';

/** People that one thing is told to. */
export const MOST_TOLD = 50;

/** For so long nobody is told the same again, ms: longer than anything waits for somebody. */
const MARK_MS = 7 * 24 * 60 * 60_000;

/** All of it, ms. */
const DEADLINE_MS = 30_000;

/** Told at once; the others wait their turn. */
const AT_ONCE = 4;

/** A message that was not posted for sure is tried so often, with this pause between, ms, or the platform's own. */
const MOST_TRIES = 3;
const PAUSE_MS = 2_000;

export interface ToldPerson {
  /** Who they are by now; they may use the bot. */
  readonly person: Person;
  /** Where they are told. What a button carries is sealed to it. */
  readonly account: Account;
}

type TellWorld = Pick<
  World,
  'directory' | 'platforms' | 'unfenced' | 'store' | 'sealer' | 'random' | 'clock' | 'log' | 'metrics'
>;

/**
 * Each is told at most once under one key, whatever process calls this, and how often. Of several accounts the first that takes the
 * message has it. Whom the directory does not know (any more) is not told. Never throws; resolves within half a minute.
 */
export const tell = async (
  world: TellWorld,
  o: {
    /** Directory ids; the first fifty are told. */
    readonly people: readonly string[];
    /** What each of them sees. */
    readonly card: (to: ToldPerson) => Card;
    /** Names what is told. */
    readonly key: string;
    /** An account that is tried before others of theirs. */
    readonly first?: Pick<Account, 'platform' | 'tenant' | 'user'>;
  },
): Promise<{ readonly told: number }> => {
  const people = [...new Set(o.people)].slice(0, MOST_TOLD);
  const over = new AbortController();
  let told = 0;
  let nowhere = 0;
  const tellNext = async (next: IterableIterator<string>): Promise<void> => {
    for (const person of next) {
      if (over.signal.aborted) return;
      const outcome = await tellOne(world, { ...o, person, signal: over.signal }).catch((error: unknown) => {
        world.log.warn('tell.failed', { code: codeOf(error) });
        return 'failed' as const;
      });
      if (outcome === 'told') told += 1;
      if (outcome === 'nowhere') nowhere += 1;
      world.metrics.count('told', { outcome });
    }
  };
  const queue = people.values();
  const done = Promise.all(Array.from({ length: AT_ONCE }, () => tellNext(queue)));
  const inTime = new AbortController();
  await Promise.race([done, world.clock.sleep(DEADLINE_MS, inTime.signal)]);
  inTime.abort();
  over.abort();
  // They have left, or could not be looked up just now: whoever runs it should know.
  if (nowhere > 0) world.log.warn('tell.nowhere', { count: nowhere });
  return { told };
};

/** Employees who are in this group, by directory id. Nobody where the directory cannot say; that is logged. */
export const peopleOf = async (world: Pick<World, 'directory' | 'log'>, group: string): Promise<readonly string[]> => {
  try {
    const members = await world.directory.members();
    return members.filter(({ kind, groups }) => kind === 'employee' && groups.includes(group)).map(({ id }) => id);
  } catch (error) {
    world.log.warn('tell.nobody-known', { code: codeOf(error) });
    return [];
  }
};

/** `before`: they were told already. `nowhere`: no account of theirs could be written to. */
type Outcome = 'told' | 'before' | 'nowhere' | 'failed';

const tellOne = async (
  world: TellWorld,
  o: {
    readonly person: string;
    readonly card: (to: ToldPerson) => Card;
    readonly key: string;
    readonly first?: Pick<Account, 'platform' | 'tenant' | 'user'>;
    readonly signal: AbortSignal;
  },
): Promise<Outcome> => {
  const isFirst = ({ account: { platform, tenant, user } }: ToldPerson): boolean =>
    o.first?.platform === platform && o.first.tenant === tenant && o.first.user === user;
  const places = (await placesOf(world, o.person)).toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a)));
  if (places.length === 0) return 'nowhere';
  if (o.signal.aborted) return 'failed';
  // Before the message: doubt about it must not fall on a second one.
  const mark = `told:${world.sealer.fingerprint(packParts([o.key, o.person]))}`;
  const times = await world.store.counters.add({ key: mark, windowMs: MARK_MS, now: world.clock.now() });
  if (times > 1) return 'before';
  let outcome: Outcome = 'nowhere';
  for (const to of places) {
    const posted = await post(world, { ...o, to });
    // It may have been posted: nowhere else then.
    if (posted.ok || posted.fault === 'lost') return 'told';
    world.log.warn('tell.not-posted', { tenant: to.account.tenant, code: posted.code });
    outcome = 'failed';
  }
  return outcome;
};

/** Their accounts on platforms that are on, where the directory knows afresh that they are theirs and may use the bot. */
export const placesOf = async (
  world: Pick<World, 'directory' | 'platforms' | 'log'>,
  person: string,
): Promise<readonly ToldPerson[]> => {
  const places: ToldPerson[] = [];
  for (const known of await world.directory.accounts(person)) {
    if (!world.platforms.has(known.platform)) continue;
    const account = { ...known, external: false };
    const found = await who(world, account, { anew: true });
    if (found.ok && found.person.id === person) places.push({ person: found.person, account });
  }
  return places;
};

const post = async (
  world: TellWorld,
  o: { readonly to: ToldPerson; readonly card: (to: ToldPerson) => Card; readonly signal: AbortSignal },
): Promise<Posted> => {
  const { account } = o.to;
  // Not as whoever is at a question has it: what is told is no part of that question, and may come after its end.
  const platform = (world.unfenced?.platforms ?? world.platforms).get(account.platform);
  const key = world.random.id();
  let posted: Posted = { ok: false, fault: 'never', code: 'platform-off' };
  for (let attempt = 1; platform !== undefined && attempt <= MOST_TRIES && !o.signal.aborted; attempt++) {
    if (attempt > 1) await world.clock.sleep(Math.max(PAUSE_MS, posted.ok ? 0 : (posted.afterMs ?? 0)), o.signal);
    if (o.signal.aborted) break;
    posted = await platform.post({
      to: { tenant: account.tenant, user: account.user, channel: null },
      card: o.card(o.to),
      key,
    });
    if (posted.ok || posted.fault !== 'later') break;
  }
  return posted;
};
