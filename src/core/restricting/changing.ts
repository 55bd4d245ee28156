/** What a change makes of what stands: which restrictions are put, which are removed, and whether it can be made at all. */
import { restrictionsHash } from '../backed-up.ts';
import type { FormFinding } from '../restricting-ports.ts';
import type { Restriction } from '../types.ts';
import type { World } from '../world.ts';
import type { Delta } from './delta.ts';
import { standingAt } from './history.ts';

/** What is asked for. */
export type Change =
  /**
   * `input`: HR's form, read strictly by the policies. `replaces`: the id that it names is of a restriction in force, which it changes;
   * otherwise it is a new one, and never in the place of another (R28).
   */
  | { readonly kind: 'put'; readonly input: unknown; readonly replaces?: boolean }
  | { readonly kind: 'lift'; readonly id: string }
  /** Break-glass. */
  | { readonly kind: 'suspend'; readonly id: string; readonly hours: number }
  /** Ends a suspension before its time. */
  | { readonly kind: 'resume'; readonly id: string }
  | { readonly kind: 'roll-back'; readonly version: number }
  /** The pack as it is now, after it was changed. */
  | { readonly kind: 'pack' };

export const MOST_HOURS = 4;
const HOUR_MS = 60 * 60_000;

/** More nobody keeps in view. */
export const MOST_RESTRICTIONS = 100;

type Outcome = ({ readonly ok: true } & Delta) | { readonly ok: false; readonly findings: readonly FormFinding[] };

const no = (field: string, what: string, mend: string): Outcome => ({ ok: false, findings: [{ field, what, mend }] });

const noSuch = (id: string): Outcome =>
  no('id', `No restriction "${id}" is in force.`, 'Look at the list of those that are.');

export const deltaOf = async (
  world: Pick<World, 'restricting' | 'pinning' | 'store' | 'sealer' | 'clock'>,
  change: Change,
  standing: readonly Restriction[],
): Promise<Outcome> => {
  const of = (id: string): Restriction | undefined => standing.find((each) => each.id === id);
  switch (change.kind) {
    case 'put':
      return putOf(world, change, standing);
    case 'lift':
      return of(change.id) === undefined ? noSuch(change.id) : { ok: true, change, put: [], remove: [change.id] };
    case 'suspend': {
      const restriction = of(change.id);
      if (restriction === undefined) return noSuch(change.id);
      const { hours } = change;
      if (!Number.isInteger(hours) || hours < 1 || hours > MOST_HOURS)
        return no('hours', `It was to be suspended for ${hours} hours.`, `Suspend it for 1 to ${MOST_HOURS} hours.`);
      const suspendedUntil = new Date(Math.ceil(world.clock.now()) + hours * HOUR_MS).toISOString();
      return { ok: true, change, put: [{ ...restriction, suspendedUntil }], remove: [] };
    }
    case 'resume': {
      const restriction = of(change.id);
      return restriction === undefined
        ? noSuch(change.id)
        : { ok: true, change, put: [{ ...restriction, suspendedUntil: null }], remove: [] };
    }
    case 'roll-back':
      return rollBackTo(world, change.version, standing);
    case 'pack':
      return { ok: true, change: { kind: 'pack', pack: world.pinning.pack }, put: [], remove: [] };
  }
};

/** A form never suspends anything: that has a verb, and a bound, of its own. */
const putOf = (
  { restricting }: Pick<World, 'restricting'>,
  { input, replaces = false }: Extract<Change, { kind: 'put' }>,
  standing: readonly Restriction[],
): Outcome => {
  const read = restricting.read(input);
  if (!read.ok) return read;
  const { id } = read.restriction;
  const before = standing.find((each) => each.id === id);
  if (replaces && before === undefined) return noSuch(id);
  if (!replaces && before !== undefined)
    return no('id', `The restriction "${id}" is in force already.`, 'Change that one, or give this one another id.');
  if (before === undefined && standing.length >= MOST_RESTRICTIONS)
    return no('', `${MOST_RESTRICTIONS} restrictions are in force already.`, 'Lift one that is not needed any more.');
  const restriction = { ...read.restriction, suspendedUntil: before?.suspendedUntil ?? null };
  return { ok: true, change: { kind: 'put', id }, put: [restriction], remove: [] };
};

/** As they stood then. A suspension is never brought back. */
const rollBackTo = async (
  world: Pick<World, 'store' | 'sealer'>,
  version: number,
  standing: readonly Restriction[],
): Promise<Outcome> => {
  const then = await standingAt(world, { version, standing });
  if (then === null)
    return no(
      'version',
      `What was in force at version ${version} cannot be told any more.`,
      'Choose one of the versions that are listed.',
    );
  const wanted = then.map((restriction) => ({ ...restriction, suspendedUntil: null }));
  const put = wanted.filter((restriction) => {
    const now = standing.find(({ id }) => id === restriction.id);
    return (
      now === undefined || restrictionsHash([{ ...now, suspendedUntil: null }]) !== restrictionsHash([restriction])
    );
  });
  const remove = standing.filter(({ id }) => wanted.every((each) => each.id !== id)).map(({ id }) => id);
  if (put.length === 0 && remove.length === 0)
    return no('version', `Version ${version} restricts what is restricted now.`, 'Choose another one.');
  return { ok: true, change: { kind: 'roll-back', version }, put, remove };
};
