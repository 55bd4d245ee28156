/** What `sotto check` finds by trying a pack out. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { judgedFindings } from '../../src/cli/check-judged.ts';
import { type Collision, collidingIntents } from '../../src/core/recognise/colliding.ts';
import type { Catalogue, Member } from '../../src/core/types.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { command } from '../support/command.ts';

const NOON = Date.UTC(2026, 10, 12, 12);
const SAMPLE: readonly Member[] = ['manager', 'payroll'].map((group) => ({
  id: group,
  kind: 'employee',
  groups: [group],
  country: 'DE',
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-judged-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string): void => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
};

/** Most packs here differ in their rules alone: whether intents collide is tried once for them all. */
const tried = new Map<string, readonly Collision[]>();
const collisions = ({ catalogue }: { readonly catalogue: Catalogue }): readonly Collision[] => {
  const found = tried.get(catalogue.hash) ?? collidingIntents({ catalogue });
  tried.set(catalogue.hash, found);
  return found;
};

const found = (members: readonly Member[] = SAMPLE) =>
  judgedFindings({ folders: packFolders(folder), directory: { members: async () => members }, now: NOON, collisions });

describe('the pack that ships', () => {
  it('has no rule that does nothing, no question that nobody is answered, and no intent that is taken for another', async () => {
    const { plain, ...findings } = await judgedFindings({
      folders: packFolders(null),
      directory: null,
      now: NOON,
      collisions,
    });
    expect(findings).toEqual({ pack: [], policies: [], notes: [] });
    // By this `sotto check` tells what may be kept in memory: never what leaves or is shown at a press.
    expect(plain?.has('data:leave')).toBe(true);
    expect(plain?.has('data:pay')).toBe(false);
  }, 30_000);
});

describe('a pack of one’s own', () => {
  it('has rules that never match, also because their time is over, and is told file, line, what and how', async () => {
    put(
      'rules.cedar',
      [
        '// Kinds of people exclude each other.',
        '@id("guest-employees")',
        'forbid (principal in Group::"guest", action in Action::"leave", resource)',
        'when { principal in Group::"employee" };',
        '@id("last-year") permit (principal, action == Action::"leave.policy", resource)',
        'when { context.now < datetime("2025-12-31") };',
      ].join('\n'),
    );
    const { policies } = await found();
    expect(policies).toHaveLength(2);
    expect(policies[0]).toBe(
      `${join(folder, 'rules.cedar')}, line 2, guest-employees: Nothing that anybody can ask from now on ever meets its conditions, so the rule does nothing. Mend the conditions, or remove it.`,
    );
    expect(policies[1]).toContain('line 5, last-year: Nothing that anybody can ask from now on');
  }, 30_000);

  it('has permits that a forbid always outweighs, and says so of the permit', async () => {
    put(
      'rules.cedar',
      '@id("guests-know-the-holidays") permit (principal in Group::"guest", action == Action::"leave.holidays", resource);',
    );
    const { policies } = await found();
    expect(policies).toEqual([
      `${join(folder, 'rules.cedar')}, line 1, guests-know-the-holidays: Whatever it permits, another rule forbids, so nobody is ever answered by it. Except it from the forbid (unless), or remove it.`,
    ]);
  }, 30_000);

  it('has intents that nobody is ever answered', async () => {
    put('rules.cedar', '@id("no-health") forbid (principal, action == Action::"benefits.health", resource);');
    const { policies } = await found();
    expect(policies.filter((it) => it.includes('benefits.health'))).toEqual([
      'rules.cedar, benefits.health: Rules permit it, but their conditions never come together or a forbid outweighs them, so nobody is ever answered. Mend the rules that name it, or remove it from the pack.',
    ]);
    // The permit for it alone is shadowed as well; the one for all benefits is not.
    expect(policies.some((it) => it.includes('own-health'))).toBe(true);
    expect(policies.some((it) => it.includes('own-benefits'))).toBe(false);
  }, 30_000);

  it('names groups that nobody in the directory file is in', async () => {
    put('rules.cedar', '// Nothing of our own.');
    const { notes } = await found(SAMPLE.filter(({ id }) => id !== 'payroll'));
    expect(notes).toEqual([
      'Nobody in the directory file is in the group "payroll", so every rule that names it holds for nobody, forbids included.',
    ]);
  }, 30_000);

  it('is not tried out where that has no end, and says why', async () => {
    put(
      'rules.cedar',
      '@id("sum") permit (principal, action == Action::"leave.policy", resource) when { context.denials * 2 > 7 };',
    );
    const { policies, notes } = await found();
    // What needs no trying out is said all the same.
    expect(policies).toEqual([expect.stringContaining('Where the conversation cannot be read')]);
    expect(notes.join()).toContain('Whether every rule does something was not tried out. Who reaches "leave.policy"');
  }, 30_000);

  it('has intents whose examples ask for another', async () => {
    const words = ['stipend', 'allowance', 'voucher', 'grant', 'pass'];
    const asking = (verb: string) =>
      words.flatMap((word) => [
        `${verb} my sports ${word}`,
        `${verb} the sports ${word} please`,
        `how to ${verb} a sports ${word}`,
      ]);
    const entry = (id: string, examples: readonly string[]) =>
      [
        `  sports.${id}:`,
        `    title: { en: Sports ${id}, de: Sport ${id} }`,
        '    about: nobody',
        '    say: { en: See the intranet., de: Siehe Intranet. }',
        '    examples:',
        '      en:',
        ...examples.map((it) => `        - ${it}`),
        '      de:',
        ...examples.map((it) => `        - ${it.replace('sports', 'Sport')}`),
      ].join('\n');
    put(
      'intents/sports.yaml',
      [
        'topic: sports',
        'title: { en: Sports, de: Sport }',
        'contact: { en: HR, de: HR }',
        'data: []',
        'intents:',
        entry(
          'one',
          asking('get').filter((_, at) => at % 2 === 0),
        ),
        entry(
          'two',
          asking('get').filter((_, at) => at % 2 === 1),
        ),
      ].join('\n'),
    );
    put('rules.cedar', '@id("sports") permit (principal in Group::"employee", action in Action::"sports", resource);');
    const { pack } = await found();
    expect(pack.join('\n')).toMatch(
      /sports\.(one|two): \d+ of its \d+ examples would be answered as sports\.(one|two)/,
    );
    expect(pack.filter((it) => !it.startsWith('sports.'))).toEqual([]);
  }, 60_000);
});

describe('sotto check', () => {
  it('ends with status 1 for what does nothing', async () => {
    put(
      'pack/rules.cedar',
      '@id("idle") forbid (principal in Group::"guest", action, resource) when { principal in Group::"employee" };',
    );
    const { status, out } = await command({
      args: ['check'],
      data: join(folder, 'data'),
      env: { SOTTO_POLICIES: join(folder, 'pack') },
    }).ended();
    expect(status).toBe(1);
    expect(out).toContain('idle: Nothing that anybody can ask from now on ever meets its conditions');
  }, 60_000);
});
