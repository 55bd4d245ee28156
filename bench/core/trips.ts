/** Round trips that a question waits for, counted where the core asks the store. */
import type { Store } from '../../src/core/ports.ts';
import { createProbing } from '../../src/core/probing.ts';
import { createRecording } from '../../src/core/recording.ts';
import { createWork } from '../../src/core/work.ts';
import { createTestWorld, HOLD, PERMIT, question, recordOf } from '../../test/support/world.ts';
import { type Figure, figure } from '../figure.ts';

const MOST_WAIT_MS = 10_000;

interface Verb {
  readonly name: string;
  /** The question that it is about, or that it found. Null: nobody's, as when the loop looks and finds nothing. */
  question: string | null;
}

/** Every verb of every port of the store, noted when it is asked. */
const noting = (store: Store, verbs: Verb[]): Store => {
  const port = <P extends object>(name: string, of: P): P =>
    new Proxy(of, {
      get: (target, property) => {
        const verb: unknown = Reflect.get(target, property);
        if (typeof verb !== 'function') return verb;
        return (...given: readonly unknown[]): unknown => {
          const answer: unknown = Reflect.apply(verb, target, given);
          // What answers at once (a share of a count) is kept by the process: nobody waits for the store.
          if (!(answer instanceof Promise)) return answer;
          const [first] = given as readonly ({ readonly id?: unknown } | undefined)[];
          const noted: Verb = {
            name: `${name}.${String(property)}`,
            question: typeof first?.id === 'string' ? first.id : null,
          };
          verbs.push(noted);
          return answer.then((found: unknown) => {
            const [claim] = Array.isArray(found) ? (found as readonly { readonly id?: unknown }[]) : [];
            if (noted.question === null && typeof claim?.id === 'string') noted.question = claim.id;
            return found;
          });
        };
      },
    });
  const names = Object.keys(store).filter((name): name is Exclude<keyof Store, 'close'> => name !== 'close');
  return { ...store, ...Object.fromEntries(names.map((name) => [name, port(name, store[name])])) };
};

/** What the loops ask of the store for themselves, whatever is asked: nobody's answer waits for it. */
const LOOKING: ReadonlySet<string> = new Set([
  'inbox.claim',
  'inbox.next',
  // The loop that sweeps, once when it begins.
  'standing.current',
  'conversations.scan',
  'conversations.sweep',
  'decisions.sweep',
  // Likewise, for proposals that have had their time.
  'proposals.all',
  // What was judged is kept once a second, behind the questions.
  'decisions.add',
  'inbox.sweep',
]);

/** Verbs that were asked from a question's acceptance until its answer was visible; `after` that many others of its conversation. */
const tripsOf = async (o: { readonly hold: boolean; readonly behind: boolean }): Promise<readonly string[]> => {
  const t = createTestWorld();
  const verbs: Verb[] = [];
  t.script.decide = () => (o.hold ? HOLD : PERMIT);
  const store = noting(t.world.store, verbs);
  const recording = createRecording({ ...t.world, store, groups: new Set(['employee']) });
  const work = createWork({ ...t.world, store, recording, probing: createProbing({ ...t.world, store }) });
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  t.script.fetch = async () => {
    if (o.behind) await gate;
    return { ok: true, records: [recordOf('evan')] };
  };
  const visible = (): number => t.messages.filter(({ card }) => card.text.includes('12 days')).length;
  const until = async (answers: number): Promise<void> => {
    const end = performance.now() + MOST_WAIT_MS;
    while (visible() < answers) {
      if (performance.now() > end) throw new Error('no answer came: the bench measures nothing');
      await new Promise(setImmediate);
    }
  };
  try {
    work.start();
    recording.start();
    if (o.behind) await work.accept(question());
    const asked = question();
    await work.accept(asked);
    go();
    await until(o.behind ? 2 : 1);
    const seen = [...verbs];
    await Promise.all([work.stop({ graceMs: 5_000 }), recording.stop({ graceMs: 5_000 })]);
    return (
      seen
        .filter(({ name, question: of }) => of === asked.id || (of === null && !LOOKING.has(name)))
        .map(({ name }) => name)
        // Asked when the answer stood already, or before it and waited for by nobody: how a question ends.
        .filter((name) => name !== 'inbox.settle')
    );
  } finally {
    await t.close();
  }
};

export const tripFigures = async (): Promise<readonly Figure[]> => {
  const exactly = (id: string, trips: readonly string[], target: number): Figure => {
    if (trips.length < target) throw new Error(`${id} made ${trips.length} trips: somebody counts wrongly`);
    return figure({
      id: `awaited trips: ${id} (${trips.map((name) => name.replace('inbox.', '')).join(', ')})`,
      value: trips.length,
      unit: 'trips',
      target,
      direction: 'max',
    });
  };
  return [
    exactly('a message', await tripsOf({ hold: false, behind: false }), 2),
    exactly('a message that was queued', await tripsOf({ hold: false, behind: true }), 3),
    exactly('hold-reveal', await tripsOf({ hold: true, behind: false }), 3),
  ];
};
