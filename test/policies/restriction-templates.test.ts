import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasCode } from '../../src/core/errors.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { loadRestrictionTemplates } from '../../src/policies/restriction-templates.ts';
import { FIXTURE, folderWith } from './support.ts';

const catalogue = loadCatalogue({ folders: [FIXTURE] });

describe('the restrictions that a pack holds ready', () => {
  const packWith = (name: string, text: string): string => {
    const folder = folderWith({});
    mkdirSync(join(folder, 'restrictions'));
    writeFileSync(join(folder, 'restrictions', name), text);
    return folder;
  };
  const load = (...folders: readonly string[]) =>
    loadRestrictionTemplates({ folders: [FIXTURE, ...folders], catalogue });

  it('are read, and a later folder replaces by id', () => {
    expect(load()).toMatchObject([{ id: 'salary', forbids: ['salary'], exceptGroups: ['payroll'] }]);
    const over = packWith('salary.yaml', 'id: salary\ntitle: Mine\nforbids: [salary.payslip]\n');
    expect(load(over)).toMatchObject([{ id: 'salary', title: 'Mine' }]);
  });

  it('are refused with file and place where one does not fit the pack', () => {
    for (const [name, text, what] of [
      ['other.yaml', 'id: other\ntitle: Other\nforbids: [nothing]\n', /other\.yaml, forbids > 0: This is no topic/],
      [
        'other.yaml',
        'id: salary\ntitle: Other\nforbids: [salary]\n',
        /other\.yaml, id: The file is not named as its id/,
      ],
      ['other.yaml', 'title: [', /other\.yaml, line \d+: This is not YAML/],
    ] as const) {
      const thrown = (() => {
        try {
          return load(packWith(name, text));
        } catch (error) {
          return error;
        }
      })();
      expect(hasCode(thrown, 'pack-invalid')).toBe(true);
      expect(String(thrown)).toMatch(what);
    }
  });
});
