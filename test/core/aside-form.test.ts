import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { en } from '../../src/core/replies/en.ts';
import { ASIDE_ACTION, type Press } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { createTestWorld, question, type TestWorld } from '../support/world.ts';

describe('the form of a question that is asked aside', () => {
  let t: TestWorld;
  let work: Work;
  beforeEach(() => {
    t = createTestWorld({});
    work = createWork(t.world);
  });
  afterEach(async () => {
    await work.stop({ graceMs: 0 });
    await t.close();
  });
  const press = (): Press => {
    const { text: _text, ...arrived } = question();
    return { ...arrived, id: 'P1', kind: 'press', message: null, action: ASIDE_ACTION, value: 'what I wrote' } as Press;
  };

  it('is on record before it is shown', async () => {
    await work.open(press(), t.openView());
    expect(t.views.at(-1)?.form?.fields[0]).toMatchObject({ value: 'what I wrote' });
    expect(t.entries).toMatchObject([
      { kind: 'decision', question: 'P1', verdict: 'answer', reasons: ['aside-form'], intent: null },
    ]);
  });

  it('is not shown where it cannot be recorded: they are told sorry before they write anything into it', async () => {
    t.script.auditFails = () => true;
    await work.open(press(), t.openView());
    expect(t.views.at(-1)).toMatchObject({ form: null, card: { text: en.apology } });
    expect(t.entries).toEqual([]);
  });
});
