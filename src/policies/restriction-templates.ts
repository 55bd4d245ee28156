import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Restriction } from '../core/types.ts';
import type { Pack } from './contents.ts';
import { type Finding, findingsError } from './findings.ts';
import { restrictionFromForm } from './restriction-form.ts';
import { readYaml } from './yaml-file.ts';

const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

interface Templates {
  readonly folders: readonly string[];
  readonly catalogue: Pack;
}

/** Restrictions that a pack holds ready, with everything that is wrong with them. */
export const readRestrictionTemplates = (
  o: Templates,
): { readonly templates: readonly Restriction[]; readonly findings: readonly Finding[] } => {
  const findings: Finding[] = [];
  const templates = new Map<string, Restriction>();
  for (const folder of o.folders) {
    const inside = join(folder, 'restrictions');
    for (const name of filesIn(inside).filter((it) => it.endsWith('.yaml') && !it.startsWith('.'))) {
      const path = join(inside, name);
      const file = readYaml(path, findings);
      if (file === null) continue;
      const read = restrictionFromForm(file.value, o.catalogue);
      if (!read.ok) findings.push(...read.findings.map((finding) => ({ ...finding, file: path })));
      else if (`${read.restriction.id}.yaml` !== name) {
        findings.push({
          file: path,
          place: 'id',
          what: 'The file is not named as its id.',
          mend: 'Give both the same name.',
        });
      } else templates.set(read.restriction.id, read.restriction);
    }
  }
  return { templates: [...templates.values()], findings };
};

/**
 * Restrictions that a pack holds ready to be switched on (`restrictions/*.yaml`, each named as its id); none is in force by
 * being there. A later folder's replaces the earlier one's. Refuses with code `pack-invalid`, listing all findings.
 */
export const loadRestrictionTemplates = (o: Templates): readonly Restriction[] => {
  const { templates, findings } = readRestrictionTemplates(o);
  if (findings.length === 0) return templates;
  throw findingsError('pack-invalid', 'A restriction of the pack cannot be used.', findings);
};
