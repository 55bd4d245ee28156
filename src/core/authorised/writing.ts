/** Writing: authorised before the call, and what the system says of it is told as a record that was read would be. */
import { bothCalled, livesIn, namedBy, relationOf } from '../called.ts';
import type { BackendRecord, CallFault, Operation } from '../ports.ts';
import { type Surprise, surprisesIn } from '../screening.ts';
import type { Decision, Obligations, Relation } from '../types.ts';
import { type Authorising, askedOf, type DataRefused, decidedBefore } from './deciding.ts';
import { behindOf } from './guard.ts';

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
export const writeAuthorised = async (o: Authorising): Promise<MayWrite> => {
  const asker = o.request.person;
  const operation = o.backend.operation(o.operation);
  const behind = behindOf(o.backend);
  if (operation?.writes === undefined || behind === null || behind.write === null)
    return { ok: false, why: 'unreachable' };
  const { policy, directory, screen, write } = behind;
  const { dataClass } = operation;
  const decide = (about: Relation): Decision => policy.decide({ ...o.request, action: `data:${dataClass}`, about });
  const before = await decidedBefore({ operation, subject: o.subject, asker, directory, decide });
  if ('why' in before) return before;
  const subject = o.subject ?? asker.id;

  // Before it is begun: whoever has begun calls at once, however long the directory takes.
  const called = await bothCalled(operation, { subject, asker: asker.id }, directory).catch(() => undefined);

  /** What is asked of it, and where whoever it is about lives; null: it is not told. */
  const told = async (
    record: BackendRecord | null,
  ): Promise<{ readonly obligations: Obligations; readonly country: string } | null> => {
    if (record === null || record.subject === null) return null;
    const whom = await namedBy(operation, record.subject, directory);
    if (operation.bySubject && whom !== o.subject) return null;
    const decision = decide(whom === null ? 'other' : await relationOf(asker, whom, directory));
    if (decision.effect !== 'permit') return null;
    const country = await livesIn(asker, whom, directory).catch(() => asker.country);
    return { obligations: decision.obligations, country };
  };

  return {
    ok: true,
    operation,
    write: async (by) => {
      // Nothing was asked of the system yet.
      if (called === undefined) return { ok: false, code: 'unreachable' };
      if (called === null) return { ok: false, code: 'not-found' };
      const written = await write({ ...askedOf(o, operation, { subject, called }), ...by });
      if (!written.ok) return written;
      const { record, result } = written;
      const obligations = [before.obligations];
      const permitted = await told(record).catch(() => null);
      if (record === null || permitted === null) return { ok: true, record: null, result, obligations, found: [] };
      obligations.push(permitted.obligations);
      const { fields } = record;
      const found = surprisesIn({
        screen,
        records: [{ fields, country: permitted.country }],
        holds: operation.holds,
        redact: obligations.flatMap(({ redact }) => redact),
      });
      return { ok: true, record: found.length > 0 ? null : record, result, obligations, found };
    },
  };
};
