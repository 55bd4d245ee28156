/** What becomes of recorded questions, judged as `core/judge.ts` judges them: suspected topics first, then the intent. */
import type { PolicyRequest } from '../../core/types.ts';
import { SUSPECTED } from '../names.ts';
import { cutsFor } from './cells.ts';
import { type Cuts, standIn } from './cuts.ts';
import type { AskedOnce, Fate, JudgedQuestions, JudgingData, Outcome } from './messages.ts';
import { EVER } from './time-cut.ts';

/** Where a request stands among the different ones. */
type Numbered = number;

interface Case {
  /** Suspected topics that are not the intent's own, each with its request. */
  readonly suspicions: readonly (readonly [string, Numbered])[];
  readonly intent: Numbered | null;
  readonly outsider: boolean;
}

type Judge = (request: PolicyRequest) => Outcome;

/**
 * Takes questions in and judges them all at the end. Requests that neither side's rules can tell apart are one request, and questions
 * that make the same ones are one case.
 */
export const createFates = (data: JudgingData, judges: readonly [Judge, Judge]) => {
  const topics = new Map(data.actions);
  const rules = data.sides.flatMap((side) => side.rules);
  const cuts = new Map<string, Cuts>();
  const requests = new Map<string, { readonly request: PolicyRequest; readonly at: Numbered }>();
  const cases = new Map<string, { readonly it: Case; readonly at: number }>();
  const of: number[] = [];

  const cutsOfAction = (action: string): Cuts => {
    const known =
      cuts.get(action) ?? cutsFor({ action, topic: topics.get(action) ?? '', rules, known: data.known, span: EVER });
    cuts.set(action, known);
    return known;
  };
  const numbered = (request: PolicyRequest): Numbered => {
    const standing = standIn(request, cutsOfAction(request.action));
    const key = JSON.stringify(standing);
    const known = requests.get(key) ?? { request: standing, at: requests.size };
    requests.set(key, known);
    return known.at;
  };

  const take = ({ request, intent, about, suspected }: AskedOnce): void => {
    const own = intent === null ? undefined : topics.get(intent);
    const it: Case = {
      suspicions: suspected
        .filter((topic) => topic !== own)
        .map((topic) => [topic, numbered({ ...request, action: `${topic}.${SUSPECTED}`, about: 'other' })]),
      intent: intent === null ? null : numbered({ ...request, action: intent, about: about ?? 'other' }),
      outsider: request.person.kind === 'guest' || request.person.kind === 'external',
    };
    const key = JSON.stringify(it);
    const known = cases.get(key) ?? { it, at: cases.size };
    cases.set(key, known);
    of.push(known.at);
  };

  const judge = (progress: (done: number, total: number) => void): JudgedQuestions => {
    const total = 2 * requests.size;
    let done = 0;
    const [before, after] = judges.map((decide) =>
      [...requests.values()].map(({ request }) => {
        const outcome = decide(request);
        done += 1;
        progress(done, total);
        return outcome;
      }),
    );
    const fate = (outcomes: readonly Outcome[], { suspicions, intent, outsider }: Case): Fate => {
      const by = suspicions.find(([, at]) => outcomes[at]?.effect !== 'permit')?.[0] ?? null;
      const own = intent === null ? undefined : outcomes[intent];
      // After a sign-in or in private it would be answered, so it is not refused; for outsiders every no is the same.
      const refusedItself = intent === null ? outsider : own?.effect !== 'permit' && (own?.helps ?? null) === null;
      return { refused: by !== null || refusedItself, by, alone: by !== null && !refusedItself };
    };
    return {
      distinct: requests.size,
      fates: [...cases.values()].map(({ it }) => [fate(before ?? [], it), fate(after ?? [], it)] as const),
      of: Uint32Array.from(of),
    };
  };
  return { take, judge };
};
