/** Where the bot is installed, and by which credential it acts there. The same for every platform; few rows, all of them known to every process. */
import type { PlatformName } from '../types.ts';

/**
 * `installed`: it acts there. `parked`: its credential is refused until somebody mends that, and nobody asks there meanwhile. `gone`: it was taken away; the
 * credential is shredded, and what is left is a mark that it was.
 */
export type InstallationState = 'installed' | 'parked' | 'gone';

export interface KeptInstallation {
  readonly platform: PlatformName;
  /** A workspace or tenant; an organisation, where the whole of it installed the bot. */
  readonly tenant: string;
  readonly state: InstallationState;
  /** Rises with everything that happens to it, also where it is installed anew. */
  readonly version: number;
  /** The credential. Sealed; purpose `installation`. Empty: it comes from the vault, or it is gone. */
  readonly value: string;
  /** Keyed hash of a credential that was taken away and still stands in the vault, so that it is not taken for a new one. Empty: none. */
  readonly mark: string;
  /** Since when it is in this state, ms since the epoch. */
  readonly at: number;
  /** When the credential ends; null: never. */
  readonly endsAt: number | null;
  /** When it should be renewed; null: never. */
  readonly renewAt: number | null;
  /** Why it is parked, or what the last renewal failed with; empty: nothing is wrong. */
  readonly code: string;
  /** Of one that is gone: what we hold of it is still to be shredded. */
  readonly purging: boolean;
}

/** A workspace within an organisation that installed the bot as a whole. */
export interface InstallationLink {
  readonly platform: PlatformName;
  readonly tenant: string;
  readonly within: string;
}

interface Which {
  readonly platform: PlatformName;
  readonly tenant: string;
}

interface Credential {
  readonly value: string;
  readonly endsAt: number | null;
  readonly renewAt: number | null;
}

export interface Installations {
  /** Changes whenever anything of the others does: cheap to ask, many times a second. */
  version(): Promise<number>;
  /** All that is known, in no order; never more than `MOST_INSTALLATIONS` and `MOST_LINKS`. */
  all(): Promise<{
    readonly version: number;
    readonly installations: readonly KeptInstallation[];
    readonly links: readonly InstallationLink[];
  }>;
  find(o: Which): Promise<KeptInstallation | null>;
  /**
   * In place of whatever stood there; nobody renews it any more who began to before. `full`: there are `MOST_INSTALLATIONS`. `purging`: what was there is still
   * being shredded, and would otherwise be left to whoever comes next; nothing changes.
   */
  install(o: Which & Credential & { readonly now: number }): Promise<'installed' | 'full' | 'purging'>;
  /**
   * It was taken away: the credential is shredded, and the rest is to be. Also where nothing stood there. `already`: it was gone before, and only the mark is
   * put in. `full`: there is no room for the mark.
   */
  end(
    o: Which & { readonly mark: string; readonly code: string; readonly now: number },
  ): Promise<'ended' | 'already' | 'full'>;
  /** Parks or takes up again what still is as it was `seen`. What is gone stays so. */
  turn(
    o: Which & {
      readonly seen: number;
      readonly to: 'installed' | 'parked';
      readonly code: string;
      readonly now: number;
    },
  ): Promise<'turned' | 'changed'>;
  /** What there was to shred is shredded. */
  purged(o: Which & { readonly seen: number }): Promise<'purged' | 'changed'>;
  /** Forgets a mark, so that it is as if nothing had ever been there. Of what is not gone nothing changes. */
  forget(o: Which & { readonly seen: number }): Promise<'forgotten' | 'changed'>;
  /** Takes it in hand, for a renewal or for shredding: one holder at a time, of all processes. */
  lease(
    o: Which & {
      readonly holder: string;
      readonly now: number;
      readonly leaseMs: number;
    },
  ): Promise<'leased' | 'busy' | 'gone'>;
  /** Lets go of it; whoever does not hold it changes nothing. */
  release(o: Which & { readonly holder: string }): Promise<void>;
  /** A new credential in place of the one that was `seen`, durable before this resolves, and released. `changed`: it is another one by now, or somebody else holds it. */
  replace(
    o: Which &
      Credential & {
        readonly seen: number;
        readonly holder: string;
        readonly now: number;
      },
  ): Promise<'replaced' | 'changed'>;
  /** Puts a workspace within its organisation. `full`: there are `MOST_LINKS`, and nothing was put. */
  link(o: InstallationLink): Promise<'linked' | 'full'>;
  /** Uses up something that may be used once. `again`: it was. `full`: `MOST_SPENT` are remembered. */
  spend(o: {
    readonly what: string;
    readonly until: number;
    readonly now: number;
  }): Promise<'spent' | 'again' | 'full'>;
}
