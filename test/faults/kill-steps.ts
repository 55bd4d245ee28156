/**
 * kill -9 at every named step of a question. One after the other, each on a fresh conversation: a process is told at which step
 * to die, somebody asks, it dies there, and whoever is left (a second process, or the same one started again) ends the question.
 */
import { createPublicKey } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { verifyAuditLog } from '../../src/adapters/audit-log/verify.ts';
import type { RemovalEntry } from '../../src/core/audit.ts';
import { STEPS, type Step } from '../../src/core/reached.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { makeCrowd, type Somebody } from '../support/crowd.ts';
import { type Fleet, openFleet, type Said } from '../support/fleet.ts';
import { figuresOf, OWN_LEAVE } from '../support/reckoning.ts';
import type { Doom } from '../support/sotto-process.ts';
import { until } from '../support/until.ts';

/** How a question is asked, and where somebody dies over it: once at each of these, in this order. */
interface Death {
  readonly on: PlatformName;
  /** `held`: its answer starts as a placeholder, is revealed and leaves. `plain`: it stays. */
  readonly asks: 'held' | 'plain';
  readonly at: readonly Step[];
}

/** What became of one question. */
interface Fate {
  readonly death: string;
  /** Messages that showed the answer, the most at once. */
  readonly atOnce: number;
  /** Messages that showed it, after one another. */
  readonly answers: number;
  /** What the person was told besides, placeholders left aside. */
  readonly other: readonly string[];
  /** Placeholders that stand when all is over. */
  readonly orphans: number;
  readonly reads: number;
  /** How long after its end it still stood, ms; null: it stays. */
  readonly late: number | null;
  /** Removals before their time. */
  readonly early: number;
}

const nameOf = ({ on, asks, at }: Death): string => `${on} ${asks}: ${at.join(', then ')}`;

/** Where somebody dies while an answer leaves, it leaves soon. */
const LEAVES_S = 4;

/** Where somebody dies before: long enough to be back first, for what may have been seen and has left is not shown again. */
const STANDS_S = 30;

/** What a dead one held is waited for so long, ms. Above any step, for a lease that lapses under a living one proves nothing. */
const LEASE_MS = 3_000;

/** A machine that does much else. ms. */
const PATIENCE_MS = 60_000;

/** After the last death: what was about to be removed by somebody who died comes half a minute late. ms. */
const LAST_MS = 120_000;

const SETTLED_MS = 1_000;

const PROMPT_MS = 2_000;

const LEAVING: readonly string[] = ['due', 'remove', 'note', 'acknowledge'];
const deedOf = (step: Step): string => step.slice(step.indexOf(' ') + 1);

/** A step that the first time round does not reach needs a death before it. */
const deathsBefore = (step: Step): readonly Step[] => {
  if (step === 'after claim') return ['before commit'];
  return deedOf(step) === 'find' ? ['after post'] : [];
};

/** A death at every step, or at those of some deeds. A question is asked anew for each. */
export const everyStep = (o: {
  readonly on: PlatformName;
  readonly asks?: 'held' | 'plain';
  readonly only?: readonly string[];
  readonly but?: readonly string[];
}): readonly Death[] =>
  STEPS.filter((step) => (o.only?.includes(deedOf(step)) ?? true) && o.but?.includes(deedOf(step)) !== true).map(
    (step) => ({ on: o.on, asks: o.asks ?? 'held', at: [...deathsBefore(step), step] }),
  );

/** How many of these deaths are between the two steps, both included. */
const between = (at: readonly Step[], from: Step, to: Step): number =>
  at.filter((step) => STEPS.indexOf(step) >= STEPS.indexOf(from) && STEPS.indexOf(step) <= STEPS.indexOf(to)).length;

/** What is right for a question that somebody died over. */
const rightFate = (death: Death): Omit<Fate, 'death' | 'late'> => ({
  atOnce: 1,
  answers: 1,
  other: [],
  // Where nothing can be looked up, what was posted and is not on record yet is posted again; it tells nothing.
  orphans: death.on === 'teams' ? between(death.at, 'after post', 'before hold') : 0,
  reads: 1 + between(death.at, 'after read', 'before commit'),
  early: 0,
});

/** Whether the answer had been seen, and nobody could know: if it has left before somebody comes back, it is shown once more. */
const mayComeAgain = ({ at }: Death): boolean => between(at, 'after reveal', 'before settle') > 0;

const inLeaving = ({ at }: Death): boolean => at.some((step) => LEAVING.includes(deedOf(step)));

interface Slain {
  /** In the order of the deaths. */
  readonly fates: readonly Fate[];
  /** Audit logs that do not verify, with why. */
  readonly badLogs: readonly string[];
  readonly logs: number;
}

/** Runs all deaths in one set-up, and tells what became of each question. `workers`: processes that live while somebody asks. */
const slay = async (o: {
  readonly deaths: readonly Death[];
  readonly workers: 1 | 2;
  /** Default: the embedded one. */
  readonly store?: string;
}): Promise<Slain> => {
  const people = makeCrowd({ count: o.deaths.length * 2, payroll: o.deaths.length });
  const fleet = await openFleet(o.workers, {
    people,
    expiresSeconds: o.deaths.every(inLeaving) ? LEAVES_S : STANDS_S,
    unlike: { leaseMs: LEASE_MS, quick: true },
    teamsIsOn: o.deaths.some(({ on }) => on === 'teams'),
    ...(o.store === undefined ? {} : { store: o.store }),
  });
  const watched: Watched[] = [];
  try {
    await Promise.all(fleet.processes.map((one) => one.start()));
    for (const [n, death] of o.deaths.entries()) {
      const [who, colleague] = [people[o.deaths.length + n], people[n]];
      if (who === undefined || colleague === undefined) throw new Error('there are too few people');
      const chat = watch({ fleet, death, who, colleague });
      watched.push(chat);
      await die({ fleet, death, who, colleague, n, chat }).catch((cause: unknown) => {
        throw new Error(
          `${nameOf(death)} did not end: ${fleet.processes.map((one) => one.output().slice(-2_000)).join()}`,
          {
            cause,
          },
        );
      });
    }
    await until(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return watched.every(({ over }) => over());
    }, LAST_MS);
    const fates = watched.map(({ fate }) => fate());
    await Promise.all(fleet.processes.map((one) => one.stop()));
    return { fates, ...(await verified(fleet)) };
  } finally {
    for (const { stop } of watched) stop();
    await fleet.end();
  }
};

/** Somebody's chat, looked at again and again until all is over. */
interface Watched {
  readonly answered: () => boolean;
  /** Nothing is to come: what must leave has left, and that is on record. */
  readonly over: () => boolean;
  readonly fate: () => Fate;
  readonly stop: () => void;
}

const die = async (o: {
  readonly fleet: Fleet;
  readonly death: Death;
  readonly who: Somebody;
  readonly colleague: Somebody;
  readonly n: number;
  readonly chat: Watched;
}): Promise<void> => {
  const { fleet, death, who } = o;
  const text = death.asks === 'plain' ? OWN_LEAVE : `what does ${o.colleague.name} earn?`;
  const ask = (): Promise<Said> => fleet.say({ on: death.on, who, text });
  let saying: Promise<Said> | undefined;
  const dooms = death.at.map((dieAt, k): Doom => ({ dieAt, once: join(fleet.folder, `died-${o.n}-${k}`) }));
  for (const [k, doom] of dooms.entries()) {
    // Before it leaves it must stand, and a removal of an earlier question would do as well.
    if (LEAVING.includes(deedOf(doom.dieAt))) {
      saying ??= ask();
      await until(o.chat.answered, PATIENCE_MS);
    }
    // Whoever came back after the death before this one has heard of it at its start.
    const living = fleet.processes.filter((one) => one.alive());
    if (k === 0) await Promise.all(living.map((one) => one.doom(doom)));
    saying ??= ask();
    await until(() => existsSync(doom.once) && fleet.processes.some((one) => !one.alive()), PATIENCE_MS);
    const next = dooms[k + 1];
    const [dead, left] = [false, true].map((alive) => fleet.processes.filter((one) => one.alive() === alive));
    await Promise.all([
      ...(next === undefined ? [] : (left ?? []).map((one) => one.doom(next))),
      ...(dead ?? []).map((one) => one.start(next)),
    ]);
  }
  const { question } = await (saying ?? ask());
  // Not before it is over for those who work on it, or the next death would be over this one.
  const disclosures = 1 + between(death.at, 'after disclose', 'before settle');
  const disclosed = (): number =>
    fleet.trail().filter((entry) => entry.kind === 'disclosure' && entry.question === question).length;
  await until(() => o.chat.answered() && disclosed() >= disclosures, PATIENCE_MS);
  // Its settling comes after what can be seen from here.
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
};

const LOOK_EVERY_MS = 20;

const watch = (o: {
  readonly fleet: Fleet;
  readonly death: Death;
  readonly who: Somebody;
  readonly colleague: Somebody;
}): Watched => {
  const { fleet, death, who, colleague } = o;
  const words = death.asks === 'plain' ? figuresOf(who) : colleague.annual.toLocaleString('en');
  const { placeholder } = repliesIn('en');
  /** When each was seen last. */
  const seen = new Map<string, number>();
  const other = new Set<string>();
  let atOnce = 0;
  let orphans = 0;
  const look = (): void => {
    const now = Date.now();
    const shown = fleet.talks[death.on].messages(who).filter(({ from }) => from === 'sotto');
    const answers = shown.filter((message) => message.text.includes(words));
    for (const { channel, id } of answers) seen.set(`${channel} ${id}`, now);
    atOnce = Math.max(atOnce, answers.length);
    orphans = shown.filter((message) => message.text === placeholder).length;
    for (const message of shown) {
      if (message.text !== placeholder && !message.text.includes(words)) other.add(message.text);
    }
    standing = answers.length > 0;
  };
  let standing = false;
  const looking = setInterval(look, LOOK_EVERY_MS);
  const removals = (): readonly RemovalEntry[] =>
    fleet
      .trail()
      .flatMap((entry) => (entry.kind === 'removal' && seen.has(`${entry.channel} ${entry.message}`) ? [entry] : []));
  const noted = (): ReadonlySet<string> => new Set(removals().map(({ channel, message }) => `${channel} ${message}`));
  return {
    answered: () => seen.size > 0,
    over: () => death.asks === 'plain' || (!standing && noted().size === seen.size),
    fate: () => {
      look();
      const last = Math.max(...seen.values());
      const left = removals();
      const subject = death.asks === 'plain' ? who.id : colleague.id;
      return {
        death: nameOf(death),
        atOnce,
        answers: seen.size,
        other: [...other],
        orphans,
        reads: fleet.backend.requests().filter((request) => request.subject === subject).length,
        late: left.length === 0 ? null : last - Math.max(...left.map(({ dueAt }) => dueAt)),
        early: left.filter(({ at, dueAt }) => at < dueAt).length,
      };
    },
    stop: () => clearInterval(looking),
  };
};

const verified = async (fleet: Fleet): Promise<{ readonly badLogs: readonly string[]; readonly logs: number }> => {
  const publicKey = createPublicKey(fleet.secret('audit-signing-key'));
  const folders = fleet.processes.flatMap((_, n) => {
    const folder = join(fleet.folder, `data-${n}`, 'audit');
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  });
  const results = await Promise.all(
    folders.map(async (folder) => ({ folder, ...(await verifyAuditLog({ folder, publicKey })) })),
  );
  const badLogs = results.flatMap(({ folder, ok, firstBad }) => (ok ? [] : [`${folder}: ${firstBad?.why}`]));
  return { badLogs, logs: results.length };
};

/** The leaving ones for themselves, since they wait for that; the others spread over so many more set-ups. */
const lanesOf = (deaths: readonly Death[], others: number): readonly (readonly Death[])[] => [
  deaths.filter(inLeaving),
  ...Array.from({ length: others }, (_, lane) =>
    deaths.filter((death) => !inLeaving(death)).filter((_death, n) => n % others === lane),
  ),
];

/**
 * The suite: all of these deaths, in several set-ups side by side, so that one works while another waits. Every step must be among
 * them.
 */
export const killedAtEveryStep = (o: {
  readonly who: string;
  readonly deaths: readonly Death[];
  readonly workers: 1 | 2;
  /** So many set-ups beside that for what dies while an answer leaves. */
  readonly lanes: number;
  /** Of each set-up, by its number; default: the embedded one. */
  readonly storeOf?: (lane: number) => string;
  /**
   * An answer may stand so long after its end, ms. Nobody removes it while nobody is there; and on Redis what somebody who died was
   * about to remove is kept from others for half a minute.
   */
  readonly latestMs: number;
  /** Somebody is always there: so most leave at once. */
  readonly promptly?: boolean;
}): void => {
  const { storeOf, workers } = o;
  const lanes = lanesOf(o.deaths, o.lanes);
  describe(o.who, () => {
    let slain: Slain = { fates: [], badLogs: [], logs: 0 };
    const fateOf = (death: Death): Fate | undefined => slain.fates[lanes.flat().indexOf(death)];
    beforeAll(async () => {
      const all = await Promise.all(
        lanes.map((deaths, lane) =>
          slay({ deaths, workers, ...(storeOf === undefined ? {} : { store: storeOf(lane) }) }),
        ),
      );
      slain = {
        fates: all.flatMap(({ fates }) => fates),
        badLogs: all.flatMap(({ badLogs }) => badLogs),
        logs: all.reduce((sum, { logs }) => sum + logs, 0),
      };
    }, 600_000);

    it('was killed at every step there is', () => {
      expect(new Set(o.deaths.map(({ at }) => at.at(-1)))).toEqual(new Set(STEPS));
    });

    it.each(o.deaths.map((death) => [nameOf(death), death] as const))('answers once and in time: %s', (_, death) => {
      const fate = fateOf(death);
      const { answers, orphans, ...right } = rightFate(death);
      expect(fate).toMatchObject(right);
      expect(fate?.answers).toBeLessThanOrEqual(mayComeAgain(death) ? 2 : answers);
      expect(fate?.orphans).toBeLessThanOrEqual(orphans);
      if (death.asks === 'plain') expect(fate?.late).toBeNull();
      else expect(fate?.late).toBeLessThan(o.latestMs);
    });

    if (o.promptly === true) {
      it('lets most answers leave on the second all the same', () => {
        const late = slain.fates.flatMap((fate) => fate.late ?? []);
        expect(late.filter((ms) => ms < PROMPT_MS).length).toBeGreaterThan(late.length / 2);
      });
    }

    it('leaves audit logs that verify', () => {
      expect(slain.badLogs).toEqual([]);
      expect(slain.logs).toBeGreaterThanOrEqual(lanes.length * workers);
    });
  });
};
