/**
 * kill -9 at every named step of a question. One after the other, each on a fresh conversation: a process is told at which step
 * to die, somebody asks, it dies there, and whoever is left (a second process, or the same one started again) ends the question.
 */
import { createPublicKey } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAuditLog } from '../../src/adapters/audit-log/verify.ts';
import { STEPS, type Step } from '../../src/core/reached.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { makeCrowd, type Somebody } from '../support/crowd.ts';
import { type Fleet, openFleet, type Said } from '../support/fleet.ts';
import { figuresOf, OWN_LEAVE } from '../support/reckoning.ts';
import type { Doom } from '../support/sotto-process.ts';
import { until } from '../support/until.ts';

/** How a question is asked, and where somebody dies over it: once at each of these, in this order. */
export interface Death {
  readonly on: PlatformName;
  /** `held`: its answer starts as a placeholder, is revealed and leaves. `plain`: it stays. */
  readonly asks: 'held' | 'plain';
  readonly at: readonly Step[];
}

/** What became of one question. */
export interface Fate {
  readonly death: string;
  /** Messages that ever showed the answer. */
  readonly answers: number;
  /** The most that stood at once. */
  readonly atOnce: number;
  /** What the person was told besides, placeholders left aside. */
  readonly other: readonly string[];
  /** Placeholders that stand when all is over. */
  readonly orphans: number;
  readonly reads: number;
  /** How long after its end it still stood, ms; null: it stays. */
  readonly late: number | null;
  /** How long before its end it was gone, ms; at most 0 is right. */
  readonly early: number;
}

export const nameOf = ({ on, asks, at }: Death): string => `${on} ${asks}: ${at.join(', then ')}`;

/** Long enough to be seen, ms. */
const EXPIRES_S = 2;

/** Who waits for what a dead one held waits so long, ms. Far above a step, for a lease that lapses under a living one proves nothing. */
const LEASE_MS = 2_000;

const LEAVING: readonly string[] = ['due', 'remove', 'note', 'acknowledge'];
const deedOf = (step: Step): string => step.slice(step.indexOf(' ') + 1);

/** A step that the first time round does not reach needs a death before it. */
const deathsBefore = (step: Step): readonly Step[] => {
  if (step === 'after claim') return ['before commit'];
  return deedOf(step) === 'find' ? ['after post'] : [];
};

/** Every step, those of leaving first: what dies with a removal on its hands keeps it from others for half a minute. */
export const everyStep = (o: {
  readonly on: PlatformName;
  readonly asks?: 'held' | 'plain';
  readonly steps?: readonly Step[];
}): readonly Death[] =>
  (o.steps ?? STEPS)
    .toSorted((a, b) => Number(LEAVING.includes(deedOf(b))) - Number(LEAVING.includes(deedOf(a))))
    .map((step) => ({ on: o.on, asks: o.asks ?? 'held', at: [...deathsBefore(step), step] }));

/** What was read when somebody died between these was read in vain. */
const readInVain = (at: readonly Step[]): number =>
  at.filter((step) => {
    const place = STEPS.indexOf(step);
    return place >= STEPS.indexOf('after read') && place <= STEPS.indexOf('before commit');
  }).length;

export const expectedReads = ({ at }: Death): number => 1 + readInVain(at);

export interface Slain {
  readonly fates: readonly Fate[];
  /** Audit logs that do not verify, with why. */
  readonly badLogs: readonly string[];
  readonly logs: number;
}

/** Runs all deaths in one set-up and tells what became of each question. `workers`: processes that live while somebody asks. */
export const slay = async (o: {
  readonly deaths: readonly Death[];
  readonly workers: 1 | 2;
  /** Default: the embedded one. */
  readonly store?: string;
}): Promise<Slain> => {
  const people = makeCrowd({ count: o.deaths.length * 2, payroll: o.deaths.length });
  const fleet = await openFleet(o.workers, {
    people,
    expiresSeconds: EXPIRES_S,
    unlike: { leaseMs: LEASE_MS, quick: true },
    teamsIsOn: o.deaths.some(({ on }) => on === 'teams'),
    slackHaste: 60,
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
      const t = Date.now();
      await die({ fleet, death, who, colleague, n, chat });
      console.error(nameOf(death), Date.now() - t);
    }
    await until(() => watched.every(({ over }) => over()), 60_000);
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
  let saying: Promise<Said> | undefined;
  const dooms = death.at.map((dieAt, k): Doom => ({ dieAt, once: join(fleet.folder, `died-${o.n}-${k}`) }));
  for (const [k, doom] of dooms.entries()) {
    // Before it leaves it must stand, and a removal of an earlier question would do as well.
    if (LEAVING.includes(deedOf(doom.dieAt))) {
      saying ??= fleet.say({ on: death.on, who, text });
      await until(o.chat.answered, 40_000);
    }
    // Whoever came back after the death before this one has heard of it at its start.
    const living = fleet.processes.filter((one) => one.alive());
    if (k === 0) await Promise.all(living.map((one) => one.doom(doom)));
    saying ??= fleet.say({ on: death.on, who, text });
    await until(() => existsSync(doom.once) && fleet.processes.some((one) => !one.alive()), 30_000);
    const next = dooms[k + 1];
    const [dead, left] = [false, true].map((alive) => fleet.processes.filter((one) => one.alive() === alive));
    await Promise.all([
      ...(next === undefined ? [] : (left ?? []).map((one) => one.doom(next))),
      ...(dead ?? []).map((one) => one.start(next)),
    ]);
  }
  await saying;
  await until(o.chat.answered, 40_000);
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
  const seen = new Map<string, { readonly since: number; last: number }>();
  const other = new Set<string>();
  let atOnce = 0;
  let orphans = 0;
  const look = (): void => {
    const now = Date.now();
    const shown = fleet.talks[death.on].messages(who).filter(({ from }) => from === 'sotto');
    const answers = shown.filter((message) => message.text.includes(words));
    for (const { channel, id } of answers) {
      const known = seen.get(`${channel} ${id}`);
      if (known === undefined) seen.set(`${channel} ${id}`, { since: now, last: now });
      else known.last = now;
    }
    atOnce = Math.max(atOnce, answers.length);
    orphans = shown.filter((message) => message.text === placeholder).length;
    for (const message of shown) {
      if (message.text !== placeholder && !message.text.includes(words)) other.add(message.text);
    }
    standing = answers.length > 0;
  };
  let standing = false;
  const looking = setInterval(look, LOOK_EVERY_MS);
  /** Of the answer that people saw: what was put on record last. */
  const removeAt = (): number | null => {
    const places = new Set(seen.keys());
    return fleet
      .trail()
      .flatMap((entry) =>
        entry.kind === 'removal' && places.has(`${entry.channel} ${entry.message}`) ? [entry.dueAt] : [],
      )
      .reduce<number | null>((latest, at) => Math.max(latest ?? at, at), null);
  };
  return {
    answered: () => seen.size > 0,
    over: () => seen.size > 0 && (death.asks === 'plain' || !standing),
    fate: () => {
      look();
      const last = Math.max(...[...seen.values()].map((one) => one.last));
      const due = removeAt();
      const subject = death.asks === 'plain' ? who.id : colleague.id;
      return {
        death: nameOf(death),
        answers: seen.size,
        atOnce,
        other: [...other],
        orphans,
        reads: fleet.backend.requests().filter((request) => request.subject === subject).length,
        late: due === null ? null : last - due,
        early: due === null ? 0 : due - last,
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
