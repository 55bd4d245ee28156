import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { questionsOf } from '../../../src/core/held.ts';
import { createWork } from '../../../src/core/work.ts';
import { until } from '../../support/until.ts';
import { openPeople, type People } from './people.ts';

const HOUR = 60 * 60_000;

let p: People;
beforeEach(async () => {
  p = await openPeople();
});
afterEach(() => p.close());

const states = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const { id, state } of questionsOf(p.world)) found.push(`${id} ${state}`);
  return found;
};

describe('a question that was set aside and is ordered again', () => {
  it.each([
    ['person', 'evan'],
    ['conversation', null],
  ] as const)('is not asked where a hold on a %s keeps it, and the receipt says which', async (on, what) => {
    const id = await p.bury('evan', p.clock.now() + HOUR);
    const other = await p.bury('mona', p.clock.now() + HOUR);
    await p.order({ kind: 'hold', on, what: what ?? `slack:T1:D-evan:${id}` }, 'h1');
    const receipt = await p.order({ kind: 'retry', id });
    expect(receipt).toMatchObject({ ok: false, data: { id, as: null, held: 'h1' } });
    expect(receipt.says.join(' ')).toContain('kept by the legal hold h1');
    expect((await p.order({ kind: 'retry', id: other }, 'r2')).data).toEqual({ id: other, as: 'again:r2' });
    expect((await states()).toSorted()).toEqual([`${id} dead`, 'again:r2 queued'].toSorted());
    // One that is under way already is not held up by a hold that came later, and says the same again.
    await p.order({ kind: 'hold', on: 'person', what: 'mona' }, 'h2');
    expect((await p.order({ kind: 'retry', id: other }, 'r2')).ok).toBe(true);
    await p.order({ kind: 'lift', id: 'h1' });
    expect((await p.order({ kind: 'retry', id }, 'r3')).ok).toBe(true);
  });

  it('is not asked either where nobody can say whether it is of somebody who is held', async () => {
    const id = await p.bury('mona', p.clock.now() + HOUR);
    await p.order({ kind: 'hold', on: 'person', what: 'evan' }, 'h1');
    p.t.script.find = async () => ({ ok: false, why: 'unreachable' });
    const receipt = await p.order({ kind: 'retry', id });
    expect(receipt.data).toMatchObject({ as: null, held: 'h1' });
    expect(receipt.says.join(' ')).toContain('the directory does not say');
    expect(await states()).toEqual([`${id} dead`]);
  });

  it('is asked where a hold is on something else, and ends', async () => {
    const id = await p.bury('evan', p.clock.now() + HOUR);
    await p.order({ kind: 'hold', on: 'person', what: 'mona' }, 'h1');
    expect((await p.order({ kind: 'retry', id })).ok).toBe(true);
    const work = createWork(p.world);
    work.start();
    await until(async () => {
      await p.clock.advance(500);
      return (await states()).length === 0;
    });
    expect(p.t.messages).toHaveLength(1);
    await work.stop({ graceMs: 0 });
  });
});
