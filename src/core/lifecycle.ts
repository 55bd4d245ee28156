/**
 * Where the bot is installed, as every process knows it: looked at four times a second, so that within a second nobody acts anywhere from which the bot was
 * taken away, whichever process heard of it. Knows no platform: what a credential is, and how it is renewed, the adapters know.
 */
import { codeOf } from './errors.ts';
import type { Clock, InstallationLink, Installations, KeptInstallation, Log } from './ports.ts';
import { packParts } from './stored.ts';
import type { Lifecycle, PlatformName } from './types.ts';

/** One number is read each time, ms. */
const LOOK_EVERY_MS = 250;

/** What lasts is said again after so long, ms. */
const SAY_EVERY_MS = 60_000;

export interface Where {
  readonly platform: PlatformName;
  readonly tenant: string;
}

export interface Tenancy {
  /**
   * What stands for a tenant here and now: its own installation, else that of the organisation it is a workspace of. Null: nothing is known of it, which may be
   * because its credential comes from the vault.
   */
  of(where: Where): KeptInstallation | null;
  /** The same, after a look into the store. Refuses with code `store-unavailable`. */
  read(where: Where): Promise<KeptInstallation | null>;
  /** All that are known. */
  all(): readonly KeptInstallation[];
  /** Tenants that are served by the installation of this one: itself, and the workspaces of an organisation that have none of their own. */
  servedBy(where: Where): readonly string[];
  /** Puts it in place of what was there. `purging`: what was there is still being shredded, so it cannot begin afresh yet. Refuses as the store does. */
  install(o: Where & Pick<KeptInstallation, 'value' | 'endsAt' | 'renewAt'>): Promise<'installed' | 'full' | 'purging'>;
  /** It was taken away. Durable, and known here, before this resolves; elsewhere within a second. Refuses as the store does. */
  end(lifecycle: Lifecycle): Promise<void>;
  /** Puts a workspace within its organisation; once, whoever asks how often. Refuses as the store does. */
  link(link: InstallationLink): Promise<void>;
  /** Hears of each that changed, came or went. */
  onChange(changed: (row: KeptInstallation) => void): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const keyOf = ({ platform, tenant }: Where): string => packParts([platform, tenant]);

export const createTenancy = (o: {
  readonly store: { readonly installations: Installations };
  readonly clock: Clock;
  readonly log: Log;
}): Tenancy => {
  const { clock, log } = o;
  const { installations } = o.store;
  const stopping = new AbortController();
  const listeners: ((row: KeptInstallation) => void)[] = [];
  let known: ReadonlyMap<string, KeptInstallation> = new Map();
  let links: ReadonlyMap<string, InstallationLink> = new Map();
  let version = -1;
  let loop: Promise<void> = Promise.resolve();
  /** Looks one after the other, so that an older answer never replaces a newer one. */
  let turn: Promise<void> = Promise.resolve();

  const tell = (row: KeptInstallation): void => {
    for (const listener of listeners) listener(row);
  };
  const readAll = async (): Promise<void> => {
    const read = await installations.all();
    const before = known;
    known = new Map(read.installations.map((row) => [keyOf(row), row]));
    links = new Map(read.links.map((link) => [keyOf(link), link]));
    version = read.version;
    for (const [key, row] of known) if (before.get(key)?.version !== row.version) tell(row);
    for (const [key, row] of before) if (!known.has(key)) tell({ ...row, state: 'gone', value: '' });
  };
  const look = (): Promise<void> => {
    const looked = turn.then(async () => {
      if ((await installations.version()) !== version) await readAll();
    });
    turn = looked.catch(() => undefined);
    return looked;
  };

  const of = (where: Where): KeptInstallation | null => {
    const own = known.get(keyOf(where));
    if (own !== undefined) return own;
    const link = links.get(keyOf(where));
    return link === undefined ? null : (known.get(keyOf({ platform: where.platform, tenant: link.within })) ?? null);
  };
  const servedBy = ({ platform, tenant }: Where): readonly string[] => {
    const within = [...links.values()].filter((link) => link.platform === platform && link.within === tenant);
    return [tenant, ...within.map((link) => link.tenant).filter((one) => !known.has(keyOf({ platform, tenant: one })))];
  };

  /** Workspaces that were taken out one by one come back with their organisation. */
  const forgetMarks = async ({ platform, tenant }: Where): Promise<void> => {
    for (const link of links.values()) {
      const row = link.platform === platform && link.within === tenant ? known.get(keyOf(link)) : undefined;
      if (row?.state === 'gone' && !row.purging)
        await installations.forget({ platform, tenant: row.tenant, seen: row.version });
    }
  };

  return {
    of,
    read: async (where) => {
      await look();
      return of(where);
    },
    all: () => [...known.values()],
    servedBy,
    install: async ({ platform, tenant, value, endsAt, renewAt }) => {
      await look();
      // Its own, or that of the organisation which served it: what is shredded with that would be left out once it has its own.
      if (of({ platform, tenant })?.purging === true) return 'purging';
      const kept = await installations.install({ platform, tenant, value, endsAt, renewAt, now: clock.now() });
      if (kept === 'installed') await forgetMarks({ platform, tenant });
      await look();
      return kept;
    },
    end: async ({ platform, tenant, event, mark }) => {
      const ended = await installations.end({ platform, tenant, mark, code: event, now: clock.now() });
      if (ended === 'full') log.error('installation.no-room', { name: platform, tenant });
      await look();
    },
    link: async (link) => {
      if (links.get(keyOf(link))?.within === link.within) return;
      const linked = await installations.link(link);
      if (linked === 'full') log.error('installation.no-room', { name: link.platform, tenant: link.within });
      await look();
    },
    onChange: (changed) => {
      listeners.push(changed);
    },
    start: async () => {
      await look();
      let saidAt = Number.NEGATIVE_INFINITY;
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(LOOK_EVERY_MS, stopping.signal);
          if (stopping.signal.aborted) return;
          await look().catch((error: unknown) => {
            const now = clock.now();
            if (now - saidAt < SAY_EVERY_MS) return;
            saidAt = now;
            log.error('installations.failed', { code: codeOf(error) });
          });
        }
      })();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
};
