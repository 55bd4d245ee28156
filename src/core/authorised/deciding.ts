/** What reading and writing ask of policy before anything is asked of a system. */
import { type PeopleKnown, relationOf } from '../called.ts';
import type { Calling, Operation } from '../ports.ts';
import { reasonsOf } from '../reasons.ts';
import { NO_SLOTS } from '../slot-types.ts';
import type { Decision, Locale, Person, PolicyRequest, Relation, SlotValues } from '../types.ts';
import type { GuardedBackend } from './guard.ts';

/** By the second check. */
export interface DataRefused {
  readonly ok: false;
  readonly why: 'refused';
  readonly dataClass: string;
  readonly reasons: readonly string[];
}

/** What is to be read or written, for whom and about whom. */
export interface Authorising {
  /** One that `guarded` made; any other opens nothing, and is `unreachable`. */
  readonly backend: GuardedBackend;
  readonly operation: string;
  /** Directory id; null only for operations that are not about one person. */
  readonly subject: string | null;
  /** Id of the question: the operation's request id. */
  readonly id: string;
  /** What was said of the intent's slots, in the form of their types. */
  readonly slots?: SlotValues;
  /** What the asker speaks. */
  readonly locale: Locale;
  /** Its person is who asks. */
  readonly request: Omit<PolicyRequest, 'action' | 'about'>;
}

export const refusedBy = ({ dataClass }: Operation, reasons: readonly string[]): DataRefused => ({
  ok: false,
  why: 'refused',
  dataClass,
  reasons,
});

/** Whether the data class is permitted about whom it is asked for, before anything is asked. */
export const decidedBefore = async (o: {
  readonly operation: Operation;
  readonly subject: string | null;
  readonly asker: Pick<Person, 'id'>;
  readonly directory: PeopleKnown;
  readonly decide: (about: Relation) => Decision;
}): Promise<Extract<Decision, { effect: 'permit' }> | DataRefused> => {
  const { operation, subject, asker, directory, decide } = o;
  if (operation.bySubject && subject === null) return refusedBy(operation, ['no-subject']);
  const decision = decide(subject === null ? 'other' : await relationOf(asker, subject, directory));
  return decision.effect === 'permit' ? decision : refusedBy(operation, reasonsOf(decision));
};

/** What a system is asked with, once that was decided. `called`: as it calls the two. */
export const askedOf = (
  o: Authorising,
  operation: Operation,
  { subject, called }: { readonly subject: string; readonly called: NonNullable<Calling['called']> },
): Calling => {
  const { person: asker } = o.request;
  return {
    operation: o.operation,
    subject,
    asker: asker.id,
    ...(operation.goesBy === undefined ? {} : { called }),
    of: { country: asker.country, locale: o.locale },
    id: o.id,
    slots: o.slots ?? NO_SLOTS,
  };
};
