/** What ten times as much costs a question: pending removals, waiting questions, intents, people, rules. CPU, rounds interleaved. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileDirectory } from '../../src/adapters/files/directory.ts';
import type { Sentences } from '../../src/core/languages.ts';
import type { Store } from '../../src/core/ports.ts';
import { createRecogniser } from '../../src/core/recognise/lessons.ts';
import { aboutWhom } from '../../src/core/recognise/people.ts';

import { createPolicy } from '../../src/policies/authorise.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import type { Pack } from '../../src/policies/contents.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { makeCrowd, TEAM, writeCrowd } from '../../test/support/crowd.ts';
import { HOLD, PERMIT } from '../../test/support/world.ts';
import { type Figure, figure, median, roundsIn } from '../figure.ts';
import { decisionFigures } from '../policies/decisions.ts';
import { REQUEST } from '../policies.ts';
import { leavingOf, refOf, WORDS } from '../store-work.ts';
import { askSqlite } from './cpu.ts';

const ROUNDS = 3;
const TIMES = 10;
const MOST_TOLD = 2;

/** What is put into a store at once, below what may wait there. */
const AT_ONCE = 5_000;

const inParts = async (count: number, put: (n: number) => Promise<unknown>): Promise<void> => {
  for (let done = 0; done < count; done += AT_ONCE) {
    const part = Math.min(AT_ONCE, count - done);
    await Promise.all(Array.from({ length: part }, (_, n) => put(done + n)));
  }
};

const removals =
  (count: number) =>
  async (store: Store): Promise<void> => {
    const far = Date.now() + 365 * 86_400_000;
    await inParts(count, (n) => store.expiries.schedule(leavingOf(refOf(`pending-${n}`), far + n)));
  };

/** Each conversation has one that somebody else works on, and others behind it. */
const BEHIND = 10;

const waiting =
  (count: number) =>
  async (store: Store): Promise<void> => {
    await inParts(count, (n) =>
      store.inbox.accept({
        id: `waiting-${n}`,
        conversation: `waiting-${n % Math.ceil(count / BEHIND)}`,
        tenant: 'T-waiting',
        account: 'slack:U-waiting',
        inbound: WORDS,
        counts: [],
        now: Date.now(),
        leaseMs: 3_600_000,
        claim: true,
      }),
    );
  };

const compared = async (
  rounds: number,
  id: string,
  cost: { readonly one: () => Promise<number>; readonly ten: () => Promise<number> },
): Promise<Figure> => {
  const ratios: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const one = await cost.one();
    ratios.push((await cost.ten()) / one);
  }
  return figure({
    id: `CPU a question at ten times: ${id}`,
    value: median(ratios),
    unit: 'x',
    target: MOST_TOLD,
    direction: 'max',
  });
};

const CALLS = 200;

/** CPU of one call, µs, over many, warm. */
const microsOf = async (seconds: number, act: () => unknown): Promise<number> => {
  for (let i = 0; i < CALLS; i++) await act();
  const end = performance.now() + seconds * 1_000;
  const before = process.cpuUsage();
  let calls = 0;
  do {
    for (let i = 0; i < CALLS; i++) await act();
    calls += CALLS;
  } while (performance.now() < end);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
};

/** Sentences of each language about nothing of the pack. */
const BACKGROUND = 50;

/** The pack's topics and intents so many times over, each with a few sentences, so that learning them takes no minutes. */
const manyIntents = (pack: Pack, times: number): Pack => {
  const copies = ['', ...'abcdefghi'].slice(0, times).map((letter) => (letter === '' ? '' : `${letter}q`));
  const few = (texts: readonly string[], copy: string): readonly string[] =>
    texts.slice(0, 3).map((text) => `${text} ${copy}zw`);
  const fewOf = (texts: Sentences, copy: string): Sentences => ({ en: few(texts.en, copy), de: few(texts.de, copy) });
  const topics = copies.flatMap((copy) =>
    [...pack.topics.values()].map((topic) => ({ ...topic, id: topic.id + copy, guard: fewOf(topic.guard, copy) })),
  );
  const intents = copies.flatMap((copy) =>
    [...pack.intents.values()].map((intent) => ({
      ...intent,
      id: intent.id.replace('.', `${copy}.`),
      topic: intent.topic + copy,
      examples: fewOf(intent.examples, copy),
    })),
  );
  return {
    ...pack,
    topics: new Map(topics.map((topic) => [topic.id, topic])),
    intents: new Map(intents.map((intent) => [intent.id, intent])),
    background: { en: pack.background.en.slice(0, BACKGROUND), de: pack.background.de.slice(0, BACKGROUND) },
  };
};

/** Recognises and decides by a pack of so many times the intents. */
const understanding = async (pack: Pack, times: number) => {
  const catalogue = manyIntents(pack, times);
  const recogniser = createRecogniser({ catalogue });
  const folders = packFolders(null);
  const policy = await createPolicy({ catalogue, folders, restrictions: [], restrictionsVersion: 0 });
  if (policy.decide(REQUEST).effect !== 'permit')
    throw new Error('its question is refused: the bench measures nothing');
  const recognise = () => recogniser.recognise({ text: 'how many days of leave have I left?', locale: 'en' });
  return {
    knows: (text: string): boolean => recogniser.knows(text),
    recognise,
    both: () => [recognise(), policy.decide(REQUEST)],
  };
};

/** Ten times as many are about as many as a file may hold. */
const PEOPLE = 1_200;

/** A question that names somebody, asked by an account that is looked up. */
const namingSomebody = (folder: string, count: number, knows: (text: string) => boolean): (() => Promise<unknown>) => {
  const people = makeCrowd({ count });
  const { directory: path } = writeCrowd(folder, people);
  const directory = createFileDirectory({ path });
  let n = 0;
  return async () => {
    n += 7;
    const user = people[n % count]?.slackUser ?? '';
    const asker = await directory.find({ platform: 'slack', tenant: TEAM, user, external: false });
    if (!asker.ok) throw new Error('the asker is not known: the bench measures nothing');
    const text = `how many days of leave does ${people[(n * 3) % count]?.name} have left?`;
    const about = await aboutWhom({ text, asker: asker.person, intent: null, directory, knows });
    if (about.subject === null) throw new Error('nobody was named: the bench measures nothing');
  };
};

export const growthFigures = async (seconds: number): Promise<readonly Figure[]> => {
  const rounds = roundsIn(seconds, ROUNDS);
  const [each, some] = [seconds / 5, Math.round(seconds * 1_000)];
  const asked = async (decision: typeof PERMIT, fill: (store: Store) => Promise<void>): Promise<number> =>
    (await askSqlite({ questions: Math.max(300, some / 4), decision, fill })).cpuMicros;
  const catalogue = loadCatalogue({ folders: packFolders(null) });
  const [few, many] = [await understanding(catalogue, 1), await understanding(catalogue, TIMES)];
  const micros = (act: () => unknown) => (): Promise<number> => microsOf(each / 4, act);
  const rules = (await decisionFigures({ seconds: each })).find(({ id }) => id === 'ten-times-the-rules');
  const folders = [1, TIMES].map(() => mkdtempSync(join(tmpdir(), 'sotto-bench-')));
  try {
    const [team, company] = folders.map((folder, at) =>
      namingSomebody(folder, PEOPLE * (at === 0 ? 1 : TIMES), few.knows),
    );
    if (team === undefined || company === undefined) throw new Error('there is nobody to ask about');
    return [
      await compared(rounds, `pending removals, ${TIMES * some}`, {
        one: () => asked(HOLD, removals(some)),
        ten: () => asked(HOLD, removals(TIMES * some)),
      }),
      await compared(rounds, `waiting questions, ${TIMES * some}`, {
        one: () => asked(PERMIT, waiting(some)),
        ten: () => asked(PERMIT, waiting(TIMES * some)),
      }),
      await compared(rounds, `intents, ${TIMES * catalogue.intents.size}, recognition and a decision`, {
        one: micros(few.both),
        ten: micros(many.both),
      }),
      await compared(rounds, `people, ${TIMES * PEOPLE}, directory and names alone`, {
        one: micros(team),
        ten: micros(company),
      }),
      ...(rules === undefined ? [] : [{ ...rules, id: 'CPU a question at ten times: rules, a decision alone' }]),
      {
        ...(await compared(rounds, `intents, ${TIMES * catalogue.intents.size}, recognition alone`, {
          one: micros(few.recognise),
          ten: micros(many.recognise),
        })),
        target: null,
        ok: true,
      },
    ];
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
};
