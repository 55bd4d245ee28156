/**
 * Workspaces of an organisation that installed the app as a whole: it gives the app to each of them, and takes it from one alone, by `team_access_granted` and
 * `team_access_revoked` (Slack requirement 25).
 */
import { SottoError } from '../../core/errors.ts';
import type { Installations, KeptInstallation } from '../../core/ports.ts';
import { type Ending, timeOf, withinOf } from './install-ended.ts';
import type { Tenants } from './installing.ts';
import { type Fields, fieldsAt, firstAt, idAt, stringAt } from './read.ts';

export interface Access {
  readonly change: 'granted' | 'revoked';
  /** The organisation. */
  readonly within: string;
  /** Those of its workspaces that may use the app. */
  readonly teams: readonly string[];
  /** Slack's time of it, ms since the epoch; null: it does not say. */
  readonly at: number | null;
}

/**
 * Null: it says nothing of the kind. `foreign`: it is of nobody that may use the app. Written after Slack's reference, whose example has the event in an envelope of
 * its own within the envelope; not verified against a real organisation, so both ways are read.
 */
export const accessOf = (body: Fields, allowed: ReadonlySet<string>): Access | 'foreign' | null => {
  const outer = fieldsAt(body, 'event');
  const nested = stringAt(outer, 'type') === null;
  const event = nested ? fieldsAt(outer, 'event') : outer;
  const type = stringAt(event, 'type');
  if (type !== 'team_access_granted' && type !== 'team_access_revoked') return null;
  const within =
    idAt(firstAt(body, 'authorizations') ?? {}, 'enterprise_id') ??
    idAt(body, 'enterprise_id') ??
    (nested ? idAt(outer, 'enterprise_id') : null);
  if (within === null) return 'foreign';
  const named: readonly unknown[] = Array.isArray(event['team_ids']) ? event['team_ids'] : [];
  const ids = named.map((id) => idAt({ id }, 'id')).filter((id) => id !== null && id !== within);
  const teams = [...new Set(ids)].filter((id) => id !== null).filter((id) => allowed.has(id) || allowed.has(within));
  if (teams.length === 0) return 'foreign';
  return { change: type === 'team_access_granted' ? 'granted' : 'revoked', within, teams, at: timeOf(body) };
};

export interface AccessTaking {
  /** Rejects where it could not be kept, so that Slack tells it again. */
  take(access: Access): Promise<void>;
  /** Keeps whose a workspace is, and takes it up again where its organisation serves it again. Rejects as the store does. */
  seen(body: Fields, tenant: string): Promise<void>;
}

export const createAccess = (o: {
  readonly tenants: Pick<Tenants, 'of' | 'read' | 'link'>;
  readonly installations: Pick<Installations, 'forget'>;
  /** Whether an end of an installation of its own is true. */
  readonly judge: (ending: Ending, row: KeptInstallation) => Promise<'end' | 'parked' | 'kept'>;
  readonly end: (ending: Pick<Ending, 'tenant' | 'event'>) => Promise<void>;
}): AccessTaking => {
  const { tenants } = o;
  const where = (tenant: string) => ({ platform: 'slack' as const, tenant });

  const takeOut = async (tenant: string, within: string, at: number | null): Promise<void> => {
    const row = await tenants.read(where(tenant));
    if (row?.state === 'gone') return;
    if (row?.tenant === tenant) {
      // It has an installation of its own, which its organisation does not take away with this.
      const ending: Ending = { event: 'revoked', tenant, at, named: null };
      if ((await o.judge(ending, row)) === 'end') await o.end(ending);
      return;
    }
    // Within its organisation first: where that installs the app anew, the mark goes.
    await tenants.link({ ...where(tenant), within });
    await o.end({ tenant, event: 'uninstalled' });
  };

  /** What was said before the end, and comes late or again, does not undo it. */
  const isAfter = (at: number | null, row: KeptInstallation): boolean => at !== null && at > row.at;
  const putIn = async (tenant: string, within: string, at: number | null): Promise<void> => {
    const row = await tenants.read(where(tenant));
    if (row?.tenant !== tenant) return tenants.link({ ...where(tenant), within });
    if (row.state !== 'gone' || !isAfter(at, row)) return;
    if (row.purging) throw new SottoError('store-unavailable', 'What was there before is still being shredded.');
    await tenants.link({ ...where(tenant), within });
    await o.installations.forget({ ...where(tenant), seen: row.version });
    await tenants.read(where(tenant));
  };

  /** Slack says itself that the organisation's installation serves it again. */
  const servedAgain = async (tenant: string, within: string, at: number | null): Promise<void> => {
    const row = tenants.of(where(tenant));
    if (row?.tenant !== tenant || row.state !== 'gone' || row.purging || !isAfter(at, row)) return;
    if (tenants.of(where(within))?.state !== 'installed') return;
    await o.installations.forget({ ...where(tenant), seen: row.version });
    await tenants.read(where(tenant));
  };

  return {
    take: async ({ change, within, teams, at }) => {
      // All are tried, whichever fails: what is done is not done again when Slack repeats it.
      const done = await Promise.allSettled(
        teams.map((team) => (change === 'revoked' ? takeOut(team, within, at) : putIn(team, within, at))),
      );
      const failed = done.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    },
    seen: async (body, tenant) => {
      const within = withinOf(body, tenant);
      if (within === null) return;
      await tenants.link({ ...where(tenant), within });
      await servedAgain(tenant, within, timeOf(body));
    },
  };
};
