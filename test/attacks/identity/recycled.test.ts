/** A user id, and with it a private chat, goes from one person to another: nothing of the first must be the second's. */
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { SAMPLE_PEOPLE } from '../../../src/policies/pack.ts';
import { openStage, type TestStage } from '../../support/stage.ts';

interface Entry {
  readonly id: string;
  readonly accounts: Readonly<Record<string, unknown>>;
}

const people = (parse(readFileSync(SAMPLE_PEOPLE, 'utf8')) as { readonly people: readonly Entry[] }).people;

describe('a recycled user id', () => {
  let folder: string;
  let stage: TestStage;
  let second = 1_000;
  const write = (entries: readonly object[]): void => {
    const path = join(folder, 'people.yaml');
    writeFileSync(path, stringify({ people: entries }, { aliasDuplicateObjects: false }));
    second += 1;
    utimesSync(path, second, second);
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-recycled-'));
    write(people);
    stage = await openStage({ peopleFile: join(folder, 'people.yaml') });
  });
  afterAll(async () => {
    await stage.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Whoever had the account has left; somebody new, of no group, has it now. */
  const recycle = (): void =>
    write([
      ...people.map((each) => (each.id === 'pia' ? { ...each, deactivated: true, accounts: {} } : each)),
      {
        ...people.find(({ id }) => id === 'evan'),
        id: 'nina',
        name: 'Nina Sorel',
        accounts: people.find(({ id }) => id === 'pia')?.accounts,
      },
    ]);

  it('takes nothing along: no group, no sign-in, no question that waits, no button', async () => {
    const { person } = stage;
    const who = person('pia').id;
    await stage.signIn(who, 1);
    expect((await stage.ask({ who, says: 'how much does erin earn' })).decision.verdict).toBe('answer');
    const pay = await stage.ask({ who, says: 'please show me my last payslip' });
    expect(pay.decision.verdict).toBe('answer');
    const [amount = 'none'] = /\d[\d.,]{4,}/.exec(await stage.press({ who, ended: pay })) ?? [];
    expect(amount).not.toBe('none');
    recycle();
    await new Promise((resolve) => setTimeout(resolve, 1_100));

    // The group and the sign-in were Pia's.
    const others = await stage.ask({ who, says: 'how much does erin earn' });
    expect(others.decision.verdict).toBe('refuse');
    const own = await stage.ask({ who, says: 'please show me my last payslip' });
    expect(own.decision.verdict).toBe('step-up');
    expect(own.decision.person).not.toBe(pay.decision.person);
    // A button that Pia was given shows Nina nothing of it.
    const shown = await stage.press({ who, ended: pay }).catch((error: unknown) => String(error));
    expect(shown).not.toContain(amount);
    // Nor is anybody told in that chat of what was asked in it before.
    const inChat = stage.slack.history({ user: stage.user(who) }).filter(({ text }) => text.includes(amount));
    expect(inChat).toEqual([]);
  }, 120_000);
});
