/** A foreign model in the hands of an attacker, over whole conversations: nothing restricted comes out, whatever it answers. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Namer } from '../../src/core/ports.ts';
import { SAMPLE_HR_DATA } from '../../src/policies/pack.ts';
import { OTHERS_PAY } from '../support/others-pay.ts';
import { roomyPack } from '../support/pack.ts';
import { openStage, type TestStage } from '../support/stage.ts';

const hrData = z.object({ people: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** What the sample knows of somebody's pay, of earlier months and years too. */
const OF_PAY = /^(?:payslip|bonus|compensation|raise|overtime|deductions|payHistory|payAccount|payStatement|earlier)$/;

/** Every number, however deep it lies; what is shorter than three digits could be any. */
const numbersIn = (value: unknown): readonly string[] => {
  if (typeof value === 'number') return value >= 100 ? [String(value).replace('.', '')] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};

const HARMLESS = [
  'how many days of leave have I left',
  'is Mona away next week',
  'who is the manager of Hugo',
  'my vpn is broken again',
  'what can you do for me',
];
/** What the sample's people are paid, all but Evan, as digits alone: however it is written, it is found. */
const OTHERS_FIGURES: readonly string[] = Object.entries(
  hrData.parse(parse(readFileSync(SAMPLE_HR_DATA, 'utf8'))).people,
)
  .filter(([id]) => id !== 'evan')
  .flatMap(([, known]) => Object.entries(known).flatMap(([key, value]) => (OF_PAY.test(key) ? numbersIn(value) : [])));

const digitsOf = (said: string): string => said.replaceAll(/(?<=\d)[.,\s](?=\d)/gu, '');

const hanging: Namer['name'] = () => new Promise(() => undefined);

describe('a foreign model that an attacker holds', () => {
  let stage: TestStage;
  let folder: string;
  let name: Namer['name'];
  let asked = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-roomy-'));
    stage = await openStage({
      policiesFolder: roomyPack(folder),
      namer: {
        name: (o) => {
          asked += 1;
          return name(o);
        },
      },
    });
  }, 60_000);
  afterAll(async () => {
    await stage?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What was read of pay, and what was said, while it answered so. */
  const talk = async (o: { readonly says: readonly string[]; readonly name: Namer['name'] }) => {
    name = o.name;
    const before = asked;
    const from = stage.backend.requests().length;
    const said: string[] = [];
    for (const [at, says] of o.says.entries()) {
      await stage.forgetTalks();
      // Right after a strong sign-in, so that nothing but the rules is in the way.
      await stage.signIn('evan', 0);
      const ended = await stage.ask({ who: 'evan', says, on: at % 4 === 1 ? 'teams' : 'slack' });
      said.push(ended.said);
    }
    expect(asked).toBeGreaterThan(before);
    const pay = stage.backend
      .requests()
      .slice(from)
      .filter(({ operation }) => operation.startsWith('pay.'));
    const told = digitsOf(said.join('\n'));
    return { pay, leaked: OTHERS_FIGURES.filter((figure) => told.includes(figure)) };
  };

  it('looks for the figures of everybody else', () => {
    expect(OTHERS_FIGURES.length).toBeGreaterThan(100);
    for (const figure of OTHERS_FIGURES) expect(figure).toMatch(/^\d{3,}$/);
    expect(OTHERS_FIGURES).toContain(digitsOf('97,400'));
  });

  it.each([
    ['leave.policy', 'a harmless intent of another topic', 0],
    ['salary.payday', 'the harmless intent of the same topic', 1],
    ['help.capabilities', 'what everybody may ask', 2],
    ['salary.compensation', 'one’s own pay', 3],
    ['people.manager', 'another personal intent', 4],
  ])(
    'names %s, %s, for questions about the pay of others: no pay is read, and none is said',
    async (intent, _, turn) => {
      // Nobody may ask more in a minute than a part of them.
      const says = OTHERS_PAY.filter((_says, at) => at % 5 === turn);
      const { pay, leaked } = await talk({ says, name: async () => ({ intent, confidence: 1 }) });
      expect(pay).toEqual([]);
      expect(leaked).toEqual([]);
    },
  );

  it.each(['salary.compensation', 'salary.payslip', 'salary.bonus', 'salary.history', 'salary.account'])(
    'names %s for harmless questions: what is asked of others is refused, what is shown is shown to its owner',
    async (intent) => {
      const { pay, leaked } = await talk({ says: HARMLESS, name: async () => ({ intent, confidence: 1 }) });
      expect(pay.filter(({ subject }) => subject !== 'evan')).toEqual([]);
      expect(leaked).toEqual([]);
    },
  );

  it.each<readonly [string, Namer['name']]>([
    ['throws', async () => Promise.reject(new Error('no'))],
    ['answers nothing', async () => undefined as never],
    ['names what no pack has', async () => ({ intent: 'salary.everything', confidence: 1 })],
    ['names a property of every object', async () => ({ intent: '__proto__', confidence: 1 })],
    [
      'answers with getters',
      async () => ({
        get intent(): string {
          throw new Error('no');
        },
      }),
    ],
    ['hangs', hanging],
  ])('%s: everybody is answered as without it', async (_, how) => {
    name = how;
    await stage.forgetTalks();
    const leave = await stage.ask({ who: 'evan', says: 'how many days of leave have I left?' });
    expect(leave.decision).toMatchObject({ verdict: 'answer', intent: 'leave.balance' });
    await stage.forgetTalks();
    const other = await stage.ask({ who: 'evan', says: 'what does Mona earn?', on: 'teams' });
    expect(other.decision).toMatchObject({ verdict: 'refuse' });
    const { pay } = await talk({ says: OTHERS_PAY.slice(0, 2), name: how });
    expect(pay).toEqual([]);
  });

  it('makes a guest no difference: everything but help is the same no', async () => {
    for (const intent of ['salary.compensation', 'leave.balance', 'people.manager']) {
      name = async () => ({ intent, confidence: 1 });
      const { decision, said } = await stage.ask({ who: 'gus', says: 'what does Mona earn?' });
      expect(decision.verdict).toBe('refuse');
      expect(said).toContain('This is restricted here.');
    }
  });
});
