import { loadCatalogue } from '../catalogue.ts';
import { findingsError } from '../findings.ts';
import { loadedPack } from '../loaded-pack.ts';
import { checkPolicy } from '../prepare.ts';
import type { TrialPack } from './enumerate.ts';

/** A pack read and checked as a start would, to be looked at. Refuses with `pack-invalid` or `policy-invalid`, listing all findings. */
export const loadTrialPack = async (o: { readonly folders: readonly string[] }): Promise<TrialPack> => {
  const catalogue = loadCatalogue(o);
  const { rules, findings } = await checkPolicy({ ...o, catalogue });
  if (findings.length > 0) throw findingsError('policy-invalid', 'The rules cannot be used.', findings);
  return loadedPack({ catalogue, rules });
};
