/** Who else could read or change what is Sotto's. */
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../config.ts';
import { exposures } from '../../main/exposures.ts';
import { finding, type Line, ok, sentence, warning } from './line.ts';

const OTHERS = 0o077;
const GROUP_WRITES = 0o020;

/** Of the data folder, at most. */
const MOST_FILES = 5_000;

export const lookAtPermissions = (
  config: Pick<Config, 'dataFolder' | 'store' | 'directory' | 'policiesFolder' | 'backendsFolder'>,
): readonly Line[] => {
  if (process.geteuid === undefined)
    return [
      warning('permissions', {
        what: 'This system knows no modes of files.',
        why: 'Who may read SOTTO_DATA and the secrets is up to its access lists, which were not looked at.',
        mend: 'Let nobody but the user that runs Sotto, and administrators, into both.',
      }),
    ];
  return [
    ...data(config.dataFolder, process.geteuid()),
    ...storeFolder(config),
    ...exposures(config).map((what) => sentence('permissions', what)),
    ...shared(config),
  ];
};

const data = (folder: string, us: number): readonly Line[] => {
  if (!existsSync(folder))
    return [ok('permissions', `SOTTO_DATA (${folder}) is not there yet: the first start makes it.`)];
  const { uid, mode } = statSync(folder);
  const lines: Line[] = [];
  if (uid !== us)
    lines.push(
      finding('permissions', {
        what: `SOTTO_DATA (${folder}) belongs to user ${uid}, and this command runs as ${us}.`,
        why: 'Either this is not the user that Sotto runs as, or somebody else could read and replace what is in it.',
        mend: `Run this command as the user that runs Sotto, or: sudo chown ${us} ${folder}`,
      }),
    );
  if ((mode & OTHERS) !== 0)
    lines.push(
      finding('permissions', {
        what: `Others may open SOTTO_DATA (${folder}).`,
        why: 'Its audit logs, its store and the socket by which Sotto is ordered about lie in it.',
        mend: `Run: chmod 700 ${folder}`,
      }),
    );
  const open = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .slice(0, MOST_FILES)
    .map((name) => join(folder, name))
    .filter((path) => modeOf(path) & GROUP_WRITES || modeOf(path) & 0o002);
  const [first] = open;
  if (first !== undefined)
    lines.push(
      finding('permissions', {
        what: `Others may write to ${first}${open.length > 1 ? ` and ${open.length - 1} more in SOTTO_DATA` : ''}.`,
        why: 'Sotto makes its files for itself alone, so somebody has changed that.',
        mend: `Run: chmod -R go-rwx ${folder}`,
      }),
    );
  return lines.length > 0
    ? lines
    : [ok('permissions', `SOTTO_DATA (${folder}) and what is in it are for its user alone.`)];
};

/** 0 for links, and for what went away meanwhile. */
const modeOf = (path: string): number => {
  const seen = lstatSync(path, { throwIfNoEntry: false });
  return seen === undefined || seen.isSymbolicLink() ? 0 : seen.mode;
};

const storeFolder = ({ store, dataFolder }: Pick<Config, 'store' | 'dataFolder'>): readonly Line[] => {
  if (store.kind !== 'sqlite' || store.path.startsWith(`${dataFolder}/`)) return [];
  const mode = modeOf(store.path);
  if (mode === 0) return [];
  return (mode & OTHERS) === 0
    ? [ok('permissions', `The store (${store.path}) is for its user alone.`)]
    : [
        finding('permissions', {
          what: `Others may open the store (${store.path}).`,
          why: 'Words in it are sealed; ids and times are not, and what is changed there is lost.',
          mend: `Run: chmod 600 ${store.path}`,
        }),
      ];
};

/** Whom a group lets change what is asked and by whom: that may be meant. */
const shared = ({
  directory,
  policiesFolder,
  backendsFolder,
}: Pick<Config, 'directory' | 'policiesFolder' | 'backendsFolder'>): readonly Line[] =>
  [
    ...(directory.kind === 'file' ? [directory.path, dirname(directory.path)] : []),
    ...(policiesFolder === null ? [] : [policiesFolder]),
    backendsFolder,
  ]
    .filter((path) => (modeOf(path) & GROUP_WRITES) !== 0)
    .map((path) =>
      warning('permissions', {
        what: `The group of ${path} may write to it.`,
        why: 'Whoever is in it decides who somebody is, what may be asked, or where data comes from.',
        mend: `If that is not meant: chmod g-w ${path}`,
      }),
    );
