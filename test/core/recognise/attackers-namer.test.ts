/** Whatever a foreign model says of a question about somebody else's pay, it is not answered with pay. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Judging, judging } from '../../../src/cli/judging.ts';
import { explainQuestion } from '../../../src/core/explain.ts';
import type { Namer } from '../../../src/core/ports.ts';
import { withNamer } from '../../../src/core/recognise/second.ts';
import { signedInAt } from '../../../src/core/sign-in/grants.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { learntBefore } from '../../support/learnt-before.ts';
import { OTHERS_PAY } from '../../support/others-pay.ts';

const clock = createFakeClock(Date.UTC(2026, 10, 25, 10));

describe('a model that names what it likes', () => {
  let world: Judging;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-namer-'));
    await learntBefore(folder);
    world = await judging({ SOTTO_DATA: folder });
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const explained = async (o: { readonly name: Namer['name']; readonly as: string; readonly text: string }) => {
    const { ports } = world;
    const recogniser = withNamer({
      own: ports.recogniser,
      namer: { name: o.name },
      catalogue: ports.catalogue,
      clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics: { count: () => undefined, observe: () => undefined },
    });
    return explainQuestion({
      ports: {
        ...ports,
        recogniser,
        clock,
        // Signed in this very moment: nothing but who they are stands between them and the data.
        grants: signedInAt(clock.now()),
      },
      person: await world.personCalled(o.as),
      platform: 'slack',
      place: 'direct',
      asked: { kind: 'text', text: o.text },
      history: [],
      denials: null,
    });
  };

  const named = new Map<string, Awaited<ReturnType<typeof explained>>>();
  /** What Evan gets for a text that the model says is this intent: found out once, for more than one thing is said of it. */
  const gets = async (text: string, intent: string) => {
    const key = `${intent} ${text}`;
    const got = named.get(key) ?? (await explained({ name: async () => ({ intent }), as: 'evan', text }));
    named.set(key, got);
    return got;
  };

  /** Whether what would be read is pay. */
  const readsPay = (intent: string | null): boolean => {
    const operation = intent === null ? null : (world.ports.catalogue.intents.get(intent)?.operation ?? null);
    return operation !== null && world.ports.backend.operation(operation)?.dataClass === 'pay';
  };

  it('gets nobody the pay of somebody else, over every intent of the pack', async () => {
    const ids = [...world.ports.catalogue.intents.keys()];
    expect(ids.filter(readsPay).length).toBeGreaterThan(1);
    for (const text of OTHERS_PAY) {
      for (const intent of ids) {
        const { outcome, intent: judged } = await gets(text, intent);
        expect([text, intent, outcome === 'answer' && readsPay(judged)]).toEqual([text, intent, false]);
      }
    }
  }, 120_000);

  it('gets nobody the pay of somebody else, whatever it answers', async () => {
    const ids = [...world.ports.catalogue.intents.keys()];
    const answer = fc.oneof(
      fc.record({ intent: fc.constantFrom(...ids), confidence: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({
        intent: fc.oneof(fc.constantFrom(...ids), fc.string(), fc.constant(null)),
        confidence: fc.anything(),
      }),
      fc.anything({ withNullPrototype: true, withBigInt: true }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...OTHERS_PAY),
        fc.constantFrom('evan', 'carl', 'gus', 'mona'),
        answer,
        async (text, as, says) => {
          const { outcome, intent, about } = await explained({ name: async () => says as never, as, text });
          return !(outcome === 'answer' && readsPay(intent)) || about === 'self';
        },
      ),
      { numRuns: 300 },
    );
  }, 120_000);

  it('takes no refusal away from what the own guards suspect', async () => {
    const { ports } = world;
    const suspected: string[] = [];
    for (const text of OTHERS_PAY) {
      if (!(await ports.recogniser.recognise({ text, locale: 'en' })).topics.includes('salary')) continue;
      suspected.push(text);
      for (const [intent, { topic }] of ports.catalogue.intents) {
        if (topic === 'salary') continue;
        const { outcome } = await gets(text, intent);
        expect([text, intent, outcome]).toEqual([text, intent, 'refuse']);
      }
    }
    expect(suspected.length).toBeGreaterThan(20);
  }, 120_000);

  it('has nothing harmless answered where a guard doubts and does not suspect', async () => {
    const { ports } = world;
    const doubtful: string[] = [];
    // Whatever is learnt, some of a thousand sentences that only sound like pay lie between the two thresholds.
    for (const text of ports.catalogue.background.en) {
      const { topics, doubted } = await ports.recogniser.recognise({ text, locale: 'en' });
      if (topics.includes('salary') || doubted?.includes('salary') !== true) continue;
      doubtful.push(text);
      // And whoever asks why is told of the doubt, which nothing else explains.
      expect(ports.recogniser.why?.({ text })?.doubted).toMatchObject([{ of: 'salary' }]);
      for (const intent of ['leave.policy', 'people.role', 'help.capabilities']) {
        const { outcome } = await explained({ name: async () => ({ intent }), as: 'evan', text });
        expect([text, intent, outcome]).toEqual([text, intent, 'unknown']);
      }
    }
    expect(doubtful).not.toEqual([]);
  }, 120_000);
});
