import { beforeEach, describe, expect, it } from '@jest/globals';
import { openingNames } from '../../../src/cli/audit/export-names.ts';
import type { NamedIn } from '../../../src/core/audit-names.ts';

describe('the names in what is taken out', () => {
  let asked: NamedIn[][];
  let opens: Map<string, string>;
  let time: number;
  const names = () =>
    openingNames('ticket', {
      ask: async (some) => {
        asked.push([...some]);
        return some.map(({ name }) => opens.get(name) ?? null);
      },
      now: () => time,
    });
  const decision = (name: unknown, person: unknown = 'p') => ({ kind: 'decision', person, name });

  beforeEach(() => {
    asked = [];
    opens = new Map([
      ['new', 'evan'],
      ['theirs', 'mona'],
    ]);
    time = 0;
  });

  it('open each by itself: that one was sealed under a key that was shredded says nothing of the next', async () => {
    const of = names();
    expect(await of(decision('old'))).toEqual(new Map());
    expect(await of(decision('new'))).toEqual(new Map([['p', 'evan']]));
    expect(await of(decision('old'))).toEqual(new Map());
    expect(await of({ kind: 'stop' })).toEqual(new Map());
    // As what they were sealed for.
    expect(await of({ kind: 'deed', by: 'p', byName: 'new' })).toEqual(new Map([['p', 'evan']]));
    expect(asked.flat().map(({ name, purpose }) => `${name} ${purpose}`)).toEqual([
      'old asker',
      'new asker',
      'new officer',
    ]);
  });

  it('are asked for again after ten seconds, so that whoever was forgotten meanwhile is named no more', async () => {
    const of = names();
    await of(decision('new'));
    opens.clear();
    time = 9_999;
    expect(await of(decision('new'))).toEqual(new Map([['p', 'evan']]));
    time = 10_000;
    expect(await of(decision('new'))).toEqual(new Map());
    expect(asked).toHaveLength(2);
  });

  it('are asked for in bounds, and what is too long to be one is none', async () => {
    const of = names();
    const by = Array.from({ length: 250 }, (_, n) => `f${n}`);
    const found = await of({ kind: 'pack', by, byNames: by.map(() => 'theirs') });
    expect([found.size, asked.map(({ length }) => length)]).toEqual([250, [100, 100, 50]]);
    expect(await of(decision('n'.repeat(2_001)))).toEqual(new Map());
    expect(await of(decision('new', 'f'.repeat(201)))).toEqual(new Map());
    expect(asked).toHaveLength(3);
  });
});
