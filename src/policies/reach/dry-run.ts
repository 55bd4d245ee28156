/** What a change would have done to the questions of the past: each judged by the rules before and by those after. */
import { SottoError } from '../../core/errors.ts';
import type { DryRun, RecordedQuestion, Restricting } from '../../core/restricting-ports.ts';
import { FEWEST } from '../../core/withhold.ts';
import { SUSPECTED } from '../names.ts';
import { knownOf } from '../schema.ts';
import type { Rule } from '../slices.ts';
import type { TrialPack } from './enumerate.ts';
import type { AskedOnce, Fate } from './messages.ts';
import { type Call, type Running, withJudges } from './running.ts';
import { createDirection, resultOf } from './tally.ts';
import { shifted, type Window, windowOf } from './window.ts';

const NOTHING = {
  questions: 0,
  distinct: 0,
  refused: null,
  permitted: null,
  rows: { refused: [], permitted: [] },
  onSuspicionAlone: 0,
} as const;

/** Some hundred bytes are kept of each. */
const MOST_QUESTIONS = 1_000_000;

/** What the worker is given at once; between two the process answers others. */
const MOST_IN_BATCH = 1_000;

type Run = Parameters<Restricting['dryRun']>[0];

/** What is counted of a question once its fate is known. */
type Kept = Pick<RecordedQuestion, 'person' | 'place' | 'intent'> & { readonly groups: readonly string[] };

/**
 * Of a recorded question, what the rules may read, picked one by one: nothing else goes to the worker, whatever else there is (R33).
 * Whose question it was does not go either.
 */
const attributesOf = (question: RecordedQuestion, window: Window): AskedOnce => ({
  request: {
    person: {
      id: 'somebody',
      kind: question.kind,
      groups: [...question.groups],
      country: question.country,
      fresh: true,
    },
    platform: question.platform,
    place: question.place,
    signInAgeMinutes: question.signInAgeMinutes,
    denials: question.denials,
    asked: [...question.asked],
    refused: [...question.refused],
    now: shifted(question.at, window),
  },
  intent: question.intent,
  about: question.about,
  suspected: [...question.suspected],
});

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Hands all questions to the worker, and keeps of each what is counted. */
const takeIn = async (
  o: Pick<Run, 'questions'> & { readonly window: Window; readonly call: Call; readonly ended: Promise<never> },
): Promise<readonly Kept[]> => {
  const kept: Kept[] = [];
  // One list for everybody in the same groups.
  const lists = new Map<string, readonly string[]>();
  const source = o.questions[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([source.next(), o.ended]);
      if (next.done === true) return kept;
      for (let from = 0; from < next.value.length; from += MOST_IN_BATCH) {
        // What was throttled was not judged, and would not be.
        const batch = next.value.slice(from, from + MOST_IN_BATCH).filter(({ verdict }) => verdict !== 'throttled');
        if (kept.length + batch.length > MOST_QUESTIONS) {
          throw new SottoError(
            'usage',
            `More than ${MOST_QUESTIONS} questions were recorded, and no more are tried out at once. Let it read fewer days.`,
          );
        }
        for (const { person, place, intent, kind, groups } of batch) {
          const all = [kind, ...groups];
          const key = all.join(' ');
          const list = lists.get(key) ?? all;
          lists.set(key, list);
          kept.push({ person, place, intent, groups: list });
        }
        await o.call({ kind: 'questions', questions: batch.map((it) => attributesOf(it, o.window)) });
        await nextTurn();
      }
    }
  } finally {
    // Whoever reads a store lets go of it; what that meets is not ours.
    void source.return?.().catch(() => undefined);
  }
};

export const dryRun = async (
  o: Run &
    Omit<Running, 'signal' | 'progress'> & {
      readonly pack: TrialPack;
      readonly rules: { readonly before: readonly Rule[]; readonly after: readonly Rule[] };
    },
): Promise<DryRun> => {
  const { pack, rules } = o;
  const data = {
    schema: pack.schema,
    actions: [...pack.actions],
    known: knownOf(pack.catalogue),
    sides: [{ rules: rules.before }, { rules: rules.after }],
  };
  const window = windowOf(o);
  return withJudges({ ...o, data }, async (call, ended) => {
    const kept = await takeIn({ questions: o.questions, window, call, ended });
    const answer = await call({ kind: 'judge' });
    if (answer.kind !== 'judged') throw new SottoError('policy-invalid', 'What judges by the rules answered nonsense.');
    const { distinct, fates, of } = answer.judged;
    const people = new Set(kept.map(({ person }) => person)).size;
    // Of so few nothing may be said, not even how many questions it was: that nobody would be refused might be one of them.
    if (people < FEWEST)
      return { ...NOTHING, none: { refused: people === 0, permitted: people === 0 }, withheld: people > 0 };
    const refused = createDirection();
    const permitted = createDirection();
    for (const [at, { intent, ...question }] of kept.entries()) {
      if (at % MOST_IN_BATCH === 0) await nextTurn();
      const [before, after] = fates[of[at] ?? -1] ?? [];
      if (before === undefined || after === undefined || before.refused === after.refused) continue;
      const refusing: Fate = after.refused ? after : before;
      const what = intent ?? (refusing.by === null ? 'unknown' : `${refusing.by}.${SUSPECTED}`);
      (after.refused ? refused : permitted).add({ ...question, intent: what, alone: refusing.alone });
    }
    return resultOf({ questions: kept.length, distinct, refused, permitted });
  });
};
