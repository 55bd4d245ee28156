/** A certificate that Sotto signs in by, in one file with its private key: read with the suspicion that a secret is read with. */
import { basename, dirname, resolve } from 'node:path';
import { codeOf, SottoError } from '../../core/errors.ts';
import type { Clock, Log, Secret } from '../../core/ports.ts';
import { certificateEnd } from '../bounded/certificate.ts';
import { checkFolder, readSecretFile, stampOf } from './secret-file.ts';

/** That a new file cannot be used is said again after this, ms. */
const SAID_AGAIN_MS = 60_000;

/**
 * The certificate as it stands in the file at that moment, and the one that was there before, which counts until Entra has learnt of
 * the new one. A file that was replaced by one that cannot be used leaves the last good one in use, with an alarm once a minute.
 * Refuses with `secrets-unavailable` or `settings` where there never was a good one.
 */
export const createCertificateFile = (o: {
  readonly path: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}): (() => Promise<Secret>) => {
  const path = resolve(o.path);
  const at = { folder: dirname(path), name: basename(path) };
  let known: { readonly secret: Secret; readonly stamp: string } | null = null;
  let saidAt: number | null = null;

  const look = async (): Promise<Secret> => {
    await checkFolder(at.folder);
    const stamp = await stampOf(at.folder, at.name);
    if (known?.stamp === stamp) return known.secret;
    const file = await readSecretFile({ ...at, file: at.name });
    if (file === null)
      throw new SottoError(
        'secrets-unavailable',
        `There is no file ${path}, so Azure would know nobody. AZURE_CLIENT_CERTIFICATE_PATH names it: put the certificate with its private key there, in PEM, with chmod 600.`,
      );
    if (certificateEnd(file.text) === null)
      throw new SottoError(
        'settings',
        `${path} does not hold a certificate with its own RSA private key, not encrypted, in PEM, so Azure would know nobody. Put both into that one file.`,
      );
    const { text: current } = file;
    const before = known?.secret.accepted.find((one) => one !== current);
    known = { secret: { current, accepted: before === undefined ? [current] : [current, before] }, stamp };
    return known.secret;
  };

  return async () => {
    try {
      const secret = await look();
      saidAt = null;
      return secret;
    } catch (error) {
      if (known === null) throw error;
      const now = o.clock.now();
      if (saidAt === null || now < saidAt || now - saidAt >= SAID_AGAIN_MS) {
        saidAt = now;
        o.log.error('certificate.unusable', { name: at.name, code: codeOf(error) });
      }
      return known.secret;
    }
  };
};
