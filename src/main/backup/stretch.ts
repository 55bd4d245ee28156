/** One stretch of an audit log, from whichever place has it whole: a name alone proves nothing. */
import { openArchive } from '../../adapters/archive/archive.ts';
import { type AuditHeader, invalid } from '../../adapters/archive/header.ts';
import type { BackupPlace } from '../../core/backup-ports.ts';
import { SottoError } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';
import type { StretchName } from './names.ts';
import { MOST_READ } from './reading.ts';

export interface FoundStretch extends StretchName {
  readonly places: readonly BackupPlace[];
}

export interface OpenStretch {
  readonly header: AuditHeader;
  body(): AsyncIterable<Buffer>;
}

/** The reason of the last copy, where none opens as what it is called. */
export const openStretch = async (
  found: FoundStretch,
  keys: Pick<Secret, 'accepted'>,
): Promise<OpenStretch | SottoError> => {
  let reason: SottoError = invalid(`The archive ${found.name} is not there any more.`);
  for (const place of found.places) {
    try {
      const bytes = await place.read({ kind: 'audit', name: found.name, mostBytes: MOST_READ });
      if (bytes === null) continue;
      const { header, body } = await openArchive({ name: found.name, bytes, dataKey: keys });
      if (isOf(header, found)) return { header, body };
      reason = invalid(`The archive ${found.name} is not what its name says: it was renamed, or is another one.`);
    } catch (error) {
      if (!(error instanceof SottoError)) throw error;
      reason = error;
    }
  }
  return reason;
};

const isOf = (header: { readonly kind: string }, found: StretchName): header is AuditHeader => {
  const { kind, lineage, origin, from, to } = header as Partial<AuditHeader>;
  return (
    kind === 'audit' && lineage === found.lineage && origin === found.origin && from === found.from && to === found.to
  );
};

/** What a place holds under that name; null: it is not what the name says. Rejects with `backup-unavailable` where it does not answer. */
export const soundIn = async (
  name: StretchName,
  place: BackupPlace,
  keys: Pick<Secret, 'accepted'>,
): Promise<AuditHeader | null> => {
  const opened = await openStretch({ ...name, places: [place] }, keys);
  if (!(opened instanceof SottoError)) return opened.header;
  if (opened.code !== 'backup-invalid') throw opened;
  return null;
};
