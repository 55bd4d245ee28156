/**
 * Signed activities at a steady rate, some of them twice at once and some sent again because the answer was lost, from many
 * tenants whose Teams enforces its limits, through a whole Sotto; then everything that people saw is reckoned up against
 * what they asked.
 */
import { type Figure, figure } from '../figure.ts';
import { type Asked, atRate, drained, LEAVES, STAYS, WARM_PER_SECOND, warmOf } from '../load/asking.ts';
import { reckonTrail } from '../load/reckoning.ts';
import { type LoadOrder, runAsChild } from '../load/rounds.ts';
import { openTown, type Town } from './town.ts';

const TENANTS = 60;
const PEOPLE_EACH = 40;
const PER_SECOND = 200;

/** Every so-manieth activity comes twice at once; the answer to every so-manieth delivery is lost on its way. */
const TWICE_EVERY = 20;
const LOSE_EVERY = 20;

/** Every so-manieth question is about one's sickness, whose answer leaves. */
const LEAVES_EVERY = 4;

/** For whoever runs it in a process of its own. */
export const MODULE = import.meta.filename;

/** In words, for whoever reads the figures. */
export const LOAD = `The load: ${TENANTS} tenants that use one bot, ${PEOPLE_EACH} people in each, ${PER_SECOND} questions a second in private chats. Every
${TWICE_EVERY}th activity comes twice at once; of every ${LOSE_EVERY}th delivery the answer is lost, so that Teams sends it again. Every question is answered by a
placeholder that is filled in, and one in ${LEAVES_EVERY} is deleted after twenty seconds (the short round: three). Teams' stand-ins enforce its
limits: fifty calls a second for each tenant, and for each chat seven a second and sixty in thirty. Sotto is one process, as \`serve\` runs it,
behind a proxy that keeps its connections; a third process is Teams, who signs, and the HR system. What people saw is reckoned up twice:
by the audit log, and by what stood in the stand-ins' chats; the worse of both counts. A delivery that was answered by 503, or not within
fifteen seconds, is sent again as well, so more of them than one in ${LOSE_EVERY} say that the machine is too small for the rate.`;

/** A question as it was asked, and the chat where its answer should stand. */
interface AskedThere extends Asked {
  readonly chat: string;
}

/** Resolves once all have been sent and answered by Sotto, or given up. */
const ask = (
  { tenants, members }: Town,
  count: number,
  perSecond: number,
): Promise<{ readonly all: readonly AskedThere[]; readonly ms: number }> =>
  atRate({
    count,
    perSecond,
    one: async (n) => {
      const member = members[n % members.length];
      const tenant = tenants[member?.tenant ?? 0];
      if (member === undefined || tenant === undefined) throw new Error('There is nobody to ask.');
      // By rounds of all tenants, so that each gets its share of either kind.
      const leaves = Math.floor(n / TENANTS) % LEAVES_EVERY === 0;
      const { user } = member;
      const said = await tenant.teams.say({ user, text: leaves ? LEAVES : STAYS, twice: n % TWICE_EVERY === 0 });
      return { question: `teams:${tenant.id}:${said.channel}:${said.ts}`, leaves, chat: said.channel };
    },
  });

/** What stood in the chats, by chat: an answer is a placeholder that was filled in. The notice of first use never is. */
const seenIn = (town: Town): ReadonlyMap<string, ReadonlySet<string>> => {
  const filled = new Map<string, Set<string>>();
  for (const { event, message } of town.tenants.flatMap(({ teams }) => teams.past())) {
    if (event === 'edited') filled.set(message.channel, (filled.get(message.channel) ?? new Set()).add(message.ts));
  }
  return filled;
};

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);

/** That so many stand gives hope; then the audit log, which is long, is read. */
const HOPE = 0.99;

/** Until every question has come to its end, and everything left that must; what is missing then is lost. */
const drain = (town: Town, asked: readonly AskedThere[], mostMs: number): Promise<void> =>
  drained({
    mostMs,
    isDone: () => {
      if (sum([...seenIn(town).values()].map(({ size }) => size)) < HOPE * asked.length) return false;
      const { lost, left } = reckon(town, asked);
      return lost === 0 && left === 0;
    },
  });

/**
 * By the audit log and by the chats, the worse of both; but an answer that stands and could not be put on record as well is not lost.
 * An apology is an end and no answer: it has a figure of its own.
 */
const reckon = (town: Town, asked: readonly AskedThere[]) => {
  const told = reckonTrail(town.dataFolder, asked);
  const [unanswered, apologised] = [told.unanswered, told.apologised].map(
    (list) => new Set(list.map(({ question }) => question)),
  );
  const filled = seenIn(town);
  const chats = [...Map.groupBy(asked, ({ chat }) => chat)].map(([chat, questions]) => {
    const stand = filled.get(chat)?.size ?? 0;
    const silent = questions.filter(({ question }) => unanswered?.has(question) && !apologised?.has(question)).length;
    const due = questions.filter(({ question }) => !apologised?.has(question)).length;
    return {
      lost: Math.max(due - stand, stand < questions.length ? silent : 0),
      twice: Math.max(0, stand - questions.length),
    };
  });
  return {
    lost: sum(chats.map(({ lost }) => lost)),
    apologised: told.apologised.length,
    twice: Math.max(told.twice, sum(chats.map(({ twice }) => twice))),
    over: sum(town.tenants.map(({ teams }) => teams.requests().filter(({ status }) => status === 429).length)),
    removals: told.removals,
    left: told.left,
  };
};

const load = async (o: LoadOrder): Promise<readonly Figure[]> => {
  const { name, store, events, expiresSeconds, mostMs } = o;
  const town = await openTown({
    tenants: TENANTS,
    peopleEach: PEOPLE_EACH,
    expiresSeconds,
    store,
    loseEvery: LOSE_EVERY,
  });
  try {
    const first = await ask(town, warmOf(events), WARM_PER_SECOND);
    const cpuBefore = town.sotto.cpuMs();
    const takenBefore = (await town.counted()).taken;
    const begun = performance.now();
    const { all: asked, ms } = await ask(town, events, PER_SECOND);
    const all = [...first.all, ...asked];
    await drain(town, all, mostMs);
    const drainedMs = performance.now() - begun;
    const cpu = town.sotto.cpuMs() - cpuBefore;
    const { lost, apologised, twice, over, removals, left } = reckon(town, all);
    const counted = await town.counted();
    if (counted.lost === 0) throw new Error('no answer was lost on its way: the bench measures nothing');
    const { notTaken, refused } = town.delivered();
    const id = (what: string): string =>
      `${events} activities at ${PER_SECOND}/s over ${TENANTS} tenants, ${name}: ${what}`;
    const none = { target: 0, direction: 'max' } as const;
    const free = { target: null, direction: 'max' } as const;
    return [
      figure({ id: id('lost'), value: lost, unit: 'questions', ...none }),
      figure({ id: id('told that it could not be put on record'), value: apologised, unit: 'questions', ...none }),
      figure({ id: id('answered twice'), value: twice, unit: 'questions', ...none }),
      figure({ id: id('calls over a limit of Teams'), value: over, unit: 'calls', ...none }),
      figure({ id: id('answers that should have left and stand'), value: left, unit: 'messages', ...none }),
      figure({ id: id('never taken, however often they were sent'), value: refused, unit: 'activities', ...none }),
      figure({ id: id('sent'), value: events / (ms / 1_000), unit: '/s', ...free }),
      figure({ id: id('deliveries'), value: counted.taken - takenBefore, unit: 'activities', ...free }),
      figure({ id: id('of them, the answer was lost'), value: counted.lost, unit: 'activities', ...free }),
      figure({ id: id('of them, not taken at first (503)'), value: notTaken, unit: 'activities', ...free }),
      figure({ id: id('answers that left'), value: removals, unit: 'messages', ...free }),
      figure({ id: id('drained after'), value: drainedMs / 1_000, unit: 's', ...free }),
      figure({ id: id('CPU a question, the whole process'), value: (cpu / events) * 1_000, unit: 'µs', ...free }),
    ];
  } finally {
    await town.end();
  }
};

await runAsChild(MODULE, load);
