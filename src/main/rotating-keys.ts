/** The two keys that are made into objects, put in force as the vault changes them. */
import type { RotatingSealer } from '../adapters/sealer/sealer.ts';
import type { Secret, Secrets } from '../core/ports.ts';
import type { Resealing } from '../core/resealing.ts';
import type { OpenAudit } from './audit.ts';
import type { HashKeysInForce } from './hash-keys.ts';
import type { Tools } from './opening.ts';
import { createRotation, type Rotation } from './rotation.ts';

export const rotateKeys = (o: {
  readonly secrets: Secrets;
  readonly dataKey: Secret;
  readonly signingKey: Secret;
  /** Within which every process has seen a new data key, ms. */
  readonly spreadMs: number;
  readonly sealer: Pick<RotatingSealer, 'rotate'>;
  readonly hashKeys: Pick<HashKeysInForce, 'again'>;
  readonly resealing: Pick<Resealing, 'rotated'>;
  readonly audit: Pick<OpenAudit, 'rotate'>;
  readonly tools: Tools;
}): Rotation =>
  createRotation({
    secrets: o.secrets,
    rotating: [
      {
        name: 'data-key',
        inForce: o.dataKey,
        spreadMs: o.spreadMs,
        // What is hashed stays as it is; what is sealed is wrapped anew.
        put: async (next) => {
          o.sealer.rotate(next);
          o.hashKeys.again();
          o.resealing.rotated();
        },
      },
      { name: 'audit-signing-key', inForce: o.signingKey, spreadMs: 0, put: (next) => o.audit.rotate(next) },
    ],
    ...o.tools,
  });
