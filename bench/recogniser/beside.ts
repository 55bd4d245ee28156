/** Peers that learnt the English sentences of the pack, asked about the same unseen and disguised ones. */
import { namesIn, rowsOf } from '../../src/core/recognise/corpus.ts';
import { createEncoder } from '../../src/core/recognise/features.ts';
import { unicodeView } from '../../src/core/recognise/normalise.ts';
import { fullView } from '../../src/core/recognise/unveil.ts';
import type { Catalogue } from '../../src/core/types.ts';
import { DISGUISES } from './disguise.ts';
import { disguisedOf, type EvasionColumn, evasionColumn } from './evasion.ts';
import { type GuardRow, guardRow, type See } from './guard-table.ts';
import { isHarmless, isPay } from './outcome.ts';
import type { Classify, Peer, PeerRow } from './peers.ts';
import { unseenOf } from './unseen.ts';

/** Labels for what has no intent of its own: a further sentence of a topic, and the background. */
const GUARD = '(guard)';
const NONE = '(none)';

const rowsIn = (catalogue: Catalogue): readonly PeerRow[] => {
  const rows: PeerRow[] = [];
  for (const { id, examples } of catalogue.intents.values())
    rows.push(...examples.en.map((text) => ({ text, label: id })));
  for (const { id, guard } of catalogue.topics.values())
    rows.push(...guard.en.map((text) => ({ text, label: `${id}.${GUARD}` })));
  return [...rows, ...catalogue.background.en.map((text) => ({ text, label: NONE }))];
};

/** The front that Sotto reads disguises with, led by the same words. */
const frontOf = (catalogue: Catalogue): ((text: string) => string) => {
  const texts = rowsOf(catalogue).map(({ tokens }) => tokens);
  const words = createEncoder({ texts, strangers: namesIn(catalogue) });
  return (text) => fullView(unicodeView(text), words);
};

interface Likely {
  /** All that is given to intents about pay. */
  readonly pay: number;
  readonly best: string;
}

const likelyIn = async (classify: Classify, text: string): Promise<Likely> => {
  const scores = [...(await classify(text))];
  return {
    pay: scores.reduce((sum, [label, score]) => (isPay(label) ? sum + score : sum), 0),
    best: scores.reduce((most, it) => (it[1] > most[1] ? it : most), [NONE, 0] as const)[0],
  };
};

/** Answers are made for every sentence first: a peer answers later, and what judges does not wait. */
const seeOf = async (classify: Classify, restrictedShare: number): Promise<See> => {
  const english = unseenOf('en');
  const texts = new Set([
    ...english.map(({ text }) => text),
    ...DISGUISES.flatMap((disguise) => disguisedOf('en', disguise)),
  ]);
  const likely = new Map<string, Likely>();
  for (const text of texts) likely.set(text, await likelyIn(classify, text));
  const pay = (text: string): number => likely.get(text)?.pay ?? 0;
  const harmless = english.filter(isHarmless);
  const descending = harmless.map(({ text }) => pay(text)).toSorted((a, b) => b - a);
  const threshold = descending[Math.floor((restrictedShare / 100) * harmless.length)] ?? 0;
  return (text) => {
    const { best = NONE } = likely.get(text) ?? {};
    const intents = best === NONE || best === 'None' || best.endsWith(GUARD) || isPay(best) ? [] : [best];
    return { suspected: pay(text) > threshold, intents };
  };
};

export interface Beside {
  readonly rows: readonly GuardRow[];
  readonly columns: readonly EvasionColumn[];
}

/** `restrictedShare`: percent of the harmless English sentences that Sotto restricts, and a peer may. */
export const beside = async (o: {
  readonly catalogue: Catalogue;
  readonly peers: readonly Peer[];
  readonly restrictedShare: number;
}): Promise<Beside> => {
  const front = frontOf(o.catalogue);
  const learnt = rowsIn(o.catalogue);
  const rows: GuardRow[] = [];
  const columns: EvasionColumn[] = [];
  for (const peer of o.peers) {
    const bare = await peer.train(learnt);
    const plain = await seeOf(bare, o.restrictedShare);
    const fronted = await seeOf((text) => bare(front(text)), o.restrictedShare);
    rows.push(guardRow(`${peer.name}, en`, unseenOf('en'), plain));
    columns.push(
      evasionColumn(`${peer.name}, en`, 'en', plain),
      evasionColumn(`${peer.name} with front, en`, 'en', fronted),
    );
  }
  return { rows, columns };
};
