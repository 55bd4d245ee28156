/** PEM files beside the secrets: certificates, which are public, and what is trusted, which nobody else may write. */
import { X509Certificate } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { SottoError } from '../../core/errors.ts';

/** The bundle of a whole operating system has 300 KiB. */
const MOST_BYTES = 1024 * 1024;
const MOST_CERTIFICATES = 1_000;

const WRITABLE_BY_OTHERS = 0o022;

const refused = (path: string, why: string, mend: string, cause?: unknown): SottoError =>
  new SottoError('settings', `${path} ${why} ${mend}`, cause === undefined ? undefined : { cause });

/** The text of a public file. Refuses with code `settings`. `trusted`: it says whom to believe, so others may not write to it. */
export const readPublicFile = async (o: { readonly path: string; readonly trusted: boolean }): Promise<string> => {
  const { path } = o;
  let handle: FileHandle;
  try {
    // Not blocking: opening a pipe would otherwise wait for a writer.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw refused(path, 'cannot be read.', "See that it exists and that Sotto's user may read it.", cause);
  }
  try {
    const seen = await handle.stat();
    if (!seen.isFile()) throw refused(path, 'is not a file.', 'Name a file of certificates (PEM).');
    if (o.trusted && process.geteuid !== undefined && (seen.mode & WRITABLE_BY_OTHERS) !== 0)
      throw refused(path, 'can be written by others, who could make Sotto trust anybody.', `Run: chmod 644 ${path}`);
    const bytes = Buffer.alloc(MOST_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, null);
      length += bytesRead;
      if (length > MOST_BYTES) throw refused(path, 'is larger than 1 MiB.', 'See that the right file was put there.');
      if (bytesRead === 0) return bytes.toString('latin1', 0, length);
    }
  } finally {
    await handle.close();
  }
};

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** The certificates of a file, in its order; null where there is none, or one that is cut or cannot be read. */
export const certificatesIn = (text: string): readonly X509Certificate[] | null => {
  const found: X509Certificate[] = [];
  for (let at = text.indexOf(BEGIN); at !== -1; at = text.indexOf(BEGIN, at + 1)) {
    const end = text.indexOf(END, at);
    if (end === -1 || found.length >= MOST_CERTIFICATES) return null;
    try {
      found.push(new X509Certificate(text.slice(at, end + END.length)));
    } catch {
      return null;
    }
  }
  return found.length === 0 ? null : found;
};

/** Certificates of authorities that are trusted (PEM). Refuses with code `settings`, naming the setting. */
export const readTrusted = async (o: { readonly path: string; readonly setting: string }): Promise<string> => {
  const text = await readPublicFile({ path: o.path, trusted: true });
  if (certificatesIn(text) !== null) return text;
  throw refused(
    o.path,
    `(${o.setting}) holds no certificate that can be read.`,
    'Put the certificates of the authority there (PEM: -----BEGIN CERTIFICATE-----).',
  );
};
