/** Where backups go, how often they are made, and for how long they are kept. */
import { join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { readContainer } from './container.ts';
import { type Reading, shown } from './findings.ts';
import type { VaultConfig } from './keeping.ts';

export type BackupPlaceConfig =
  | { readonly kind: 'folder'; readonly folder: string }
  /** `url`: the container's address, without a key. `unsafeStandIn`: it is on this machine. */
  | { readonly kind: 'azure-blob'; readonly url: string; readonly unsafeStandIn: boolean };

export interface BackupsConfig {
  /** Empty: no backups are made. */
  readonly places: readonly BackupPlaceConfig[];
  readonly everyMs: number;
  /** State archives older than this are deleted, ms. Audit stretches never are. */
  readonly keepMs: number;
  /** For how long Azure keeps an audit stretch from being changed or deleted by anybody, ms; 0: it does not. */
  readonly auditLockMs: number;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

/** A folder on a file system that hangs takes one of Node's four threads for files; the audit log needs the others. */
const MOST_FOLDERS = 2;
const MOST_PLACES = 4;

export const readBackups = (
  reading: Reading,
  o: { readonly dataFolder: string; readonly vault: VaultConfig },
): BackupsConfig =>
  Object.freeze({
    places: Object.freeze(readPlaces(reading, o)),
    everyMs: HOUR_MS * whole(reading, 'SOTTO_BACKUP_HOURS', { least: 1, most: 168, otherwise: 1, what: 'hours' }),
    keepMs: DAY_MS * whole(reading, 'SOTTO_BACKUP_KEEP_DAYS', { least: 1, most: 3_650, otherwise: 30, what: 'days' }),
    auditLockMs:
      YEAR_MS * whole(reading, 'SOTTO_BACKUP_AUDIT_YEARS', { least: 0, most: 10, otherwise: 1, what: 'years' }),
  });

/** They say nothing without a place. */
const ABOUT_BACKUPS = ['SOTTO_BACKUP_HOURS', 'SOTTO_BACKUP_KEEP_DAYS', 'SOTTO_BACKUP_AUDIT_YEARS'] as const;

const readPlaces = (
  reading: Reading,
  o: { readonly dataFolder: string; readonly vault: VaultConfig },
): readonly BackupPlaceConfig[] => {
  const { optional, list, find } = reading;
  const idle = ABOUT_BACKUPS.filter((name) => optional(name) !== null);
  if (idle.length > 0 && optional('SOTTO_BACKUP_TO') === null)
    find(
      `${idle.join(' and ')} ${idle.length === 1 ? 'is' : 'are'} set, and SOTTO_BACKUP_TO is not, so that no backup would be made. Name a place there, or unset ${idle.length === 1 ? 'it' : 'them'}.`,
    );
  const places = list(optional('SOTTO_BACKUP_TO') ?? '').flatMap((value): readonly BackupPlaceConfig[] => {
    const place = readPlace(reading, value);
    return place === null ? [] : [place];
  });
  const names = places.map((place) => (place.kind === 'folder' ? place.folder : place.url));
  if (new Set(names).size < names.length)
    find('SOTTO_BACKUP_TO names one place twice, which is no second copy. Name each place once.');
  const folders = places.flatMap((place) => (place.kind === 'folder' ? [place.folder] : []));
  if (places.length > MOST_PLACES || folders.length > MOST_FOLDERS)
    find(
      `SOTTO_BACKUP_TO names ${places.length} places, ${folders.length} of them folders. Name ${MOST_PLACES} at most, ${MOST_FOLDERS} of them folders: each is written to every time.`,
    );
  for (const folder of folders) {
    if (isWithin(folder, o.dataFolder))
      find(
        `SOTTO_BACKUP_TO has the folder ${folder}, which is in SOTTO_DATA: whatever takes the data takes its backups too. Name a folder elsewhere, best on another disk.`,
      );
    const keys = o.vault.kind === 'files' ? o.vault.folder : null;
    if (keys !== null && (isWithin(folder, keys) || isWithin(keys, folder)))
      find(
        `SOTTO_BACKUP_TO has the folder ${folder}, which lies together with the secrets of SOTTO_VAULT: whoever copies the one has the keys to it. Name a folder elsewhere.`,
      );
  }
  return places;
};

const isWithin = (inner: string, outer: string): boolean =>
  inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : join(outer, sep));

const readPlace = (reading: Reading, value: string): BackupPlaceConfig | null => {
  const folder = value.startsWith('folder:') ? value.slice('folder:'.length).trim() : '';
  if (folder !== '') return Object.freeze({ kind: 'folder', folder: resolve(folder) });
  const container = readContainer(reading, { setting: 'SOTTO_BACKUP_TO', value });
  if (container === 'found') return null;
  if (container !== null) return Object.freeze({ kind: 'azure-blob', ...container });
  reading.find(
    `SOTTO_BACKUP_TO has "${shown(value)}". Each part is "folder:DIR", or the https address of a container of Azure Blob Storage ("https://ACCOUNT.blob.core.windows.net/CONTAINER"); backups go to no other host.`,
  );
  return null;
};

const whole = (
  { optional, find }: Reading,
  name: string,
  o: { readonly least: number; readonly most: number; readonly otherwise: number; readonly what: string },
): number => {
  const value = optional(name);
  const parsed = z.coerce
    .number()
    .int()
    .min(o.least)
    .max(o.most)
    .safeParse(value ?? o.otherwise);
  if (parsed.success) return parsed.data;
  find(`${name} is "${(value ?? '').slice(0, 40)}". It must be whole ${o.what}, ${o.least} to ${o.most}.`);
  return o.otherwise;
};
