/** What becomes of restrictions is on record before it happens (promise 5): ids, hashes and who, never words. */
import type { RestrictionEntry } from '../audit.ts';
import type { SealedName } from '../ports.ts';
import type { World } from '../world.ts';
import type { DraftChange } from './drafts.ts';

/** As an entry names what a change is about. */
export const subjectOf = (change: DraftChange): string => {
  if (change.kind === 'roll-back') return `version:${change.version}`;
  return change.kind === 'pack' ? 'pack' : change.id;
};

/** Refuses with `audit-unavailable`; then nothing may happen. `by`, `approvedBy`: directory ids. */
export const noteRestriction = async (
  world: Pick<World, 'audit' | 'clock' | 'names' | 'sealer'>,
  o: Pick<RestrictionEntry, 'restriction' | 'change'> & {
    readonly by: string | null;
    readonly approvedBy?: string | null;
    readonly version?: number | null;
    readonly policy?: string | null;
  },
): Promise<void> => {
  const { by, approvedBy = null, version = null, policy = null } = o;
  const nameOf = async (person: string | null): Promise<SealedName | null> =>
    person === null ? null : world.names.of({ person, purpose: 'officer' });
  const [byName, approvedByName] = [await nameOf(by), await nameOf(approvedBy)];
  await world.audit.append({
    kind: 'restriction',
    at: world.clock.now(),
    restriction: o.restriction,
    change: o.change,
    version,
    by: by === null ? '' : world.sealer.fingerprint(by),
    byName,
    approvedBy: approvedBy === null ? null : world.sealer.fingerprint(approvedBy),
    approvedByName,
    policy,
  });
};
