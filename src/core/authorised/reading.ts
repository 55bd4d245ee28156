/** Reading: authorised before the call by data class and requested subject, afterwards by every record's own. */
import { bothCalled, livesIn, namedBy, relationOf } from '../called.ts';
import type { BackendRecord, Operation, Saying } from '../ports.ts';
import { reasonsOf } from '../reasons.ts';
import { type Surprise, surprisesIn } from '../screening.ts';
import type { Decision, Obligations, Relation } from '../types.ts';
import { type Authorising, askedOf, type DataRefused, decidedBefore, refusedBy } from './deciding.ts';
import { behindOf } from './guard.ts';

export type Read =
  | {
      readonly ok: true;
      readonly records: readonly BackendRecord[];
      readonly list: boolean;
      readonly obligations: readonly Obligations[];
      /** As the description says it. Absent: it does not. */
      readonly says?: Saying;
      /** There may be more of the list than was read. Absent: that was all. */
      readonly more?: true;
      /** Of a list about one person the system gave records about others, which are left out. Absent: it did not. */
      readonly strayed?: true;
    }
  | DataRefused
  /** Something stood in it that the description does not know of: nothing of it is shown. */
  | { readonly ok: false; readonly why: 'surprise'; readonly found: readonly Surprise[] }
  /** `sign-in`: it is asked as the person, and needs a token of theirs first. */
  | { readonly ok: false; readonly why: 'unreachable' | 'sign-in' };

const saidBy = ({ list, says }: Operation): Pick<Extract<Read, { ok: true }>, 'list' | 'says'> => ({
  list,
  ...(says === undefined ? {} : { says }),
});

/** Whatever was left out of it: that there may be more is said of the list, and of nobody's records. */
const moreOf = ({ list }: Operation, { more }: { readonly more?: true }): Pick<Extract<Read, { ok: true }>, 'more'> =>
  list && more === true ? { more } : {};

/** Nothing about it asks to be hidden, to leave or to be left out: only such an answer may be kept in memory. */
const isPlain = ({ show, expiresSeconds, redact }: Obligations): boolean =>
  show === 'message' && expiresSeconds === null && redact.length === 0;

/**
 * Reads what an operation gives, as far as policy lets this person have it. A list drops what is not permitted, without
 * counts, and of one about one person what is about others; a record whose subject cannot be read refuses everything, as does a single record that is not permitted. What is left is
 * looked through for what must not leave (`screening.ts`).
 */
export const readAuthorised = async (
  o: Authorising & {
    /** Fields that the rule of the question leaves out. */
    readonly redact?: readonly string[];
  },
): Promise<Read> => {
  const asker = o.request.person;
  const operation = o.backend.operation(o.operation);
  const reading = behindOf(o.backend);
  // Whoever reads changes nothing, whatever they name.
  if (operation === null || operation.writes !== undefined || reading === null)
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
    ...askedOf(o, operation, { subject, called }),
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
  let strayed = false;
  for (const record of fetched.records) {
    if (record.subject === null) {
      return refusedBy(operation, ['no-readable-subject']);
    }
    const known = people.get(record.subject);
    const whom = known === undefined ? await namedBy(operation, record.subject, directory) : known;
    people.set(record.subject, whom);
    if (operation.bySubject && whom !== o.subject) {
      if (!operation.list) return refusedBy(operation, ['another-subject']);
      // Whatever policy permits about others: it was not asked for, and would be told as if it were about this one.
      if (operation.aboutAnybody !== true) {
        strayed = true;
        continue;
      }
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
    records: await Promise.all(
      records.map(async ({ subject: named, fields }) => ({
        fields,
        country: await livesIn(asker, (named === null ? null : people.get(named)) ?? null, directory),
      })),
    ),
    holds: operation.holds,
    redact: [...(o.redact ?? []), ...obligations.flatMap(({ redact }) => redact)],
  });
  if (found.length > 0) return { ok: false, why: 'surprise', found };
  return {
    ok: true,
    records,
    obligations,
    ...saidBy(operation),
    ...moreOf(operation, fetched),
    ...(strayed ? { strayed } : {}),
  };
};
