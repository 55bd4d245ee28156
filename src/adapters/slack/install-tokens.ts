/**
 * By which token the bot acts in a workspace: the one of its installation, its own before its organisation's; or, where it was installed by hand, the one in the vault. A
 * token that has ended is never handed out, however its renewal fails (Slack requirement 23).
 */
import { SottoError } from '../../core/errors.ts';
import type { Clock, KeptInstallation, Log } from '../../core/ports.ts';
import type { WithCredential } from '../bounded/credentials.ts';
import { type Installed, readInstalled } from './install-shape.ts';

/** So long before its end a token is not used any more: the call must arrive, and clocks differ. ms. */
export const MARGIN_MS = 60_000;

/** A token, and the workspace that a call with it is about, where one token is good for several. */
export interface Credential {
  readonly token: string;
  readonly teamId: string | null;
}

/** `refused`: because of its token alone, so that nothing was done. `expired`: since it has ended. */
export interface Attempted<T> {
  readonly refused: boolean;
  readonly expired: boolean;
  readonly outcome: T;
}

/**
 * Calls with what is good in that workspace, and once more where Slack refuses the token and another has taken its place. Refuses with code `not-installed` where the bot
 * was taken away, with `credential-parked` where its token cannot be used until somebody mends that.
 */
export type WithToken = <T>(tenant: string, attempt: (credential: Credential) => Promise<Attempted<T>>) => Promise<T>;

const gone = (): SottoError =>
  new SottoError(
    'not-installed',
    'The app was taken away from this workspace, so nothing can be done there. Install it again at /slack/install.',
  );
const parked = (): SottoError =>
  new SottoError(
    'credential-parked',
    'Slack does not take the token of this workspace, so nothing can be done there. The log says why; installing the app again at /slack/install mends it.',
  );

/** The workspace, where a token is good for a whole organisation: Slack must be told which one is meant (Slack requirement 25). */
const teamIdOf = (tenant: string, orgWide: boolean): string | null =>
  orgWide && tenant.startsWith('T') ? tenant : null;

/** What is known of a tenant; see `Tenancy`. */
interface Known {
  of(tenant: string): KeptInstallation | null;
  read(tenant: string): Promise<KeptInstallation | null>;
}

export interface Opening {
  /** What is kept, readable; null: it does not open. */
  open(row: KeptInstallation): Installed | null;
}

/** Opened once each version: there are few. `forget`: it changed or went. */
export const createOpening = (o: {
  readonly unseal: (row: KeptInstallation) => string | null;
  readonly log: Log;
}): Opening & { forget(row: KeptInstallation): void } => {
  const opened = new Map<string, { readonly version: number; readonly installed: Installed | null }>();
  return {
    open: (row) => {
      const before = opened.get(row.tenant);
      if (before?.version === row.version) return before.installed;
      const plain = row.value === '' ? null : o.unseal(row);
      const installed = plain === null ? null : readInstalled(plain);
      if (installed === null) o.log.error('slack.installation-unreadable', { tenant: row.tenant });
      opened.set(row.tenant, { version: row.version, installed });
      return installed;
    },
    forget: ({ tenant }) => void opened.delete(tenant),
  };
};

/** Tokens out of the store, for an app that is installed by OAuth. */
export const createStoredTokens = (o: {
  readonly known: Known;
  readonly opening: Opening;
  /** Renews what `row` holds, or waits for whoever does; resolves when there is nothing more to wait for. Never throws. */
  readonly renew: (row: KeptInstallation) => Promise<void>;
  /** Slack refused a token for another reason than its age. */
  readonly refused: (row: KeptInstallation) => void;
  readonly clock: Pick<Clock, 'now'>;
}): WithToken => {
  const { known, opening, clock } = o;

  const standing = (
    row: KeptInstallation | null,
  ): { readonly row: KeptInstallation; readonly installed: Installed } => {
    if (row?.state === 'gone') throw gone();
    const installed = row === null || row.state === 'parked' ? null : opening.open(row);
    if (row === null || installed === null) throw parked();
    return { row, installed };
  };
  const ended = ({ endsAt }: KeptInstallation): boolean => endsAt !== null && endsAt - clock.now() <= MARGIN_MS;

  /** Another one than `not`, where it was refused. */
  const usable = async (tenant: string, not: string | null) => {
    let { row, installed } = standing(known.of(tenant) ?? (await known.read(tenant)));
    if (ended(row) || installed.token === not) {
      if (installed.refresh !== null) await o.renew(row);
      ({ row, installed } = standing(await known.read(tenant)));
      if (ended(row)) throw parked();
    }
    return { row, installed };
  };

  return async (tenant, attempt) => {
    let not: string | null = null;
    for (;;) {
      const { row, installed } = await usable(tenant, not);
      const { token, orgWide } = installed;
      if (token === not) throw parked();
      const made = await attempt({ token, teamId: teamIdOf(tenant, orgWide) });
      if (!made.refused) return made.outcome;
      if (!made.expired) {
        // Somebody may have installed it anew a moment ago.
        const now = await known.read(tenant).catch(() => row);
        if (now === null || now.version === row.version) {
          o.refused(row);
          return made.outcome;
        }
      }
      if (not !== null) return made.outcome;
      not = token;
    }
  };
};

/** The token out of the vault, good wherever the bot is asked. */
export const handTokens =
  (o: { readonly withToken: WithCredential; readonly orgWide: () => boolean }): WithToken =>
  (tenant, attempt) =>
    o.withToken(async (token) => {
      const { refused, outcome } = await attempt({ token, teamId: teamIdOf(tenant, o.orgWide()) });
      return { refused, outcome };
    });

/** The same, but where the bot was taken away since. */
export const createVaultTokens = (o: {
  readonly withToken: WithCredential;
  readonly known: Pick<Known, 'of'>;
  /** Whether the token that is marked as dead is still the one in the vault. */
  readonly isMarked: (row: KeptInstallation) => Promise<boolean>;
  /** There is another one in the vault: where Slack takes it, it is installed anew. */
  readonly admit: (row: KeptInstallation) => Promise<void>;
  readonly orgWide: () => boolean;
}): WithToken => {
  const byHand = handTokens(o);
  return async (tenant, attempt) => {
    const row = o.known.of(tenant);
    if (row?.state === 'gone') {
      if (await o.isMarked(row)) throw gone();
      // It begins afresh: what was there before is shredded first.
      if (row.purging) throw parked();
      await o.admit(row);
      if (o.known.of(tenant)?.state === 'gone') throw gone();
    }
    return byHand(tenant, attempt);
  };
};
