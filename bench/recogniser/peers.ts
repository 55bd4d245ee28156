/** Two libraries that learn intents from sentences, given the same rows as Sotto's own learner. */
import { loadPeer } from '../peer.ts';

export interface PeerRow {
  readonly text: string;
  readonly label: string;
}

/** How likely each label is, 0 to 1; a label that is not there is 0. */
export type Scores = ReadonlyMap<string, number>;
export type Classify = (text: string) => Promise<Scores>;

export interface Peer {
  readonly name: string;
  readonly train: (rows: readonly PeerRow[]) => Promise<Classify>;
}

interface NlpProcess {
  readonly classifications: readonly { readonly intent: string; readonly score: number }[];
}
interface Nlp {
  settings: Record<string, unknown>;
  addLanguage(locale: string): void;
  addDocument(locale: string, text: string, intent: string): void;
  train(): Promise<void>;
  process(locale: string, text: string): Promise<NlpProcess>;
}
interface Container {
  use(plugin: unknown): void;
  get(name: 'nlp'): Nlp;
}

const silently = async <T>(work: () => Promise<T>): Promise<T> => {
  const { log, warn } = console;
  // It prints a line for each epoch and each text it can do nothing with, whatever its settings say.
  console.log = () => undefined;
  console.warn = () => undefined;
  try {
    return await work();
  } finally {
    console.log = log;
    console.warn = warn;
  }
};

const nlpJs = (): Peer | null => {
  const core = loadPeer<{ containerBootstrap(): Promise<Container> }>('@nlpjs/core');
  const nlp = loadPeer<{ Nlp: unknown }>('@nlpjs/nlp');
  const english = loadPeer<{ LangEn: unknown }>('@nlpjs/lang-en-min');
  if (core === null || nlp === null || english === null) return null;
  return {
    name: 'nlp.js',
    train: async (rows) => {
      const container = await core.containerBootstrap();
      container.use(nlp.Nlp);
      container.use(english.LangEn);
      const manager = container.get('nlp');
      Object.assign(manager.settings, { autoSave: false, forceNER: false });
      manager.addLanguage('en');
      for (const { text, label } of rows) manager.addDocument('en', text, label);
      await silently(() => manager.train());
      return async (text) => {
        const { classifications } = await silently(() => manager.process('en', text));
        return new Map(classifications.map(({ intent, score }) => [intent, score]));
      };
    },
  };
};

interface Pairs {
  size(): number;
  get(at: number): readonly [probability: number, label: string];
  delete(): void;
}
interface FastText {
  trainSupervised(
    url: string,
    settings: Readonly<Record<string, unknown>>,
    onProgress: () => void,
  ): Promise<{ predict(text: string, most: number, threshold: number): Pairs }>;
}
interface FastTextPackage {
  getFastTextModule(): Promise<unknown>;
  getFastTextClass(o: { readonly getFastTextModule: () => Promise<unknown> }): Promise<new () => FastText>;
}

/** Characters 3 to 5 and pairs of words, as published for short texts; smaller tables than its own, which fill the memory of its WASM. */
const FASTTEXT = {
  lr: 1,
  dim: 50,
  epoch: 50,
  wordNgrams: 2,
  minn: 3,
  maxn: 5,
  bucket: 200_000,
  loss: 'softmax',
  minCount: 1,
  verbose: 0,
};
const LABEL = '__label__';
/** It reads one line at a time. */
const oneLine = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ');

const fastText = (): Peer | null => {
  const library = loadPeer<FastTextPackage>('fasttext.wasm.js');
  if (library === null) return null;
  return {
    name: 'fasttext.wasm.js',
    train: async (rows) => {
      const Model = await library.getFastTextClass(library);
      const lines = rows.map(({ text, label }) => `${LABEL}${label} ${oneLine(text)}\n`).join('');
      const data = `data:text/plain;base64,${Buffer.from(lines).toString('base64')}`;
      const model = await new Model().trainSupervised(data, FASTTEXT, () => undefined);
      return async (text) => {
        const pairs = model.predict(`${oneLine(text)}\n`, -1, 0);
        const scores = new Map<string, number>();
        for (let at = 0; at < pairs.size(); at++) {
          const [probability, label] = pairs.get(at);
          scores.set(label.slice(LABEL.length), probability);
        }
        pairs.delete();
        return scores;
      };
    },
  };
};

/** Those that are here; what is not, is said. */
export const peers = (): readonly Peer[] =>
  [
    { name: 'nlp.js', peer: nlpJs() },
    { name: 'fasttext.wasm.js', peer: fastText() },
  ].flatMap(({ name, peer }) => {
    if (peer === null) console.error(`${name} is not here and could not be installed: its figures are left out.`);
    return peer ?? [];
  });
