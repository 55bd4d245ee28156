/**
 * Promise 3: the data is authorised as well as the question. The only place that can call the backend, so that no
 * handler can skip the check: before the call by data class and requested subject, afterwards by every record's own.
 */
import { bothCalled, namedBy, type PeopleKnown, relationOf } from './called.ts';
import type { Backend, BackendRecord, CallFault, Operation, Policy, Saying, Screen, Written } from './ports.ts';
import { reasonsOf } from './reasons.ts';
import { type Surprise, surprisesIn } from './screening.ts';
import { NO_SLOTS } from './slot-types.ts';
import type { Decision, Locale, Obligations, Person, PolicyRequest, Relation, SlotValues } from './types.ts';

/** By the second check. */
interface DataRefused {
  readonly ok: false;
  readonly why: 'refused';
  readonly dataClass: string;
  readonly reasons: readonly string[];
}

export type Read =
  | {
      readonly ok: true;
      readonly records: readonly BackendRecord[];
      readonly list: boolean;
      readonly obligations: readonly Obligations[];
      /** As the description says it. Absent: it does not. */
      readonly says?: Saying;
    }
  | DataRefused
  /** Something stood in it that the description does not know of: nothing of it is shown. */
  | { readonly ok: false; readonly why: 'surprise'; readonly found: readonly Surprise[] }
  /** `sign-in`: it is asked as the person, and needs a token of theirs first. */
  | { readonly ok: false; readonly why: 'unreachable' | 'sign-in' };

/** The backend as everybody else has it: what there is to read, and no way to read it but `readAuthorised`. */
export type GuardedBackend = Pick<Backend, 'operation'>;

/** What reads, and what decides whether it may: whoever reads brings neither. */
interface Behind {
  readonly fetch: Backend['fetch'];
  readonly write: NonNullable<Backend['write']> | null;
  readonly policy: Pick<Policy, 'decide'>;
  readonly directory: PeopleKnown;
  readonly screen: Screen;
}

/** Reachable from nowhere but this file, and by nothing but the guarded backend itself: a copy of that one opens nothing. */
const readings = new WeakMap<GuardedBackend, Behind>();

/** Done once with each backend, where everything is put together. */
export const guarded = (o: Omit<Behind, 'fetch' | 'write'> & { readonly backend: Backend }): GuardedBackend => {
  const { backend, policy, directory, screen } = o;
  const behind: GuardedBackend = Object.freeze({ operation: (name: string) => backend.operation(name) });
  const write: Behind['write'] = backend.write === undefined ? null : (asked) => doubtful(() => backend.write?.(asked));
  readings.set(behind, { fetch: (asked) => backend.fetch(asked), write, policy, directory, screen });
  return behind;
};

/** It never rejects; where it does all the same, or throws, nobody knows what was done. */
const doubtful = async (write: () => Promise<Written> | undefined): Promise<Written> => {
  try {
    return (await write()) ?? { ok: false, code: 'unreachable' };
  } catch {
    return { ok: false, code: 'doubt' };
  }
};

const saidBy = ({ list, says }: Operation): Pick<Extract<Read, { ok: true }>, 'list' | 'says'> => ({
  list,
  ...(says === undefined ? {} : { says }),
});

const refusedBy = ({ dataClass }: Operation, reasons: readonly string[]): DataRefused => ({
  ok: false,
  why: 'refused',
  dataClass,
  reasons,
});

/** Whether the data class is permitted about whom it is asked for, before anything is asked. */
const decidedBefore = async (o: {
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

/**
 * Reads what an operation gives, as far as policy lets this person have it. A list drops what is not permitted, without
 * counts; a record whose subject cannot be read refuses everything, as does a single record that is not permitted. What is left is
 * looked through for what must not leave (`screening.ts`).
 */
export const readAuthorised = async (o: {
  /** One that `guarded` made; any other cannot be read, and is `unreachable`. */
  readonly backend: GuardedBackend;
  readonly operation: string;
  /** Directory id; null only for operations that are not about one person. */
  readonly subject: string | null;
  /** Id of the question: the operation's request id. */
  readonly id: string;
  /** What was said of the intent's slots, in the form of their types. */
  readonly slots?: SlotValues;
  /** What the asker speaks; default: English. */
  readonly locale?: Locale;
  /** Fields that the rule of the question leaves out. */
  readonly redact?: readonly string[];
  /** Its person is who asks. */
  readonly request: Omit<PolicyRequest, 'action' | 'about'>;
}): Promise<Read> => {
  const asker = o.request.person;
  const operation = o.backend.operation(o.operation);
  const reading = readings.get(o.backend);
  // Whoever reads changes nothing, whatever they name.
  if (operation === null || operation.writes !== undefined || reading === undefined)
    return { ok: false, why: 'unreachable' };
  const { policy, directory } = reading;
  const action = `data:${operation.dataClass}`;
  const decisions = new Map<Relation, Decision>();
  const decide = (about: Relation): Decision => {
    const known = decisions.get(about) ?? policy.decide({ ...o.request, action, about });
    decisions.set(about, known);
    return known;
  };
  const before = await decidedBefore({ operation, subject: o.subject, asker, directory, decide });
  if ('why' in before) return before;

  const subject = o.subject ?? asker.id;
  const called = await bothCalled(operation, { subject, asker: asker.id }, directory);
  // Whom the system does not know by any name has nothing there; nobody else is asked about in their place.
  if (called === null) return { ok: true, records: [], obligations: [], ...saidBy(operation) };
  const fetched = await reading.fetch({
    operation: o.operation,
    subject,
    asker: asker.id,
    ...(operation.goesBy === undefined ? {} : { called }),
    of: { country: asker.country, locale: o.locale ?? 'en' },
    id: o.id,
    slots: o.slots ?? NO_SLOTS,
    mayCache: isPlain(before.obligations),
  });
  if (!fetched.ok) {
    return fetched.code === 'not-found'
      ? { ok: true, records: [], obligations: [], ...saidBy(operation) }
      : { ok: false, why: fetched.code === 'sign-in' ? 'sign-in' : 'unreachable' };
  }

  const records: BackendRecord[] = [];
  const people = new Map<string, string | null>();
  const obligations: Obligations[] = [before.obligations];
  for (const record of fetched.records) {
    if (record.subject === null) {
      return refusedBy(operation, ['no-readable-subject']);
    }
    const known = people.get(record.subject);
    const whom = known === undefined ? await namedBy(operation, record.subject, directory) : known;
    people.set(record.subject, whom);
    if (operation.bySubject && !operation.list && whom !== o.subject) {
      return refusedBy(operation, ['another-subject']);
    }
    const decision = decide(whom === null ? 'other' : await relationOf(asker, whom, directory));
    if (decision.effect === 'permit') {
      records.push(record);
      obligations.push(decision.obligations);
    } else if (!operation.list) {
      return refusedBy(operation, reasonsOf(decision));
    }
  }
  const found = surprisesIn({
    screen: reading.screen,
    // The directory does not say of colleagues where they live; most live where those do who may ask about them.
    records: records.map(({ fields }) => ({ fields, country: asker.country })),
    holds: operation.holds,
    redact: [...(o.redact ?? []), ...obligations.flatMap(({ redact }) => redact)],
  });
  if (found.length > 0) return { ok: false, why: 'surprise', found };
  return { ok: true, records, obligations, ...saidBy(operation) };
};

/** What came of a write that was permitted. */
export type Wrote =
  | {
      readonly ok: true;
      /** Null: it was done, and nothing of what the system said of it may be told, or it said nothing. */
      readonly record: BackendRecord | null;
      /** What is kept of it, for the operation that takes it back. */
      readonly result: Readonly<Record<string, string>>;
      readonly obligations: readonly Obligations[];
      /** Why nothing of it is told: something stood in it that the description does not know of. Empty: nothing did. */
      readonly found: readonly Surprise[];
    }
  /** `doubt`: nobody knows. Any other: for sure it was not done. */
  | { readonly ok: false; readonly code: CallFault | 'doubt' };

export type MayWrite =
  | {
      readonly ok: true;
      readonly operation: Operation;
      /** Does it, with what was authorised. Never rejects. */
      readonly write: (o: {
        readonly key: string;
        readonly words: Readonly<Record<string, string>>;
        readonly result?: Readonly<Record<string, string>>;
        readonly again: boolean;
      }) => Promise<Wrote>;
    }
  | DataRefused
  | { readonly ok: false; readonly why: 'unreachable' };

/**
 * Whether policy lets this person have it written, by data class and by whom it is about. Only what this gives can write, so that nothing is
 * written that was not authorised. What the system says of it is told as a record that was read would be: about whom it is, whether they may
 * see it, and whether something stands in it that must not leave; whatever of that fails, it was done.
 */
export const writeAuthorised = async (o: Omit<Parameters<typeof readAuthorised>[0], 'redact'>): Promise<MayWrite> => {
  const asker = o.request.person;
  const operation = o.backend.operation(o.operation);
  const behind = readings.get(o.backend);
  if (operation?.writes === undefined || behind === undefined || behind.write === null)
    return { ok: false, why: 'unreachable' };
  const { policy, directory, screen, write } = behind;
  const { dataClass } = operation;
  const decide = (about: Relation): Decision => policy.decide({ ...o.request, action: `data:${dataClass}`, about });
  const before = await decidedBefore({ operation, subject: o.subject, asker, directory, decide });
  if ('why' in before) return before;
  const subject = o.subject ?? asker.id;

  /** Null: it is not told. */
  const told = async (record: BackendRecord | null): Promise<Extract<Decision, { effect: 'permit' }> | null> => {
    if (record === null || record.subject === null) return null;
    const whom = await namedBy(operation, record.subject, directory);
    if (operation.bySubject && whom !== o.subject) return null;
    const decision = decide(whom === null ? 'other' : await relationOf(asker, whom, directory));
    return decision.effect === 'permit' ? decision : null;
  };

  return {
    ok: true,
    operation,
    write: async (by) => {
      const called = await bothCalled(operation, { subject, asker: asker.id }, directory).catch(() => undefined);
      // Nothing was asked of the system yet.
      if (called === undefined) return { ok: false, code: 'unreachable' };
      if (called === null) return { ok: false, code: 'not-found' };
      const written = await write({
        operation: o.operation,
        subject,
        asker: asker.id,
        ...(operation.goesBy === undefined ? {} : { called }),
        of: { country: asker.country, locale: o.locale ?? 'en' },
        id: o.id,
        slots: o.slots ?? NO_SLOTS,
        ...by,
      });
      if (!written.ok) return written;
      const { record, result } = written;
      const obligations = [before.obligations];
      const decision = await told(record).catch(() => null);
      if (record === null || decision === null) return { ok: true, record: null, result, obligations, found: [] };
      obligations.push(decision.obligations);
      const { fields } = record;
      const found = surprisesIn({
        screen,
        records: [{ fields, country: asker.country }],
        holds: operation.holds,
        redact: obligations.flatMap(({ redact }) => redact),
      });
      return { ok: true, record: found.length > 0 ? null : record, result, obligations, found };
    },
  };
};

/**
 * What must not leave of a record that came another way than by `readAuthorised`: what a system reports, what it says of a write. None:
 * it may be told. Null: this is no backend that `guarded` made, and nothing may.
 */
export const screened = (o: {
  readonly backend: GuardedBackend;
  readonly fields: BackendRecord['fields'];
  /** What they are declared to hold. */
  readonly holds: Operation['holds'];
  /** Fields that are not told. */
  readonly redact: readonly string[];
  /** Of the person it is about, ISO 3166-1 alpha-2; null: not known. */
  readonly country: string | null;
}): readonly Surprise[] | null => {
  const behind = readings.get(o.backend);
  const { fields, holds, redact, country } = o;
  return behind === undefined
    ? null
    : surprisesIn({ screen: behind.screen, records: [{ fields, country }], holds, redact });
};

/** Nothing about it asks to be hidden, to leave or to be left out: only such an answer may be kept in memory. */
const isPlain = ({ show, expiresSeconds, redact }: Obligations): boolean =>
  show === 'message' && expiresSeconds === null && redact.length === 0;

/** The same backend, which says before and after each reading that it reads, and neither what nor for whom. */
export const heard = (
  backend: GuardedBackend,
  hear: { readonly before: () => void; readonly after: () => void },
): GuardedBackend => {
  const behind: GuardedBackend = Object.freeze({ operation: (name: string) => backend.operation(name) });
  const reading = readings.get(backend);
  if (reading !== undefined)
    readings.set(behind, {
      ...reading,
      fetch: async (o) => {
        hear.before();
        const fetched = await reading.fetch(o);
        hear.after();
        return fetched;
      },
      write:
        reading.write === null
          ? null
          : async (o) => {
              hear.before();
              const written = await reading.write?.(o);
              hear.after();
              return written ?? { ok: false, code: 'unreachable' };
            },
    });
  return behind;
};
