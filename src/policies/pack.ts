import { fileURLToPath } from 'node:url';

/** The pack that ships. */
export const DEFAULT_PACK = fileURLToPath(new URL('./default', import.meta.url));

/** The folders of the pack in force, in order: what ships, and the operator's own laid over it where there is one. */
export const packFolders = (own: string | null): readonly string[] =>
  own === null ? [DEFAULT_PACK] : [DEFAULT_PACK, own];

/** Sample people, sample HR data and the sample backend's description, for the playground, `ask`, `explain` and tests. */
export const SAMPLE_PEOPLE = fileURLToPath(new URL('./default/people.yaml', import.meta.url));
export const SAMPLE_HR_DATA = fileURLToPath(new URL('./default/hr-data.yaml', import.meta.url));
export const SAMPLE_BACKENDS = fileURLToPath(new URL('./default/backends', import.meta.url));
