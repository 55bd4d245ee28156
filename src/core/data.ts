/**
 * Promise 3: the data is authorised as well as the question. The only place that can call the backend, so that no
 * handler can skip the check: before the call by data class and requested subject, afterwards by every record's own.
 */
import { relationTo } from './askable.ts';
import { SOMEBODY } from './backend-ports.ts';
import type { Backend, BackendRecord, Directory, Operation, Policy, Screen } from './ports.ts';
import { type Surprise, surprisesIn } from './screening.ts';
import { NO_SLOTS } from './slot-types.ts';
import type { Decision, Locale, Obligations, Person, PolicyRequest, Relation, SlotValues } from './types.ts';

export type Read =
  | {
      readonly ok: true;
      readonly records: readonly BackendRecord[];
      readonly list: boolean;
      readonly obligations: readonly Obligations[];
    }
  | { readonly ok: false; readonly why: 'refused'; readonly dataClass: string; readonly reasons: readonly string[] }
  /** Something stood in it that the description does not know of: nothing of it is shown. */
  | { readonly ok: false; readonly why: 'surprise'; readonly found: readonly Surprise[] }
  /** `sign-in`: it is asked as the person, and needs a token of theirs first. */
  | { readonly ok: false; readonly why: 'unreachable' | 'sign-in' };

/** The backend as everybody else has it: what there is to read, and no way to read it but `readAuthorised`. */
export type GuardedBackend = Pick<Backend, 'operation'>;

/** What reads, and what decides whether it may: whoever reads brings neither. */
interface Behind {
  readonly fetch: Backend['fetch'];
  readonly policy: Pick<Policy, 'decide'>;
  readonly directory: Pick<Directory, 'colleague' | 'identifier' | 'identified'>;
  readonly screen: Screen;
}

/** Reachable from nowhere but this file, and by nothing but the guarded backend itself: a copy of that one opens nothing. */
const readings = new WeakMap<GuardedBackend, Behind>();

/** Done once with each backend, where everything is put together. */
export const guarded = (o: Omit<Behind, 'fetch'> & { readonly backend: Backend }): GuardedBackend => {
  const { backend, policy, directory, screen } = o;
  const behind: GuardedBackend = Object.freeze({ operation: (name: string) => backend.operation(name) });
  readings.set(behind, { fetch: (asked) => backend.fetch(asked), policy, directory, screen });
  return behind;
};

/** How the asker stands to whoever the record is about. Somebody the directory does not know is `other`. */
const relationOf = async (
  asker: Pick<Person, 'id'>,
  subject: string,
  directory: Behind['directory'],
): Promise<Relation> => {
  if (subject === asker.id) return 'self';
  const colleague = await directory.colleague(subject);
  return colleague === null ? 'other' : relationTo(asker, { ...colleague, id: subject });
};

/** As its system calls somebody; null: the directory does not know, and nothing is asked. */
const calledIn = async (
  { goesBy }: Pick<Operation, 'goesBy'>,
  person: string,
  directory: Behind['directory'],
): Promise<string | null> =>
  goesBy === undefined ? person : ((await directory.identifier?.({ person, by: goesBy })) ?? null);

/** Directory id of whom a record is about; null: nobody whom the directory knows. */
const namedBy = async (
  { goesBy }: Pick<Operation, 'goesBy'>,
  subject: string,
  directory: Behind['directory'],
): Promise<string | null> => {
  if (subject === SOMEBODY) return null;
  if (goesBy === undefined) return subject;
  return (await directory.identified?.({ by: goesBy, value: subject }))?.id ?? null;
};

const reasonsOf = (decision: Decision): readonly string[] =>
  decision.effect === 'refuse' && decision.rules.length === 0 ? [decision.why] : decision.rules;

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
  /** Id of the question: the operation's request id and, for writes, its idempotency key. */
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
  if (operation === null || reading === undefined) return { ok: false, why: 'unreachable' };
  const { policy, directory } = reading;
  const action = `data:${operation.dataClass}`;
  const decisions = new Map<Relation, Decision>();
  const decide = (about: Relation): Decision => {
    const known = decisions.get(about) ?? policy.decide({ ...o.request, action, about });
    decisions.set(about, known);
    return known;
  };
  const refused = (decision: Decision): Read => ({
    ok: false,
    why: 'refused',
    dataClass: operation.dataClass,
    reasons: reasonsOf(decision),
  });

  if (operation.bySubject && o.subject === null) {
    return { ok: false, why: 'refused', dataClass: operation.dataClass, reasons: ['no-subject'] };
  }
  const before = decide(o.subject === null ? 'other' : await relationOf(asker, o.subject, directory));
  if (before.effect === 'refuse') return refused(before);

  const subject = o.subject ?? asker.id;
  const called = await bothCalled(operation, { subject, asker: asker.id }, directory);
  // Whom the system does not know by any name has nothing there; nobody else is asked about in their place.
  if (called === null) return { ok: true, records: [], list: operation.list, obligations: [] };
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
      ? { ok: true, records: [], list: operation.list, obligations: [] }
      : { ok: false, why: fetched.code === 'sign-in' ? 'sign-in' : 'unreachable' };
  }

  const records: BackendRecord[] = [];
  const people = new Map<string, string | null>();
  const obligations: Obligations[] = [before.obligations];
  for (const record of fetched.records) {
    if (record.subject === null) {
      return { ok: false, why: 'refused', dataClass: operation.dataClass, reasons: ['no-readable-subject'] };
    }
    const known = people.get(record.subject);
    const whom = known === undefined ? await namedBy(operation, record.subject, directory) : known;
    people.set(record.subject, whom);
    if (operation.bySubject && !operation.list && whom !== o.subject) {
      return { ok: false, why: 'refused', dataClass: operation.dataClass, reasons: ['another-subject'] };
    }
    const decision = decide(whom === null ? 'other' : await relationOf(asker, whom, directory));
    if (decision.effect === 'permit') {
      records.push(record);
      obligations.push(decision.obligations);
    } else if (!operation.list) {
      return refused(decision);
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
  return { ok: true, records, list: operation.list, obligations };
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

const bothCalled = async (
  operation: Operation,
  { subject, asker }: { readonly subject: string; readonly asker: string },
  directory: Behind['directory'],
): Promise<{ readonly subject: string; readonly asker: string } | null> => {
  const whom = await calledIn(operation, subject, directory);
  const who = subject === asker ? whom : await calledIn(operation, asker, directory);
  return whom === null || who === null ? null : { subject: whom, asker: who };
};

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
    });
  return behind;
};
