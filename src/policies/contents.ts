import type { Catalogue } from '../core/types.ts';

/** What a pack holds beside its rules: the catalogue, and the groups it adds to those that always exist. */
export interface Pack extends Catalogue {
  readonly groups: readonly string[];
}
