/** Trying a change out: on what was asked in the last thirty days, and on whoever could ask. Cut off in time, and then it says so. */
import { codeOf, hasCode } from '../errors.ts';
import { recordedQuestions } from '../recording.ts';
import { repliesIn } from '../replies/replies.ts';
import type { DryRun, Progress, Reach } from '../restricting-ports.ts';
import type { Locale, Restriction } from '../types.ts';
import type { World } from '../world.ts';
import { applied } from './delta.ts';
import type { Draft } from './drafts.ts';

const WINDOW_MS = 30 * 24 * 60 * 60_000;

/** Of the whole, ms. */
const DEADLINE_MS = 60_000;

type Known = Pick<World, 'restricting' | 'store' | 'sealer' | 'clock' | 'log'>;

/** What stands now, and what would. */
const sides = async (
  { store }: Known,
  draft: Pick<Draft, 'put' | 'remove'>,
): Promise<{ readonly before: readonly Restriction[]; readonly after: readonly Restriction[] }> => {
  const { restrictions: before } = await store.restrictions.current();
  return { before, after: applied(before, draft) };
};

/** Refuses as `Restricting.dryRun` does. */
export const dryRunOf = async (
  world: Known,
  draft: Pick<Draft, 'put' | 'remove'>,
  o: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<DryRun> => {
  const now = world.clock.now();
  const questions = recordedQuestions(world, { since: now - WINDOW_MS });
  return world.restricting.dryRun({ ...(await sides(world, draft)), questions, now, ...o });
};

/** Who could still ask for what the change is about. Refuses as `Restricting.reach` does. */
export const reachOf = async (
  world: Known,
  draft: Pick<Draft, 'put' | 'before' | 'remove'>,
  o: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<Reach> => {
  const { after } = await sides(world, draft);
  const of = [...new Set([...draft.put, ...draft.before].flatMap(({ forbids }) => forbids))].toSorted();
  return world.restricting.reach({ restrictions: after, of, now: world.clock.now(), ...o });
};

export type Part = 'dry-run' | 'reach';

/** Whether a change is tried out: break-glass must not wait for it, and nothing is asked by another pack's rules. */
export const isTried = ({ change: { kind } }: Pick<Draft, 'change'>): boolean =>
  kind === 'put' || kind === 'lift' || kind === 'roll-back';

/** Both parts one after the other, in words. Never throws: what could not be had is said. */
export const tryOut = async (
  world: Known & Pick<World, 'catalogue'>,
  draft: Draft,
  o: {
    readonly locale: Locale;
    readonly progress: (o: { readonly of: Part; readonly percent: number }) => void;
    readonly signal: AbortSignal;
  },
): Promise<string> => {
  const { trial } = repliesIn(o.locale).restricting;
  if (!isTried(draft)) return trial.none;
  const inTime = new AbortController();
  const late = new AbortController();
  void world.clock.sleep(DEADLINE_MS, inTime.signal).then(() => late.abort());
  const signal = AbortSignal.any([o.signal, late.signal]);
  const part = async (of: Part, run: (progress: Progress) => Promise<string>): Promise<string> => {
    const progress: Progress = ({ done, total }) =>
      o.progress({ of, percent: total === 0 ? 100 : Math.min(100, Math.floor((100 * done) / total)) });
    try {
      signal.throwIfAborted();
      progress({ done: 0, total: 1 });
      return await run(progress);
    } catch (error) {
      world.log.warn('restricting.trial-failed', { step: of, code: codeOf(error) });
      const why = signal.aborted || hasCode(error, 'deadline') ? 'deadline' : 'failed';
      return trial.failed({ of, why: hasCode(error, 'usage') ? 'too-large' : why });
    }
  };
  try {
    const title = (intent: string): string => world.catalogue.intents.get(intent)?.title[o.locale] ?? intent;
    const asked = await part('dry-run', async (progress) =>
      trial.dryRun({ run: await dryRunOf(world, draft, { progress, signal }), title }),
    );
    const still = await part('reach', async (progress) =>
      trial.reach({ reach: await reachOf(world, draft, { progress, signal }), title }),
    );
    return `${asked}\n\n${still}`;
  } finally {
    inTime.abort();
  }
};
