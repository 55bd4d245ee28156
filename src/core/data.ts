/**
 * Promise 3: the data is authorised as well as the question. The only place that may call the backend, so that no
 * handler can skip the check: before the call by data class and requested subject, afterwards by every record's own.
 */
import type { Backend, BackendRecord, Directory, Policy } from './ports.ts';
import type { Decision, Obligations, Person, PolicyRequest, Relation } from './types.ts';

export type Read =
  | {
      readonly ok: true;
      readonly records: readonly BackendRecord[];
      readonly list: boolean;
      readonly obligations: readonly Obligations[];
    }
  | { readonly ok: false; readonly why: 'refused'; readonly dataClass: string; readonly reasons: readonly string[] }
  | { readonly ok: false; readonly why: 'unreachable' };

/** How the asker stands to whoever the record is about. Somebody the directory does not know is `other`. */
const relationTo = async (asker: Person, subject: string, directory: Directory): Promise<Relation> => {
  if (subject === asker.id) return 'self';
  const colleague = await directory.colleague(subject);
  return colleague !== null && colleague.manager === asker.id ? 'report' : 'other';
};

const reasonsOf = (decision: Decision): readonly string[] =>
  decision.effect === 'refuse' && decision.rules.length === 0 ? [decision.why] : decision.rules;

/**
 * Reads what an operation gives, as far as policy lets this person have it. A list drops what is not permitted, without
 * counts; a record whose subject cannot be read refuses everything, as does a single record that is not permitted.
 */
export const readAuthorised = async (o: {
  readonly backend: Backend;
  readonly policy: Policy;
  readonly directory: Directory;
  readonly operation: string;
  /** Directory id; null only for operations that are not about one person. */
  readonly subject: string | null;
  readonly asker: Person;
  /** Id of the question: the operation's request id and, for writes, its idempotency key. */
  readonly id: string;
  readonly request: Omit<PolicyRequest, 'action' | 'about'>;
}): Promise<Read> => {
  const operation = o.backend.operation(o.operation);
  if (operation === null) return { ok: false, why: 'unreachable' };
  const action = `data:${operation.dataClass}`;
  const decisions = new Map<Relation, Decision>();
  const decide = (about: Relation): Decision => {
    const known = decisions.get(about) ?? o.policy.decide({ ...o.request, action, about });
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
  const before = decide(o.subject === null ? 'other' : await relationTo(o.asker, o.subject, o.directory));
  if (before.effect === 'refuse') return refused(before);

  const fetched = await o.backend.fetch({
    operation: o.operation,
    subject: o.subject ?? o.asker.id,
    asker: o.asker.id,
    id: o.id,
  });
  if (!fetched.ok) {
    return fetched.code === 'not-found'
      ? { ok: true, records: [], list: operation.list, obligations: [] }
      : { ok: false, why: 'unreachable' };
  }

  const records: BackendRecord[] = [];
  const obligations: Obligations[] = [before.obligations];
  for (const record of fetched.records) {
    if (record.subject === null) {
      return { ok: false, why: 'refused', dataClass: operation.dataClass, reasons: ['no-readable-subject'] };
    }
    if (operation.bySubject && !operation.list && record.subject !== o.subject) {
      return { ok: false, why: 'refused', dataClass: operation.dataClass, reasons: ['another-subject'] };
    }
    const decision = decide(await relationTo(o.asker, record.subject, o.directory));
    if (decision.effect === 'permit') {
      records.push(record);
      obligations.push(decision.obligations);
    } else if (!operation.list) {
      return refused(decision);
    }
  }
  return { ok: true, records, list: operation.list, obligations };
};

/** The same backend, each of whose fetches goes through `hear`; for whoever tells where a question is. */
export const heard = (backend: Backend, hear: (fetch: Backend['fetch']) => Backend['fetch']): Backend => ({
  ...backend,
  fetch: hear(backend.fetch),
});
