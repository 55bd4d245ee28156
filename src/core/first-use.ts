/**
 * What everybody is told once, in their private chat: that this is a machine, what it keeps and until when, what stays in the chat, and how
 * to ask without a trace. It goes out while the first question is being answered, so no answer waits for it.
 *
 * The mark comes first and has two steps, so two processes never both tell it. A process that dies in between leaves a mark that lapses,
 * and the next question finds out whether the notice stands, where the platform can be asked; where it cannot, it is told again: rather
 * twice than never, for it tells nothing of anybody.
 */
import { plainCard } from './answer.ts';
import { codeOf } from './errors.ts';
import type { Clock, Found, Log, Metrics, Platform, Posted, Sealer, Store } from './ports.ts';
import { repliesIn } from './replies/replies.ts';
import { accountKey } from './sealing.ts';
import { strangersLocale } from './steps.ts';
import { packParts } from './stored.ts';
import type { Account, Address, Card, Locale, PersonKind, Place, PlatformName } from './types.ts';
import type { AccountRef } from './whose.ts';

/** Whoever begins has so long, ms; where nothing came of it, nobody tries again before. */
const TELLING_MS = 2 * 60_000;

/** Tried so often, with this pause between where the platform names none, ms. */
const MOST_TRIES = 3;
const PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 15_000;

/** Who are known to have been told, in this process and for so long, ms: nobody's second question asks the store. Another process may have forgotten them. */
const MOST_KNOWN = 50_000;
const KNOWN_MS = 10 * 60_000;

/** Told at once; whoever is beyond is told with their next question. */
const MOST_AT_ONCE = 16;

/** What stands around the notice, on a card of greeting. */
export type Besides = Pick<Card, 'title' | 'text' | 'buttons'>;

export interface FirstUse {
  /**
   * Tells whoever asks, if nobody has told them yet. Never rejects. Resolves once it is told, or was not to be. `besides`: what is said
   * on the same card, below. `before`: they were told before; `no`: they were not told, and will be with their next question.
   */
  tell(o: {
    readonly account: Account;
    readonly place: Place;
    readonly found: Found;
    readonly besides?: Besides;
  }): Promise<'told' | 'before' | 'no'>;
  /** They are forgotten: the next question finds out anew. */
  forgotten(person: string): void;
}

export const createFirstUse = (o: {
  readonly store: Pick<Store, 'marks'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly sealer: Pick<Sealer, 'fingerprint' | 'fingerprints'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly conversationMs: number;
}): FirstUse => {
  const known = new Map<string, number>();
  let atOnce = 0;

  const knows = (name: string): void => {
    known.delete(name);
    known.set(name, o.clock.now() + KNOWN_MS);
    const oldest = known.keys().next();
    if (known.size > MOST_KNOWN && oldest.done === false) known.delete(oldest.value);
  };
  const isKnown = (name: string): boolean => (known.get(name) ?? Number.NEGATIVE_INFINITY) > o.clock.now();

  const told = async (
    who: Told,
    account: Account,
    place: Place,
    besides: Besides | null,
  ): Promise<'told' | 'before' | 'no'> => {
    const platform = o.platforms.get(account.platform);
    if (platform === undefined) return 'no';
    const owners = o.sealer.fingerprints(who.name);
    const now = o.clock.now();
    const begun = await o.store.marks.begin({ owners, now, until: now + TELLING_MS });
    if (begun === 'full') o.log.warn('first-use.full', { tenant: account.tenant });
    if (begun === 'told') {
      knows(who.name);
      return 'before';
    }
    if (begun !== 'first' && begun !== 'again') return 'no';
    const { tenant, user } = account;
    const to: Address = { tenant, user, channel: place.kind === 'direct' ? place.channel : null };
    const key = `first-use-${o.sealer.fingerprint(packParts([tenant, accountKey(account), who.name]))}`;
    const done =
      (begun === 'again' && (await stands(platform, to, key))) ||
      (await post(who, account, platform, to, key, besides));
    o.metrics.count('first_use', { outcome: done ? 'told' : 'failed' });
    if (!done) return 'no';
    await o.store.marks.done({ owners, now: o.clock.now() });
    knows(who.name);
    return 'told';
  };

  const stands = async (platform: Platform, to: Address, key: string): Promise<boolean> =>
    platform.looksUp(to) && (await platform.find({ to, key })).ok;

  /** Whether it was posted, or may have been. */
  const post = async (
    { locale: theirs, outsider }: Told,
    account: Account,
    platform: Platform,
    to: Address,
    key: string,
    besides: Besides | null,
  ): Promise<boolean> => {
    const { platform: name, tenant } = account;
    const locale = theirs ?? (await strangersLocale(o, account));
    const hours = Math.round(o.conversationMs / 3_600_000);
    const { privacy, aside } = repliesIn(locale);
    // Whoever may ask nothing need not know how to ask it unseen.
    const hint = outsider ? null : aside.hint({ platform: name });
    const notice = plainCard(privacy.firstUse({ platform: name, hours, outsider, hint }));
    const card =
      besides === null ? notice : { ...notice, ...besides, text: [notice.text, besides.text].join('\n\n').trim() };
    let posted: Posted = { ok: false, fault: 'later', code: 'untried' };
    for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
      if (attempt > 1) {
        const pause = Math.max(PAUSE_MS, posted.ok ? 0 : (posted.afterMs ?? 0));
        if (pause > MOST_PAUSE_MS) break;
        await o.clock.sleep(pause);
      }
      posted = await platform.post({ to, key, card });
      if (posted.ok || posted.fault !== 'later') break;
    }
    if (posted.ok) return true;
    o.log.warn('first-use.not-posted', { tenant, code: posted.code });
    // Where it may have been posted, whoever looks once the mark has lapsed finds it; where nobody can look it counts as told.
    return posted.fault === 'lost' && !platform.looksUp(to);
  };

  return {
    tell: async ({ account, place, found, besides = null }) => {
      const who = toldAs(account, found);
      if (who !== null && isKnown(who.name)) return 'before';
      if (who === null || atOnce >= MOST_AT_ONCE) return 'no';
      atOnce += 1;
      try {
        return await told(who, account, place, besides);
      } catch (error) {
        o.log.warn('first-use.failed', { tenant: account.tenant, code: codeOf(error) });
        return 'no';
      } finally {
        atOnce -= 1;
      }
    },
    forgotten: (person) => void known.delete(person),
  };
};

interface Told {
  /** What the mark is a keyed hash of: the directory's id, else the account. */
  readonly name: string;
  /** Null: as the platform shows it to them. */
  readonly locale: Locale | null;
  readonly outsider: boolean;
}

const OUTSIDERS: readonly PersonKind[] = ['guest', 'external'];

/** Null: nobody to be told, or it is not known just now who they are. */
const toldAs = (account: Account, found: Found): Told | null => {
  if (found.ok) {
    const { id, locale, kind } = found.person;
    return { name: id, locale, outsider: OUTSIDERS.includes(kind) };
  }
  if (found.why === 'bot' || found.why === 'unreachable' || found.why === 'stale') return null;
  return { name: strangerName(account), locale: null, outsider: true };
};

/** An account that the directory knows nobody by. No directory id is written so. */
const strangerName = (account: Account): string => nameOf({ tenant: account.tenant, account: accountKey(account) });
const nameOf = ({ tenant, account }: AccountRef): string => `account ${packParts([tenant, account])}`;

/** All that marks of somebody may stand under: they, and their accounts, which may have been told before the directory knew whose those are. */
export const namesTold = (person: string, accounts: readonly AccountRef[]): readonly string[] => [
  person,
  ...accounts.map(nameOf),
];
