import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { offeredOf } from '../../src/core/candidates.ts';
import type { Colleague } from '../../src/core/types.ts';

const person = (id: string, name: string, department?: string): Colleague => ({
  id,
  name,
  manager: null,
  ...(department === undefined ? {} : { department }),
});

const labels = (...people: readonly Colleague[]): readonly string[] =>
  offeredOf(people).people.map(({ label }) => label);

describe('whom of several a question may mean', () => {
  it('is said by name, in their order', () => {
    expect(labels(person('b', 'Mona Keller', 'Sales'), person('a', 'Mona Brandt'))).toEqual([
      'Mona Brandt',
      'Mona Keller',
    ]);
  });

  it('is told apart by department where two share a name', () => {
    expect(
      labels(person('a', 'Mona Keller', 'Sales'), person('b', 'mona keller', 'IT'), person('c', 'Mona Brandt')),
    ).toEqual(['Mona Brandt', 'Mona Keller (Sales)', 'mona keller (IT)']);
  });

  it('is not offered where nothing tells two of them apart', () => {
    const same = [person('a', 'Mona Keller', 'Sales'), person('b', 'Mona Keller', 'sales')];
    expect(offeredOf(same)).toEqual({ people: [], complete: false });
    expect(offeredOf([...same, person('c', 'Mona Keller', 'IT')])).toEqual({
      people: [{ id: 'c', label: 'Mona Keller (IT)' }],
      complete: false,
    });
    expect(labels(person('a', 'Mona Keller'), person('b', 'Mona Keller'))).toEqual([]);
  });

  it('is at most five, each with a label of their own, and says whether anybody was left out', () => {
    const some = fc.array(
      fc.record({
        id: fc.stringMatching(/^[a-z]{1,2}$/),
        name: fc.constantFrom('Mona Keller', 'Mona Brandt', 'MONA BRANDT', 'Jan Berg'),
        department: fc.constantFrom('Sales', 'IT', 'Legal'),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(some, (given) => {
        const people = given.map(({ id, name, department }) => person(id, name, department));
        const offered = offeredOf(people);
        const said = offered.people.map(({ label }) => label.toLowerCase());
        expect(said.length).toBeLessThanOrEqual(5);
        expect(new Set(said).size).toBe(said.length);
        expect(offered.complete).toBe(said.length === new Set(people.map(({ id }) => id)).size);
      }),
    );
  });
});
