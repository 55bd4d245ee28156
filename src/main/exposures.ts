/** Of the settings' files, which anybody on this machine could change. */
import { exposed } from '../adapters/files/exposed.ts';
import type { Config } from '../config.ts';

/** A sentence each. */
export const exposures = (
  config: Pick<Config, 'directory' | 'policiesFolder' | 'backendsFolder'>,
): readonly string[] => {
  const { directory, policiesFolder, backendsFolder } = config;
  return [
    directory.kind === 'file'
      ? exposed({ path: directory.path, setting: 'SOTTO_DIRECTORY', what: 'make themselves anybody' })
      : null,
    policiesFolder === null
      ? null
      : exposed({ path: policiesFolder, setting: 'SOTTO_POLICIES', what: 'decide what may be asked' }),
    exposed({
      path: backendsFolder,
      setting: 'SOTTO_BACKENDS',
      what: 'say where data comes from and whom it is about',
    }),
  ].filter((sentence) => sentence !== null);
};
