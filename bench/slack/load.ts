/**
 * Signed events at a steady rate, some of them twice at once and some sent again because the answer was lost, from many
 * workspaces whose Slack enforces its limits, through a whole Sotto; then everything that people saw is reckoned up against
 * what they asked.
 */
import type { SeenRequest } from '../../playground/slack/types.ts';
import { type Figure, figure } from '../figure.ts';
import { type Asked, atRate, drained, LEAVES, STAYS, WARM_PER_SECOND, warmOf } from '../load/asking.ts';
import { reckonTrail } from '../load/reckoning.ts';
import { type LoadOrder, runAsChild } from '../load/rounds.ts';
import { openTown, type Town } from './town.ts';

const WORKSPACES = 60;
const PEOPLE_EACH = 40;
const PER_SECOND = 300;

/** Every so-manieth event comes twice at once; the answer to every so-manieth delivery is lost on its way. */
const TWICE_EVERY = 20;
const LOSE_EVERY = 20;

/**
 * Every so-manieth question is about one's sickness: a placeholder, then the answer in its place, and both leave. That is what Slack's
 * limits bind: fifty updates and fifty removals a minute and workspace, of which Sotto uses 45. Of ten thousand questions a quarter makes
 * 42 of each for every workspace.
 */
const LEAVES_EVERY = 4;

/** For whoever runs it in a process of its own. */
export const MODULE = import.meta.filename;

/** In words, for whoever reads the figures. */
export const LOAD = `The load: ${WORKSPACES} workspaces of one enterprise, ${PEOPLE_EACH} people in each, ${PER_SECOND} questions a second in private chats.
Every ${TWICE_EVERY}th event comes twice at once; of every ${LOSE_EVERY}th delivery the answer is lost, so that Slack sends it again. One question in
${LEAVES_EVERY} is answered by a placeholder that is filled in and deleted after twenty seconds (the short round: three). Slack's stand-in
enforces its limits: ten thousand questions make 42 updates and 42 deletions for each workspace, of which a minute takes fifty and
Sotto uses 45. Ten thousand deletions would take four minutes for sixty workspaces, whatever Sotto did. Sotto is one process, as
\`serve\` runs it, behind a proxy that keeps its connections; a third process is Slack and the HR system. A
delivery that was not answered within three seconds is sent again as well, so more of them than one in ${LOSE_EVERY} say that the machine is too
small for the rate: all three and everything else have to share its cores.`;

/** Resolves once all have been sent and answered by Sotto, or sent again in the background. */
const ask = (
  { slack, members }: Town,
  count: number,
  perSecond: number,
): Promise<{ readonly all: readonly Asked[]; readonly ms: number }> =>
  atRate({
    count,
    perSecond,
    one: async (n) => {
      const { team, user } = members[n % members.length] ?? { team: '', user: '' };
      // By rounds of all workspaces, so that each gets its share of either kind.
      const leaves = Math.floor(n / WORKSPACES) % LEAVES_EVERY === 0;
      const twice = n % TWICE_EVERY === 0;
      const { channel, ts } = await slack.say({ team, user, text: leaves ? LEAVES : STAYS, twice });
      return { question: `slack:${team}:${channel}:${ts}`, leaves };
    },
  });

const posted = (town: Town): readonly SeenRequest[] =>
  town.slack.requests({ method: 'chat.postMessage' }).filter(({ ok }) => ok);

const removed = (town: Town): number => town.slack.requests({ method: 'chat.delete' }).filter(({ ok }) => ok).length;

/** Until every answer is on record and everything left that must; what is missing then is lost. */
const drain = (town: Town, asked: readonly Asked[], mostMs: number): Promise<void> => {
  const leaving = asked.filter(({ leaves }) => leaves).length;
  return drained({
    mostMs,
    isDone: () => {
      // The audit log is long: it is read once there is hope.
      if (posted(town).length < asked.length || removed(town) < leaving) return false;
      const { unanswered, left } = reckonTrail(town.dataFolder, asked);
      return unanswered.length === 0 && left === 0;
    },
  });
};

/** Which post belongs to which question is in its metadata; a post that carries none answers nothing. */
const keyOf = ({ args }: SeenRequest): string => {
  const { metadata } = args;
  return typeof metadata === 'string' ? String(JSON.parse(metadata)['event_payload']?.['key'] ?? '') : '';
};

const reckon = (town: Town, asked: readonly Asked[]) => {
  const told = reckonTrail(town.dataFolder, asked);
  const keys = posted(town).map(keyOf);
  return {
    lost: told.unanswered.length,
    removals: told.removals,
    left: told.left,
    twice: told.twice + keys.length - new Set(keys).size,
    over: town.slack.requests().filter(({ status, error }) => status === 429 || error === 'ratelimited').length,
  };
};

const load = async (o: LoadOrder): Promise<readonly Figure[]> => {
  const { name, store, events, expiresSeconds, mostMs } = o;
  const town = await openTown({
    workspaces: WORKSPACES,
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
    const drained = performance.now() - begun;
    const cpu = town.sotto.cpuMs() - cpuBefore;
    const { lost, twice, over, removals, left } = reckon(town, all);
    const counted = await town.counted();
    if (counted.lost === 0) throw new Error('no answer was lost on its way: the bench measures nothing');
    const id = (what: string): string =>
      `${events} events at ${PER_SECOND}/s over ${WORKSPACES} workspaces, ${name}: ${what}`;
    const none = { target: 0, direction: 'max' } as const;
    const free = { target: null, direction: 'max' } as const;
    return [
      figure({ id: id('lost'), value: lost, unit: 'questions', ...none }),
      figure({ id: id('answered twice'), value: twice, unit: 'questions', ...none }),
      figure({ id: id('calls over a limit of Slack'), value: over, unit: 'calls', ...none }),
      figure({ id: id('answers that should have left and stand'), value: left, unit: 'messages', ...none }),
      figure({ id: id('sent'), value: events / (ms / 1_000), unit: '/s', ...free }),
      figure({ id: id('deliveries'), value: counted.taken - takenBefore, unit: 'events', ...free }),
      figure({ id: id('of them, the answer was lost'), value: counted.lost, unit: 'events', ...free }),
      figure({ id: id('answers that left'), value: removals, unit: 'messages', ...free }),
      figure({ id: id('drained after'), value: drained / 1_000, unit: 's', ...free }),
      figure({ id: id('CPU a question, the whole process'), value: (cpu / events) * 1_000, unit: 'µs', ...free }),
    ];
  } finally {
    await town.end();
  }
};

await runAsChild(import.meta.filename, load);
