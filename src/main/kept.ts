/** What everything else stands on: the secrets, the store, and what opens what lies in it. */
import { createSealer, type RotatingSealer } from '../adapters/sealer/sealer.ts';
import type { Config } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import type { Restored, Secret, Store } from '../core/ports.ts';
import { checkWhole } from './after-restore.ts';
import type { Azure } from './azure.ts';
import type { Closing } from './closing.ts';
import { createEnds, type Ends } from './ends.ts';
import { firstInForce } from './first-data-key.ts';
import { type HashKeysInForce, openHashKeys } from './hash-keys.ts';
import { openSecrets, type openStore, type Tools } from './opening.ts';
import { missingSecrets, neededSecrets } from './secrets.ts';

export interface SecretsInHand {
  /** With when each ends, and the server's certificate too. */
  readonly ends: Ends;
  /** The newest one that the vault has; see `StoreInHand` for the one to begin with. */
  readonly dataKey: Secret;
  readonly signingKey: Secret;
}

/** Refuses with code `settings`, in one sentence for each, what is missing or cannot be what it should. */
export const openKeys = async (o: {
  readonly config: Config;
  readonly azure: Azure;
  /** When the certificate ends that the main listener shows, ms since the epoch; null: it shows none. */
  readonly certificateEnd: (() => number | null) | null;
  readonly opened: Closing;
  readonly tools: Tools;
}): Promise<SecretsInHand> => {
  const { config, tools } = o;
  const { clock, log } = tools;
  const vault = await openSecrets({ vault: config.vault, azure: o.azure, warnMs: config.warnMs, tools });
  o.opened.add(vault.close);
  const ends = createEnds({
    secrets: vault.it,
    ...(o.certificateEnd === null ? {} : { certificates: { tls: o.certificateEnd } }),
    clock,
    log,
    warnMs: config.warnMs,
  });
  const { secrets } = ends;
  const missing = await missingSecrets(
    secrets,
    neededSecrets({ slack: config.slack, teams: config.teams?.credential ?? null }),
  );
  if (missing.length > 0) throw new SottoError('settings', missing.join('\n'));
  const [dataKey, signingKey] = [await secrets.get('data-key'), await secrets.get('audit-signing-key')];
  return { ends, dataKey, signingKey };
};

export interface StoreInHand {
  readonly store: Store;
  readonly sealer: RotatingSealer;
  /** By which this process begins to seal, and what else it opens with. */
  readonly dataKey: Secret;
  readonly hashKeys: HashKeysInForce;
  /** The backup it came out of, until that is settled; null: it came out of none. */
  readonly restored: Restored | null;
}

/** Refuses with code `settings` a store that is half restored, or whose keys of hashes were lost too often. */
export const openKept = async (o: {
  readonly config: Config;
  readonly secrets: SecretsInHand;
  readonly openStore: typeof openStore;
  readonly opened: Closing;
  readonly tools: Tools;
}): Promise<StoreInHand> => {
  const { tools } = o;
  const newest = o.secrets.dataKey;
  const sealer = createSealer({ dataKey: newest });
  const store = await o.openStore({ store: o.config.store, secrets: o.secrets.ends.secrets, tools });
  o.opened.add(() => store.close());
  const restored = await store.snapshots.restored();
  checkWhole(restored);
  const dataKey = firstInForce(newest, await store.hashKeys.all());
  sealer.rotate(dataKey);
  const hashKeys = await openHashKeys({ store, sealer, unread: newest.unread ?? 0, ...tools });
  return { store, sealer, dataKey, hashKeys, restored };
};
