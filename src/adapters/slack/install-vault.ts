/** The token in the vault: an app that was installed by hand stands with it, and OAuth takes it over once. */
import { codeOf, SottoError } from '../../core/errors.ts';
import type { Clock, Installations, KeptInstallation, Log, Sealer, Secret } from '../../core/ports.ts';
import type { Ending } from './install-ended.ts';
import { type Tested, testToken } from './install-oauth.ts';
import type { Granted } from './install-shape.ts';
import type { InstallRecord } from './installing.ts';

/** The token of an app that was installed by hand is taken over so late at most, ms. */
const ADOPT_EVERY_MS = 30_000;

/** Another token in the vault is noticed so soon, ms. */
const READMIT_EVERY_MS = 2_000;

/** What Slack tells of an end so long after it is told again, or was held up: the app may be installed anew by then. ms. */
const LATE_MS = 30_000;

/** Whether Slack tells of an end so late that the app may be installed anew by now; true also where it does not say when. */
export const isLate = ({ at }: Pick<Ending, 'at'>, now: number): boolean => at === null || now - at > LATE_MS;

interface VaultOptions {
  readonly botToken: () => Promise<Secret>;
  readonly installations: Pick<Installations, 'end' | 'forget'>;
  /** Whose token it is, as Slack says while it waits for an answer. */
  readonly test: (token: string) => Promise<Tested>;
  /** Looks into the store, so that this process knows what it did. */
  readonly look: () => Promise<void>;
  /** Puts it on record; never rejects. */
  readonly note: (entry: InstallRecord) => Promise<void>;
  readonly sealer: Pick<Sealer, 'fingerprint' | 'fingerprints'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface VaultInstall {
  /** Marks an end by the token that ended. Rejects where the vault is away. */
  mark(): Promise<string>;
  /** Whether the token in the vault is the one that this was ended with. Rejects where the vault is away. */
  isMarked(row: KeptInstallation): Promise<boolean>;
  /** Takes a tenant up again where the token in the vault is another and Slack says that it is good. */
  admit(row: KeptInstallation): Promise<void>;
  /** Whether an end is true. Rejects with code `deadline` where Slack does not say, so that it tells it again. */
  judge(ending: Ending): Promise<'end' | 'kept'>;
  /** Looks for another token in the vault until it is stopped: by hand the app is installed anew by putting one there. */
  watch(o: { readonly rows: () => readonly KeptInstallation[]; readonly stopping: AbortSignal }): Promise<void>;
}

export const createVaultInstall = (o: VaultOptions): VaultInstall => {
  const { botToken, installations, sealer, clock, log } = o;

  const mark = async (): Promise<string> => sealer.fingerprint((await botToken()).current);
  const isMarked = async ({ mark: ended }: KeptInstallation): Promise<boolean> =>
    ended !== '' && sealer.fingerprints((await botToken()).current).includes(ended);

  const admit = async ({ platform, tenant, version: seen, code }: KeptInstallation): Promise<void> => {
    const { good } = await o.test((await botToken()).current);
    if (good === 'unsure') return;
    if (good === 'no') {
      // The old one, whose mark could not be made or was made by a key that is gone, or another that is dead.
      await installations.end({ platform, tenant, mark: await mark(), code, now: clock.now() });
      return o.look();
    }
    if ((await installations.forget({ platform, tenant, seen })) === 'changed') return o.look();
    await o.look();
    await o.note({ tenant, change: 'installed', code: 'from-the-vault' });
    log.info('slack.installed', { tenant, code: 'from-the-vault' });
  };

  return {
    mark,
    isMarked,
    admit,
    // There may be several tokens in the vault, one of which was revoked because the other took its place.
    judge: async (ending) => {
      const sudden = ending.at === null || !isLate(ending, clock.now());
      if (ending.event === 'uninstalled' && sudden && ending.named === null) return 'end';
      const { accepted } = await botToken();
      for (const token of accepted) {
        const { good } = await o.test(token);
        if (good === 'yes') return 'kept';
        // Slack tells it again, and may answer by then.
        if (good === 'unsure') throw new SottoError('deadline', 'Slack did not say whether the token still stands.');
      }
      return 'end';
    },
    watch: async ({ rows, stopping }) => {
      while (!stopping.aborted) {
        await clock.sleep(READMIT_EVERY_MS, stopping);
        for (const row of rows().filter(({ state, purging }) => state === 'gone' && !purging)) {
          const isNew = await isMarked(row).then(
            (marked) => !marked,
            () => false,
          );
          if (!isNew) continue;
          await admit(row).catch((error: unknown) => log.error('slack.install-failed', { code: codeOf(error) }));
        }
      }
    },
  };
};

/** Takes over the token of an app that was installed by hand, once: from then on it lies in the store. Resolves when there is nothing (more) to take over. */
export const adoptVaultToken = async (
  o: Pick<VaultOptions, 'botToken' | 'clock' | 'log'> & {
    readonly appId: string;
    readonly allowed: ReadonlySet<string>;
    readonly unsafeApiUrl: string | null;
    /** After a look into the store. */
    readonly stands: (tenant: string) => Promise<boolean>;
    readonly record: (entry: InstallRecord) => Promise<void>;
    readonly keep: (granted: Granted) => Promise<unknown>;
    readonly stopping: AbortSignal;
  },
): Promise<void> => {
  const { appId, clock, log, unsafeApiUrl } = o;

  /** True: there is nothing (more) to take over. */
  const adopt = async (): Promise<boolean> => {
    const secret = await o.botToken().catch((error: unknown) => {
      if (error instanceof SottoError && error.code === 'secret-missing') return null;
      throw error;
    });
    if (secret === null) return true;
    const token = secret.current;
    const said = await testToken({ token, unsafeApiUrl });
    if (said.good !== 'yes') return said.good === 'no';
    const { team, enterprise, orgWide, botUser } = said;
    const tenant = orgWide ? enterprise : team;
    // One that ends cannot be renewed without what came with it.
    const isOurs = [tenant, enterprise].some((id) => id !== null && o.allowed.has(id));
    if (tenant === null || !isOurs || token.startsWith('xoxe.') || (await o.stands(tenant))) return true;
    const installed = {
      token,
      refresh: null,
      team: orgWide ? null : team,
      enterprise,
      orgWide,
      botUser,
      scopes: [],
      installedAt: clock.now(),
    };
    await o.record({ tenant, change: 'installed', code: 'from-the-vault' });
    await o.keep({ appId, tenant, installed, endsAt: null, renewAt: null });
    log.info('slack.installed', { tenant, code: 'from-the-vault' });
    return true;
  };

  while (!o.stopping.aborted) {
    const done = await adopt().catch((error: unknown) => {
      log.error('slack.install-failed', { code: codeOf(error) });
      return false;
    });
    if (done) return;
    await clock.sleep(ADOPT_EVERY_MS, o.stopping);
  }
};
