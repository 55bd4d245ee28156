/** Secrets of one machine: a folder with one file a secret, named as the secret, readable by us alone. */

import { SottoError } from '../../core/errors.ts';
import type { Clock, Secret, Secrets } from '../../core/ports.ts';

export { ensureFileSecrets } from './make-secrets.ts';

import { checkFolder, readSecretFile, type SecretFile, stampOf } from './secret-file.ts';

/** What Key Vault allows in a name too, so that a secret can move there as it is. No dot, no slash: it cannot leave the folder. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,126}$/;

/** A file is looked at again after this long, ms. */
const LOOK_AGAIN_MS = 1_000;

interface Known {
  readonly secret: Secret;
  /** Changes when either file does. */
  readonly stamp: string;
  readonly lookedAt: number;
}

/**
 * A secret whose file changes is in force within a second. While `NAME.previous` lies beside `NAME`, that one is
 * accepted too: put the old value there, then the new one in `NAME`, and take the old one away when nobody uses it.
 * Refuses with `secret-missing`, with `secrets-unavailable` where the folder cannot be read, and with `settings` where
 * others could read a secret, or where it is no text, empty or larger than 64 KiB.
 */
export const createFileSecrets = (o: { readonly folder: string; readonly clock?: Clock }): Secrets => {
  const now = (): number => o.clock?.now() ?? Date.now();
  const known = new Map<string, Known>();

  const look = async (name: string, before: Known | undefined): Promise<Known> => {
    await checkFolder(o.folder);
    const lookedAt = now();
    const stamp = await stampOf(o.folder, name);
    if (before !== undefined && before.stamp === stamp) return { ...before, lookedAt };
    const current = await readSecretFile({ folder: o.folder, file: name, name });
    if (current === null) throw missing(o.folder, name);
    const previous = await readSecretFile({ folder: o.folder, file: `${name}.previous`, name });
    return { secret: secretOf(current, previous), stamp, lookedAt };
  };

  return {
    get: async (name) => {
      if (!NAME.test(name)) {
        throw new SottoError(
          'settings',
          `A secret's name has letters, digits and "-" only, 127 at most; ${JSON.stringify(name)} has not.`,
        );
      }
      const before = known.get(name);
      if (before !== undefined && Math.abs(now() - before.lookedAt) < LOOK_AGAIN_MS) return before.secret;
      // What cannot be read now is not answered from memory: it may have been revoked.
      const fresh = await look(name, before);
      known.set(name, fresh);
      return fresh.secret;
    },
  };
};

const secretOf = (current: SecretFile, previous: SecretFile | null): Secret => ({
  current: current.text,
  accepted: previous === null || previous.text === current.text ? [current.text] : [current.text, previous.text],
});

const missing = (folder: string, name: string): SottoError =>
  new SottoError(
    'secret-missing',
    `The secret "${name}" is missing: there is no file ${name} in ${folder}. Write it there and run chmod 600 on it.`,
  );
