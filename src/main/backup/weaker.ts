/** What HR restricts and operators ordered, as it comes back: never weaker than what is known to have been in force. */
import { invalid } from '../../adapters/archive/header.ts';
import type { LateOrder } from '../../adapters/audit-log/orders.ts';
import { restrictionsHash } from '../../core/backed-up.ts';
import { SottoError } from '../../core/errors.ts';
import type { Stands } from '../../core/ports.ts';
import type { RestoredLog } from './believed.ts';
import type { Away, Chosen } from './choose.ts';

/** Late orders; the last. */
const MOST_TOLD = 20;

const HASH = /^[0-9a-f]{16,64}$/;

/** Refuses with `backup-unavailable` to go on without a place that must answer. The hash that was approved is of restrictions: it says nothing of a hold, a recall or a pause that lies there alone. */
export const refuseAway = (
  o: { readonly places: readonly unknown[]; readonly spared: readonly string[] },
  away: readonly Away[],
): void => {
  const needed = away.filter(({ place }) => !o.spared.includes(place));
  if (away.length < o.places.length && needed.length === 0) return;
  throw new SottoError(
    'backup-unavailable',
    `${away.map(({ why }) => why).join('\n')}\nA newer archive may lie there, which restricts more, so nothing was changed. Where that place is gone for good, leave it out by its name: --without PLACE.`,
  );
};

/**
 * Refuses with `backup-invalid` what could be weaker than what was in force, or is not what was approved. Where it comes back paused: why it
 * could be weaker.
 */
export const refuseWeaker = (
  o: { readonly approved: string | null; readonly paused: boolean },
  { standing, doubts }: Pick<Chosen, 'standing' | 'doubts'>,
  late: readonly LateOrder[],
): readonly string[] => {
  const { hash } = standing.header.restrictions;
  if (o.approved !== null && !HASH.test(o.approved))
    throw new SottoError(
      'usage',
      '--approved takes the hash of restrictions, at least its first 16 hex digits, as "sotto backup list" tells it.',
    );
  if (o.approved !== null && !hash.startsWith(o.approved))
    throw invalid(
      `The newest restrictions in these places (${standing.found.name}) have the hash ${hash}, which is not the approved one. Nothing was changed. Look in the other place for an archive that has it.`,
    );
  const reasons = [
    ...doubts,
    ...late
      .slice(-MOST_TOLD)
      .map(
        ({ what, at }) =>
          `The audit log tells of an order (${what}) at ${new Date(at).toISOString()}, after the newest archive that opens (${standing.found.name}).`,
      ),
  ];
  if (reasons.length > 0 && !o.paused)
    throw invalid(
      `${reasons.join('\n')}\nWhat HR restricts or operators ordered could come back weaker than it was, so nothing was changed. Look in the other place; or restore with --paused: then nobody is answered until an operator has put it right and ended the pause.`,
    );
  return reasons;
};

/** What a second attempt at a restore would bring otherwise than the first, which is half done or done. */
export const isSame = (a: Stands, b: Stands): boolean => {
  const told = ({ restrictions, hash, pin, paused, holds, recalls }: Stands): string =>
    JSON.stringify([
      restrictionsHash(restrictions),
      hash,
      pin?.pack ?? null,
      paused !== null,
      holds.map(({ id }) => id).toSorted(),
      recalls.map(({ id }) => id).toSorted(),
    ]);
  return told(a) === told(b);
};

/** What stands in the new store. */
export const standsOf = (of: {
  /** Whatever stands. */
  readonly paused: boolean;
  readonly now: number;
  readonly standing: Stands;
  readonly logs: readonly RestoredLog[];
  readonly version: number;
}): Stands => {
  const entries = new Map([
    // A name that was given is not given again, whether or not its log came back; whoever served at all gave this one.
    ['slot-0', 0],
    ...of.standing.origins.map(({ origin }): [string, number] => [origin, 0]),
    ...of.logs.map((log): [string, number] => [log.origin, log.entries]),
  ]);
  const paused = of.paused ? { since: of.now, by: 'restore' } : null;
  return {
    ...of.standing,
    version: of.version,
    paused: of.standing.paused ?? paused,
    origins: [...entries].map(([origin, size]) => ({ origin, size })),
  };
};
