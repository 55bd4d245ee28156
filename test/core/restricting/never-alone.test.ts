/** Whatever two people of HR do in whatever order, what permits more comes into force by both of them and never by one. */
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Author } from '../../../src/core/restricting/author.ts';
import type { Change } from '../../../src/core/restricting/changing.ts';
import { createDraft } from '../../../src/core/restricting/create.ts';
import { versions } from '../../../src/core/restricting/history.ts';
import { publishDraft } from '../../../src/core/restricting/publish.ts';
import { accountFor, createHrStage, HANA, type HrStage, HUGO } from '../../support/hr-stage.ts';
import { PLAIN_RESTRICTION } from '../../support/restricting.ts';

type Who = 'hugo' | 'hana';

const author = (person: Who): Author => ({ person, account: accountFor(person) });
const who = fc.constantFrom<Who>('hugo', 'hana');
const which = fc.nat({ max: 5 });
/** Mostly their own: who is not the author is turned away at once. */
const own = fc.constantFrom(true, true, true, false);

const input = fc
  .record({
    id: fc.constantFrom('a', 'b'),
    forbids: fc.subarray(['leave', 'salary', 'leave.balance'], { minLength: 1 }),
    exceptGroups: fc.subarray(['payroll', 'manager']),
    places: fc.subarray(['direct', 'channel'] as const),
    until: fc.constantFrom(null, '2098-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z'),
  })
  .map((each) => ({ title: 'T', ...each }));

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), input, replaces: fc.boolean() }),
  fc.record({ kind: fc.constant('lift' as const), id: fc.constantFrom('a', 'b') }),
  fc.record({ kind: fc.constant('roll-back' as const), version: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant('resume' as const), id: fc.constantFrom('a', 'b') }),
);

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('draft' as const), by: who, change }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('publish' as const), own, which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('approve' as const), own, approver: who, which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), by: who, of: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pack' as const), pack: fc.constantFrom('pack-1', 'pack-2') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('twice' as const), own, which }) },
);

describe('what permits more', () => {
  let stage: HrStage | null = null;
  afterEach(async () => {
    await stage?.close();
    stage = null;
  });

  it('never comes into force by one person, nor unrecorded, nor other than it was drafted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 25 }), async (actions) => {
        await stage?.close();
        stage = createHrStage();
        const { world, entries, script } = stage.t;
        const { restrictions: store } = world.store;
        await store.change({
          put: [{ ...PLAIN_RESTRICTION, id: 'a', title: 'A', forbids: ['leave', 'salary'] }],
          remove: [],
          expected: null,
          hash: null,
          record: null,
          settles: null,
        });
        const drafted: { readonly id: string; readonly hash: string; readonly by: Who }[] = [];
        for (const step of actions) {
          const before = (await store.current()).restrictions;
          const seen = entries.length;
          let people: readonly Who[] = [];
          const of = 'which' in step ? drafted[step.which % Math.max(1, drafted.length)] : undefined;
          if (step.do === 'draft') {
            const created = await createDraft(world, { change: step.change, why: 'why', by: author(step.by) });
            if (created.ok) drafted.push({ id: created.id, hash: created.hash, by: step.by });
          } else if (step.do === 'leave') {
            const person = step.by === 'hugo' ? HUGO : HANA;
            stage.people.set(step.by, step.of ? { ...person, groups: ['employee'] } : person);
          } else if (step.do === 'pack') {
            script.restricting.pack = step.pack;
          } else if (of !== undefined) {
            const by: Who = step.own === (of.by === 'hugo') ? 'hugo' : 'hana';
            const approver = step.do === 'approve' ? author(step.approver) : null;
            const o = { id: of.id, hash: of.hash, by: author(by), approver };
            people = approver === null ? [by] : [by, approver.person as Who];
            const times = step.do === 'twice' ? 2 : 1;
            await Promise.all(Array.from({ length: times }, () => publishDraft(world, o)));
          }
          const after = (await store.current()).restrictions;
          const now = world.clock.now();
          const became = world.restricting.compare({ before, after, now });
          if (JSON.stringify(before) === JSON.stringify(after)) continue;
          // The drafter is one of them, and what was drafted is what they asked for.
          expect(of).toBeDefined();
          expect(people[0]).toBe(of?.by);
          if (became === 'weaker') {
            expect(new Set(people).size).toBe(2);
            expect(stage.people.get(people[0] ?? '')?.groups).toContain('hr');
          }
          const { value } = await versions(world).next();
          expect(value?.detail).toMatchObject({ proposal: of?.id, by: people[0], approvedBy: people[1] ?? null });
          const noted = entries.slice(seen).filter((entry) => entry.kind === 'restriction' && entry.version !== null);
          expect(noted.at(-1)).toMatchObject({ version: (await store.current()).version });
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
