/** Recognition can be fooled; the operation that reads pay cannot. Thirty ways to ask, none of them in the pack. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_PACK } from '../../src/policies/pack.ts';
import { OTHERS_PAY } from '../support/others-pay.ts';
import { openStage, type TestStage } from '../support/stage.ts';

describe('Evan asking about other people’s pay', () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage();
    await stage.signIn('evan', 0);
  }, 60_000);
  afterAll(() => stage.end());

  it('asks in thirty ways that the pack does not contain', () => {
    const folder = join(DEFAULT_PACK, 'intents');
    const pack = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), 'utf8').toLowerCase())
      .join('\n');
    expect(OTHERS_PAY).toHaveLength(30);
    for (const phrasing of OTHERS_PAY)
      expect([phrasing, pack.includes(phrasing.toLowerCase())]).toEqual([phrasing, false]);
  });

  it('reaches no pay operation in any of them, even right after a strong sign-in, and is refused outright in at least 24', async () => {
    const verdicts: (readonly [string, string])[] = [];
    for (const says of OTHERS_PAY) {
      // In one talk he would soon be told to wait.
      await stage.forgetTalks();
      const { decision } = await stage.ask({ who: 'evan', says });
      verdicts.push([says, decision.verdict]);
    }
    const operations = stage.backend.requests().map(({ operation }) => operation);
    expect(operations.filter((operation) => operation.startsWith('pay.'))).toEqual([]);
    const refused = verdicts.filter(([, verdict]) => verdict === 'refuse');
    expect({
      refused: refused.length >= 24,
      others: verdicts.filter(([, verdict]) => verdict !== 'refuse'),
    }).toMatchObject({ refused: true });
  }, 120_000);

  it('is told what he can ask when a question is unlike every intent, and no backend is called', async () => {
    const before = stage.backend.requests().length;
    const { decision, visible } = await stage.ask({
      who: 'evan',
      says: 'which birds nest on the north face of the cathedral?',
    });
    expect(decision.verdict).toBe('unknown');
    expect(visible).toContain('You can ask me about');
    expect(stage.backend.requests()).toHaveLength(before);
  });
});
