/** Rules about pay, a restriction of it and people who ask, for trying changes out. */
import type { DryRun, RecordedQuestion } from '../../../src/core/restricting-ports.ts';
import type { Restriction } from '../../../src/core/types.ts';
import { createTrial } from '../../../src/policies/reach/trial.ts';
import { NOON, restriction } from '../support.ts';
import { never, packWith } from './support.ts';

export const silent = () => {};
export const HOUR = 3_600_000;

export const PAY = `
@id("own-pay") @show("view") @expires("120")
permit (principal in Group::"employee", action in Action::"salary", resource)
when { context.relation == Relation::"self" && context.place == Place::"direct" && context has signInAgeMinutes && context.signInAgeMinutes <= 15 };

@id("payroll") @show("hold-reveal") @expires("60")
permit (principal in Group::"payroll", action in Action::"salary", resource)
when { context.place == Place::"direct" };

@id("leave")
permit (principal in Group::"employee", action in Action::"leave", resource);
`;

export const FORBIDDEN = `
@id("no-contractors")
forbid (principal in Group::"contractor", action in Action::"salary", resource);
`;

export const freeze = (changed: Partial<Restriction> = {}): Restriction => restriction({ id: 'freeze', ...changed });

export const reach = (
  o: { readonly rules?: string; readonly restrictions?: readonly Restriction[]; readonly now?: number } = {},
) =>
  createTrial({ pack: packWith(o.rules ?? PAY) }).reach({
    restrictions: o.restrictions ?? [],
    of: ['salary.payslip'],
    now: o.now ?? NOON,
    progress: silent,
    signal: never(),
  });

/** Somebody's question; `who` is the number of the person. */
export const asked = (who: number, changed: Partial<RecordedQuestion> = {}): RecordedQuestion => ({
  at: NOON - 24 * HOUR,
  person: `person-${who}`,
  kind: 'employee',
  groups: [],
  country: 'DE',
  platform: 'slack',
  place: 'direct',
  signInAgeMinutes: 5,
  denials: 0,
  asked: [],
  refused: [],
  intent: 'salary.payslip',
  about: 'self',
  suspected: [],
  verdict: 'answer',
  ...changed,
});

export const people = (count: number, changed: Partial<RecordedQuestion> = {}, from = 0): readonly RecordedQuestion[] =>
  Array.from({ length: count }, (_, who) => asked(from + who, changed));

async function* batches(...all: readonly (readonly RecordedQuestion[])[]): AsyncIterable<readonly RecordedQuestion[]> {
  for (const batch of all) yield batch;
}

export const tried = (
  questions: readonly RecordedQuestion[],
  o: {
    readonly before?: readonly Restriction[];
    readonly after?: readonly Restriction[];
    readonly rules?: string;
    readonly progress?: (it: { readonly done: number; readonly total: number }) => void;
  } = {},
): Promise<DryRun> =>
  createTrial({ pack: packWith(o.rules ?? PAY) }).dryRun({
    before: o.before ?? [],
    after: o.after ?? [freeze()],
    questions: batches(questions.slice(0, 3), questions.slice(3)),
    now: NOON,
    progress: o.progress ?? silent,
    signal: never(),
  });
