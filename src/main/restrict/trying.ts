/** Trying a change out for the command line: it asks again and again how far it is. */
import { codeOf, hasCode } from '../../core/errors.ts';
import { repliesIn } from '../../core/replies/replies.ts';
import type { KeptDraft } from '../../core/restricting/drafts.ts';
import { dryRunOf, isTried, type Part, reachOf } from '../../core/restricting/trial.ts';
import type { DryRun, Progress, Reach } from '../../core/restricting-ports.ts';
import type { World } from '../../core/world.ts';

/** Of both parts, ms. */
const DEADLINE_MS = 60_000;

/** What came of one can be asked for so long, ms; of more than so many the oldest is let go of. */
const KEPT_MS = 10 * 60_000;
const MOST_RUNS = 8;

export interface Tried {
  readonly state: 'running' | 'done';
  /** Which part runs, or ran last. */
  readonly of: Part;
  readonly percent: number;
  /** Null: not yet, or it could not be had; `says` tells. */
  readonly dryRun: DryRun | null;
  readonly reach: Reach | null;
  /** In words, once they are there. */
  readonly says: readonly string[];
}

interface Run {
  readonly begun: number;
  tried: Tried;
}

export interface Trying {
  /** Its id; null: too many are tried out already. */
  begin(kept: KeptDraft): string | null;
  state(id: string): Tried | null;
}

export const createTrying = (world: World): Trying => {
  const runs = new Map<string, Run>();

  const sweep = (): void => {
    const now = world.clock.now();
    for (const [id, { begun }] of runs) if (now - begun > KEPT_MS) runs.delete(id);
  };

  return {
    begin: (kept) => {
      sweep();
      if (runs.size >= MOST_RUNS) {
        const over = [...runs].find(([, { tried }]) => tried.state === 'done');
        if (over === undefined) return null;
        runs.delete(over[0]);
      }
      const run: Run = { begun: world.clock.now(), tried: NOTHING };
      if (!world.background.begin((signal) => tryOut(world, kept, run, signal))) return null;
      const id = world.random.id();
      runs.set(id, run);
      return id;
    },
    state: (id) => {
      sweep();
      return runs.get(id)?.tried ?? null;
    },
  };
};

const NOTHING: Tried = { state: 'running', of: 'dry-run', percent: 0, dryRun: null, reach: null, says: [] };

const tryOut = async (world: World, { draft }: KeptDraft, run: Run, signal: AbortSignal): Promise<void> => {
  const { trial } = repliesIn('en').restricting;
  const title = (intent: string): string => world.catalogue.intents.get(intent)?.title.en ?? intent;
  const became = (changed: Partial<Tried>): void => {
    run.tried = { ...run.tried, ...changed };
  };
  if (!isTried(draft)) {
    became({ state: 'done', percent: 100, says: [trial.none] });
    return;
  }
  const [inTime, late] = [new AbortController(), new AbortController()];
  void world.clock.sleep(DEADLINE_MS, inTime.signal).then(() => late.abort());
  const cut = AbortSignal.any([signal, late.signal]);
  const part = async (of: Part, get: (progress: Progress) => Promise<string>): Promise<void> => {
    const progress: Progress = ({ done, total }) =>
      became({ of, percent: total === 0 ? 100 : Math.min(100, Math.floor((100 * done) / total)) });
    progress({ done: 0, total: 1 });
    const said = await get(progress).catch((error: unknown) => {
      world.log.warn('restricting.trial-failed', { step: of, code: codeOf(error) });
      const why = cut.aborted || hasCode(error, 'deadline') ? 'deadline' : 'failed';
      return trial.failed({ of, why: hasCode(error, 'usage') ? 'too-large' : why });
    });
    became({ says: [...run.tried.says, said] });
  };
  try {
    await part('dry-run', async (progress) => {
      const dryRun = await dryRunOf(world, draft, { progress, signal: cut });
      became({ dryRun });
      return trial.dryRun({ run: dryRun, title });
    });
    await part('reach', async (progress) => {
      const reach = await reachOf(world, draft, { progress, signal: cut });
      became({ reach });
      return trial.reach({ reach, title });
    });
  } finally {
    inTime.abort();
    became({ state: 'done', percent: 100 });
  }
};
