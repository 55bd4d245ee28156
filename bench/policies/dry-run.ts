/** What trying a change out costs: 20,000 questions of a month judged before and after it, and who still reaches the topic. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RecordedQuestion } from '../../src/core/restricting-ports.ts';
import type { Restriction } from '../../src/core/types.ts';
import { packFolders } from '../../src/policies/pack.ts';
import type { TrialPack } from '../../src/policies/reach/enumerate.ts';
import { loadTrialPack } from '../../src/policies/reach/load.ts';
import { createTrial } from '../../src/policies/reach/trial.ts';
import { loadRestrictionTemplates } from '../../src/policies/restriction-templates.ts';
import { type Figure, figure } from '../figure.ts';

const QUESTIONS = 20_000;
const PEOPLE = 4_000;
const BATCH = 500;
/** One in twenty questions is about the topic, more or less, whatever else the pack has. */
const FEWEST_REFUSED = QUESTIONS / 40;
const DAY = 24 * 3_600_000;
const NOW = Date.UTC(2026, 5, 15, 12);

/** Numbers from 0 to 1, the same each time (xorshift). */
const chance = (seed: number) => {
  let state = seed;
  return (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};

/** A month of a company of 4,000: some intents are asked often, most rarely; in private for the most part, by day, with old sign-ins or none. */
const recorded = ({ catalogue }: TrialPack, count: number): readonly RecordedQuestion[] => {
  const next = chance(7);
  const pick = <T>(all: readonly T[], bend = 1): T => {
    const it = all[Math.floor(next() ** bend * all.length)];
    if (it === undefined) throw new Error('There is nothing to pick from.');
    return it;
  };
  const intents = [...catalogue.intents.values()];
  const topics = [...catalogue.topics.keys()];
  return Array.from({ length: count }, (_, at): RecordedQuestion => {
    const who = Math.floor(next() * PEOPLE);
    const intent = next() < 0.12 ? null : pick(intents, 2);
    const role = who % 100;
    return {
      at: NOW - Math.floor(next() * 30) * DAY - Math.floor(next() * 10) * 3_600_000 - at,
      person: `person-${who}`,
      kind: role < 85 ? 'employee' : role < 95 ? 'contractor' : role < 98 ? 'guest' : 'external',
      groups: [...(role < 10 ? ['manager'] : []), ...(role === 20 ? ['hr'] : []), ...(role === 21 ? ['payroll'] : [])],
      country: pick(['DE', 'US', 'FR', 'PL', 'GB', 'IN'], 2),
      platform: who % 3 === 0 ? 'teams' : 'slack',
      place: pick(['direct', 'direct', 'direct', 'channel', 'group', 'shared'], 2),
      signInAgeMinutes: next() < 0.6 ? null : Math.floor(next() * 600),
      denials: Math.floor(next() ** 6 * 8),
      asked: next() < 0.4 ? [pick(topics)] : [],
      refused: next() < 0.1 ? [pick(topics)] : [],
      intent: intent?.id ?? null,
      about: intent === null ? null : next() < 0.9 ? 'self' : next() < 0.5 ? 'report' : 'other',
      suspected: [...(intent === null ? [] : [intent.topic]), ...(next() < 0.05 ? ['salary'] : [])],
      verdict: intent === null ? 'unknown' : 'answer',
    };
  });
};

async function* batches(all: readonly RecordedQuestion[]): AsyncGenerator<readonly RecordedQuestion[]> {
  for (let at = 0; at < all.length; at += BATCH) yield all.slice(at, at + BATCH);
}

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await act();
  return (performance.now() - from) / 1_000;
};

/** A rule of the pack's that reads the time of day in a way that nothing can be cut by, so that every question is its own request. */
const uncut = (pack: TrialPack): TrialPack => {
  const [rule] = pack.rules;
  if (rule === undefined) throw new Error('The pack that ships has no rule.');
  const timeOfDay = { toTime: [{ '.': { left: { Var: 'context' as const }, attr: 'now' } }] };
  const json = {
    effect: 'forbid' as const,
    principal: { op: 'All' as const },
    action: { op: 'All' as const },
    resource: { op: 'All' as const },
    conditions: [{ kind: 'when' as const, body: { '<': { left: timeOfDay, right: { duration: [{ Value: '0h' }] } } } }],
  };
  const forbid = { ...rule, id: 'before-midnight', source: json, json };
  return { ...pack, rules: [...pack.rules, forbid] };
};

export const dryRunFigures = async (o: { readonly seconds: number }): Promise<readonly Figure[]> => {
  const folders = packFolders(null);
  const pack = await loadTrialPack({ folders });
  const after: readonly Restriction[] = loadRestrictionTemplates({ folders, catalogue: pack.catalogue });
  const questions = recorded(pack, QUESTIONS);
  // A short round shows that it works.
  const few = o.seconds < 2 ? questions.slice(0, QUESTIONS / 10) : questions;
  const signal = new AbortController().signal;
  const progress = (): void => undefined;
  const run = (tried: TrialPack, all: readonly RecordedQuestion[]) =>
    createTrial({ pack: tried }).dryRun({ before: [], after, questions: batches(all), now: NOW, progress, signal });

  let distinct = 0;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cut = await timed(async () => {
    const result = await run(pack, questions);
    if (result.refused === null || result.refused.questions < FEWEST_REFUSED)
      throw new Error(`The restriction refused ${result.refused?.questions ?? 'too few'} questions: it was not tried.`);
    distinct = result.distinct;
  });
  delay.disable();
  const whole = await timed(() => run(uncut(pack), few));
  let cells = 0;
  const reaching = await timed(async () => {
    const of = [...pack.catalogue.topics.keys()];
    ({ cells } = await createTrial({ pack }).reach({ restrictions: after, of, now: NOW, progress, signal }));
  });
  return [
    figure({ id: 'dry-run-20000', value: cut, unit: 's', target: 15, direction: 'max' }),
    figure({ id: 'dry-run-distinct-requests', value: distinct, unit: 'requests', target: null, direction: 'max' }),
    figure({
      id: 'dry-run-questions-per-request',
      value: QUESTIONS / distinct,
      unit: 'ratio',
      target: 5,
      direction: 'min',
    }),
    figure({ id: 'dry-run-longest-block', value: delay.max / 1e6, unit: 'ms', target: 200, direction: 'max' }),
    figure({
      id: 'dry-run-20000-nothing-alike',
      value: (whole * QUESTIONS) / few.length,
      unit: 's',
      target: 60,
      direction: 'max',
    }),
    figure({ id: 'reach-all-topics', value: reaching, unit: 's', target: 15, direction: 'max' }),
    figure({ id: 'reach-all-topics-requests', value: cells, unit: 'requests', target: 200_000, direction: 'max' }),
  ];
};
