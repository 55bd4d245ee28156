/** Several people of one name, and one's own team: asked back by buttons on both platforms, and only where that tells nothing. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { SAMPLE_PEOPLE } from '../../src/policies/pack.ts';
import { roomyPack } from '../support/pack.ts';
import { type Ended, openStage, type TestStage } from '../support/stage.ts';

const CHANGED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mona: { department: 'Operations' },
  hana: { name: 'Mona Keller', department: 'People' },
  hugo: { name: 'Mona Lindqvist' },
};

let folder: string;
let stage: TestStage;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-namesakes-'));
  const peopleFile = join(folder, 'people.yaml');
  const { people } = parse(readFileSync(SAMPLE_PEOPLE, 'utf8')) as {
    readonly people: readonly { readonly id: string }[];
  };
  writeFileSync(peopleFile, stringify({ people: people.map((each) => ({ ...each, ...CHANGED[each.id] })) }));
  stage = await openStage({ policiesFolder: roomyPack(folder), peopleFile });
}, 120_000);
afterAll(async () => {
  await stage?.end();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(['slack', 'teams'] as const)('on %s', (on) => {
  const ask = (who: string, says: string) => stage.ask({ who, where: 'direct', on, says });
  /** Slack gives every block an id of its own, and what a button carries is sealed anew each time. */
  const words = ({ visible }: Ended): string =>
    visible.replace(/"(?:block_id|value|sotto)":(?:"[^"]*"|\{[^}]*\})/g, '');
  const read = (): readonly string[] => stage.backend.requests().map(({ operation }) => operation);

  it('payroll is asked which Mona, two of one name told apart by where they work, and gets the pay of the one they press', async () => {
    await stage.forgetTalks();
    const called = read().length;
    const ended = await ask('pia', 'what does Mona earn?');
    expect(ended.decision).toMatchObject({ verdict: 'which', intent: 'salary.compensation' });
    expect(ended.visible).toContain('Whom do you mean?');
    expect(ended.buttons).toEqual(['Mona Keller (Operations)', 'Mona Keller (People)', 'Mona Lindqvist']);
    expect(read().slice(called)).toEqual([]);
    for (const [label, amount] of [
      ['Mona Keller (Operations)', '97,400'],
      ['Mona Lindqvist', '61,280'],
    ] as const) {
      const again = await stage.askBy({ who: 'pia', ended, label });
      expect(again.decision).toMatchObject({ verdict: 'answer', intent: 'salary.compensation', about: 'other' });
      expect(again.visible).toContain(amount);
    }
  });

  it('whoever may not ask about either is refused, and is told neither how many there are nor that there are several', async () => {
    await stage.forgetTalks();
    const [several, one, none] = [
      await ask('evan', 'what does Mona earn?'),
      await ask('evan', 'what does Pia earn?'),
      await ask('evan', 'what does Zbigniew earn?'),
    ];
    for (const ended of [several, one, none]) {
      expect(ended.decision).toMatchObject({ verdict: 'refuse', about: 'other' });
      expect([words(ended), ended.buttons]).toEqual([words(several), ['Ask a person']]);
    }
  });

  it('a guest is told the same of a name that exists, of two that do, and of none', async () => {
    await stage.forgetTalks();
    const said = ['what does Mona earn?', 'what does Pia earn?', 'what does Zbigniew earn?', 'what does my team earn?'];
    const told = new Set<string>();
    for (const says of said) told.add(words(await ask('gus', says)));
    expect(told.size).toBe(1);
  });

  it('a manager who asks about the leave of their team is asked whose, and may be told', async () => {
    await stage.forgetTalks();
    const ended = await ask('mona', 'how many days of leave does my team have left?');
    expect(ended.decision).toMatchObject({ verdict: 'which', intent: 'leave.balance', about: 'report' });
    expect(ended.buttons).toEqual(['Carl Jensen', 'Erin Weber', 'Mona Keller', 'Pia Rossi']);
    const again = await stage.askBy({ who: 'mona', ended, label: 'Erin Weber' });
    expect(again.decision).toMatchObject({ verdict: 'answer', intent: 'leave.balance', about: 'report' });
    expect(again.visible).toContain('Erin Weber');
  });

  it('a manager who asks about the pay of their team is refused, and so is whoever has no team', async () => {
    await stage.forgetTalks();
    expect((await ask('mona', 'what does my team earn?')).decision).toMatchObject({
      verdict: 'refuse',
      about: 'report',
    });
    const { decision, buttons } = await ask('evan', 'how many days of leave does my team have left?');
    expect([decision, buttons]).toMatchObject([{ verdict: 'refuse', about: 'other' }, ['Ask a person']]);
  });
});
