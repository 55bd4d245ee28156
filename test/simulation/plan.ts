/** What happens in a seed: who asks what and when, and what goes wrong. A pure function of the seed. */
import type { Account, Place, Question, Recognition, Restriction } from '../../src/core/types.ts';
import { PLAIN_RESTRICTION } from '../support/restricting.ts';
import { type Chance, createChance } from './chance.ts';
import { WRITING, wordOf } from './town/catalogue.ts';
import { ACCOUNTS } from './town/people.ts';
import type { Refused } from './town/platform.ts';
import type { Away, Blow, Site } from './weather.ts';

/** Within so long, ms, everything is asked, and everything goes wrong. Then all is well again. */
export const TROUBLED_MS = 36_000;
const ASKING_MS = 18_000;

/** Two machines whose clocks differ by more may take each other's questions too early: how far apart they are at most, ms. */
const MOST_SKEW_MS = 3_000;

export interface Asking {
  /** ms after the start. */
  readonly at: number;
  readonly question: Question;
  /** Further deliveries of the same, so long after it. */
  readonly copies: readonly number[];
}

/** Somebody sends a form, by which something is written. */
export interface Sending {
  /** ms after the start. */
  readonly at: number;
  readonly id: string;
  readonly intent: string;
  readonly account: Account;
  readonly place: Place;
  readonly conversation: string;
  /** It is sent again, so long after it. */
  readonly copies: readonly number[];
}

export type Fault =
  | { readonly kind: 'away'; readonly site: Site; readonly how: Away; readonly for: number }
  | { readonly kind: 'slow'; readonly site: Site; readonly for: number }
  | { readonly kind: 'refuses'; readonly what: Refused; readonly for: number }
  | { readonly kind: 'engine'; readonly for: number }
  | { readonly kind: 'crash' | 'drain'; readonly process: string }
  | { readonly kind: 'stall'; readonly process: string; readonly for: number }
  | { readonly kind: 'jump'; readonly process: string; readonly by: number }
  | { readonly kind: 'publish'; readonly restriction: Restriction }
  | { readonly kind: 'lift'; readonly id: string }
  /** Armed: they strike at the next call of the verb. */
  | { readonly kind: 'lose'; readonly verb: string }
  | { readonly kind: 'strike-at'; readonly process: string; readonly verb: string; readonly blow: Blow };

export interface Plan {
  readonly seed: number;
  readonly askings: readonly Asking[];
  readonly sendings: readonly Sending[];
  readonly meanings: ReadonlyMap<string, Recognition>;
  readonly faults: readonly (Fault & { readonly at: number })[];
  readonly processes: readonly { readonly name: string; readonly skewMs: number }[];
  /** Accounts that have asked as much as they may already. */
  readonly exhausted: readonly Account[];
  /** People who have signed in strongly, minutes before. */
  readonly signedIn: readonly { readonly person: string; readonly minutesAgo: number }[];
}

/** Calls after which much depends on what is believed to have happened. */
const TENDER: readonly string[] = [
  'inbox.accept',
  'inbox.commit',
  'inbox.hold',
  'inbox.settle',
  'platform.post',
  'platform.update',
  'audit.append',
  'backend.fetch',
  'backend.write',
  'writes.begin',
  'writes.change',
];

/** Calls that a crash or a lost reply may strike, the tender ones more often. */
const VERBS: readonly string[] = [
  ...TENDER,
  ...TENDER,
  'inbox.claim',
  'inbox.release',
  'inbox.renew',
  'directory.find',
  'platform.find',
  'platform.remove',
  'platform.remove',
  'expiries.claim',
  'expiries.ack',
  'expiries.fail',
  'expiries.schedule',
  'expiries.sooner',
  'view.reveal',
  'restrictions.current',
  'counters.add',
  'grants.lastSignIn',
  'conversations.read',
];

/** Calls during which a decision is on its way: what is published then must still count. */
const DECIDING: readonly string[] = [
  'audit.append',
  'backend.fetch',
  'backend.fetch',
  'backend.write',
  'inbox.commit',
  'conversations.read',
  'conversations.read',
  'counters.add',
];

const SITES: readonly Site[] = ['store', 'audit', 'directory', 'backend', 'slack', 'slack', 'teams'];

const RESTRICTIONS: readonly Restriction[] = [
  {
    ...PLAIN_RESTRICTION,
    id: 'no-pay',
    title: 'Pay',
    forbids: ['salary'],
    exceptGroups: ['payroll'],
  },
  {
    ...PLAIN_RESTRICTION,
    id: 'no-leave',
    title: 'Leave',
    forbids: ['leave'],
  },
  {
    ...PLAIN_RESTRICTION,
    id: 'no-health',
    title: 'Health',
    forbids: ['health.note', 'data:health'],
  },
];

const says = (intent: string | null, topics: readonly string[]): Recognition => ({
  intent,
  best: intent,
  confidence: intent === null ? 0.1 : 0.9,
  topics,
  ranking: ['leave.balance', 'leave.policy', 'health.note'],
  also: [],
});

/** What people say, and what is meant by it. */
const SAYINGS: readonly (readonly [string, Recognition])[] = [
  ['my leave', says('leave.balance', ['leave'])],
  ["evan's leave", says('leave.balance', ['leave'])],
  ['the leave policy', says('leave.policy', ['leave'])],
  ['my payslip', says('salary.payslip', ['salary'])],
  ['my payslip', says('salary.payslip', ['salary'])],
  ["mona's payslip", says('salary.payslip', ['salary'])],
  ['my bonus', says('salary.bonus', ['salary'])],
  ['my bonus', says('salary.bonus', ['salary'])],
  ['everybody and their pay', says('salary.all', ['salary'])],
  ['my health note', says('health.note', ['health'])],
  ['my health note', says('health.note', ['health'])],
  ['something else', says(null, [])],
  ['something about money', says(null, ['salary'])],
];

const placeOf = (account: Account, direct: boolean): Place =>
  direct
    ? { kind: 'direct', channel: `D-${account.user}`, thread: null }
    : { kind: 'channel', channel: 'C-all', thread: 'thread' };

const asking = (
  chance: Chance,
  n: number,
  account: Account,
): { readonly one: Asking; readonly meaning: Recognition } => {
  const direct = chance.often(0.8);
  const place = placeOf(account, direct);
  const [saying, meaning] = chance.pick(SAYINGS);
  // Rather at a few moments than evenly, so that questions queue behind one another.
  const at = 6_000 * chance.between(0, ASKING_MS / 6_000) + chance.between(0, 800);
  const conversation = [account.platform, account.tenant, place.channel, ...(direct ? [] : [account.user])].join(':');
  const question: Question = {
    kind: 'question',
    id: `${conversation}:${n}`,
    account,
    place,
    conversation,
    at,
    text: `${saying} ${wordOf(n)}`,
  };
  const copies = chance.often(0.25)
    ? Array.from({ length: chance.between(1, 2) }, () => chance.pick([0, 1, 40, 900, 8_000]))
    : [];
  return { one: { at, question, copies }, meaning };
};

const sending = (chance: Chance, n: number, account: Account): Sending => {
  const place = placeOf(account, true);
  const conversation = [account.platform, account.tenant, place.channel].join(':');
  const at = chance.between(0, ASKING_MS);
  const copies = chance.often(0.5) ? [chance.pick([0, 40, 900, 8_000, 30_000])] : [];
  return { at, id: `form${n}`, intent: chance.pick(WRITING), account, place, conversation, copies };
};

const fault = (chance: Chance, processes: Plan['processes']): Fault => {
  const process = chance.pick(processes).name;
  const long = chance.pick([500, 2_000, 5_000, 12_000]);
  switch (chance.between(0, 10)) {
    case 0:
    case 1:
      return { kind: 'away', site: chance.pick(SITES), how: chance.pick(['refuses', 'hangs', 'limits']), for: long };
    case 2:
      return { kind: 'slow', site: chance.pick(SITES), for: 2 * long };
    case 3:
      return { kind: 'refuses', what: chance.pick(['removals', 'removals', 'changes', 'posts']), for: long };
    case 4:
      return { kind: 'engine', for: long };
    case 5:
      return { kind: 'stall', process, for: chance.pick([1_000, 7_000, 22_000]) };
    case 6:
      return processes.length === 1
        ? { kind: 'jump', process, by: chance.pick([2_000, 25_000, 600_000]) }
        : { kind: 'jump', process, by: chance.between(1, MOST_SKEW_MS / 2) };
    case 7:
      return { kind: 'publish', restriction: chance.pick(RESTRICTIONS) };
    case 8:
      return chance.often(0.5)
        ? { kind: 'publish', restriction: chance.pick(RESTRICTIONS) }
        : { kind: 'lift', id: chance.pick(RESTRICTIONS).id };
    case 9:
      return { kind: 'drain', process };
    default:
      return { kind: 'crash', process };
  }
};

const armed = (chance: Chance, processes: Plan['processes']): Fault => {
  const verb = chance.pick(VERBS);
  const process = chance.pick(processes).name;
  const luck = chance.fraction();
  if (luck < 0.35) return { kind: 'lose', verb };
  if (luck < 0.5)
    return {
      kind: 'strike-at',
      process,
      verb: chance.pick(DECIDING),
      blow: { kind: 'publish', restriction: chance.pick(RESTRICTIONS) },
    };
  if (luck < 0.75) return { kind: 'strike-at', process, verb, blow: { kind: 'crash', before: chance.often(0.4) } };
  const blow: Blow =
    luck < 0.9 || processes.length > 1
      ? { kind: 'stall', for: chance.pick([7_000, chance.between(11_000, 15_000), 22_000]) }
      : { kind: 'jump', by: chance.pick([2_000, 25_000, 600_000]) };
  return { kind: 'strike-at', process, verb: chance.pick(TENDER), blow };
};

export const planOf = (seed: number): Plan => {
  const chance = createChance(seed, 'plan');
  const writers = createChance(seed, 'writers');
  const names = chance.often(0.5) ? ['p1'] : ['p1', 'p2'];
  const processes = names.map((name, n) => ({ name, skewMs: n === 0 ? 0 : chance.between(0, MOST_SKEW_MS / 2) }));
  const askers = Array.from({ length: 3 }, () => chance.pick(ACCOUNTS));
  const asked = Array.from({ length: chance.between(8, 12) }, (_, n) => asking(chance, n, chance.pick(askers)));
  const when = <F extends Fault>(one: F): F & { readonly at: number } => {
    const lasts = 'for' in one ? one.for : 0;
    return { ...one, at: chance.between(0, Math.min(TROUBLED_MS - lasts, ASKING_MS + 8_000)) };
  };
  return {
    seed,
    askings: asked.map(({ one }) => one),
    sendings: Array.from({ length: writers.between(1, 4) }, (_, n) => sending(writers, n, writers.pick(askers))),
    meanings: new Map(asked.map(({ one, meaning }) => [one.question.text, meaning])),
    faults: [
      ...Array.from({ length: chance.between(3, 5) }, () => when(fault(chance, processes))),
      ...Array.from({ length: chance.between(1, 4) }, () => when(armed(chance, processes))),
    ],
    processes,
    exhausted: chance.often(0.1) ? [chance.pick(askers)] : [],
    signedIn: ['evan', 'mona', 'pia'].flatMap((person) =>
      chance.often(0.8) ? [{ person, minutesAgo: chance.pick([1, 10, 30]) }] : [],
    ),
  };
};
