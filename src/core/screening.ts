/**
 * What must not leave, though the system sent it: an account number, a card, a national id or a secret in a field that is not declared to
 * hold one. It is the last look, after declared fields, data class and subject, and it is meant to be right when it speaks: whatever it
 * finds refuses the whole answer.
 */
import type { FieldValue, Held, Operation, Screen } from './ports.ts';
import type { World } from './world.ts';

/** What was found, and where. Never the value. */
export interface Surprise {
  /** The field's name, as the description has it. */
  readonly field: string;
  readonly kind: Held;
}

/** Different surprises that are told of one answer. */
const MOST_SURPRISES = 8;

/** Whole numbers of fewer digits hold nothing that is looked for. */
const FEWEST = 100_000_000;

/** The text of a field that a system wrote; null: what is shown of it are words or figures of ours. */
const textOf = (value: FieldValue): string | null => {
  switch (value.type) {
    case 'text':
      return value.value;
    case 'number':
      // A number of a card is one where it is sent as a number, too.
      return Number.isSafeInteger(value.value) && value.value >= FEWEST ? String(value.value) : null;
    default:
      return null;
  }
};

/** Each kind in each field once, at most eight; none: all of it may be shown. Never rejects by what stands in the fields. */
export const surprisesIn = (o: {
  readonly screen: Screen;
  readonly records: readonly {
    readonly fields: Readonly<Record<string, FieldValue>>;
    /** See `Screen.find`. */
    readonly country: string | null;
  }[];
  /** What they are declared to hold. */
  readonly holds: Operation['holds'];
  /** Fields that are not shown, and so not looked at. */
  readonly redact: readonly string[];
}): readonly Surprise[] => {
  const found = new Map<string, Surprise>();
  for (const { fields, country } of o.records) {
    for (const [field, value] of Object.entries(fields)) {
      const text = o.redact.includes(field) ? null : textOf(value);
      if (text === null) continue;
      const held = o.holds?.get(field) ?? [];
      for (const kind of o.screen.find({ text, country })) {
        if (!held.includes(kind)) found.set(`${kind}:${field}`, { field, kind });
      }
      if (found.size >= MOST_SURPRISES) return [...found.values()].slice(0, MOST_SURPRISES);
    }
  }
  return [...found.values()];
};

/** A surprise, and the operation whose description does not know of it. */
export interface Surprising extends Surprise {
  readonly operation: string;
}

export interface Surprises {
  /** At once, and never throws. It is on record already. */
  tell(o: Surprising): void;
  /** A webhook reports more about one person than can be meant. As `tell`; it is on record already, report by report. */
  flooded(o: { readonly hook: string }): void;
  /** A webhook reports about more people in an hour than its description says. As `flooded`. */
  spread(o: { readonly hook: string; readonly people: number }): void;
  /** Resolves once what was begun is over, and no later than after `graceMs`. */
  settled(o: { readonly graceMs: number }): Promise<void>;
}

/** Whoever calls this shows nothing of it; resolves once it is on record, and refuses with code `audit-unavailable` as `Audit.append` does. */
export const noteSurprises = async (
  world: Pick<World, 'audit' | 'clock' | 'log' | 'metrics' | 'surprises'>,
  o: {
    /** Id of the question or press; of what a system reported, of that. */
    readonly question: string;
    readonly operation: string;
    readonly found: readonly Surprise[];
  },
): Promise<void> => {
  const { question, operation, found } = o;
  for (const { field, kind } of found) {
    world.metrics.count('surprises', { kind });
    world.log.error('surprise', { id: question, name: `${operation} ${field}`, code: kind });
    await world.audit.append({ kind: 'surprise', at: world.clock.now(), question, operation, field, held: kind });
    world.surprises?.tell({ operation, field, kind });
  }
};
