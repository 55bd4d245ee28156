/** How well and how fast the recogniser of the pack that ships is, and the same learner on the public CLINC150 where that stands beside the project. */
import { readFileSync } from 'node:fs';
import { namesIn, rowsOf } from '../src/core/recognise/corpus.ts';
import { createEncoder } from '../src/core/recognise/features.ts';
import { guardColumns, guardThresholds } from '../src/core/recognise/guard.ts';
import { learnt, outOfFold } from '../src/core/recognise/model.ts';
import { createRecogniser, type LabelledText, trainRecogniser } from '../src/core/recognise/recogniser.ts';
import { matrixOf } from '../src/core/recognise/solver.ts';
import type { Catalogue } from '../src/core/types.ts';
import { loadCatalogue } from '../src/policies/catalogue.ts';
import { packFolders } from '../src/policies/pack.ts';
import { type Bench, type Figure, figure } from './figure.ts';

const DATA = new URL('../../shared/data/clinc150/', import.meta.url);
const WORDS = 20;
/** Of the hundred examples of each intent, a short round learns a fifth. */
const STEP = 5;

const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;

const percent = (hits: number, of: number): number => (100 * hits) / Math.max(1, of);

/** Messages of twenty words, made of the pack's own sentences. */
const messagesOf = (catalogue: Catalogue): readonly string[] => {
  const words = [...catalogue.intents.values()].flatMap(({ examples }) => examples.en.join(' ').split(/\s+/));
  return Array.from({ length: 500 }, (_, index) => {
    const start = (index * 7) % Math.max(1, words.length - WORDS);
    return words.slice(start, start + WORDS).join(' ');
  });
};

const speed = (catalogue: Catalogue, seconds: number): readonly Figure[] => {
  const started = performance.now();
  const recogniser = createRecogniser({ catalogue });
  const training = performance.now() - started;
  const messages = messagesOf(catalogue);
  const times: number[] = [];
  for (const text of messages) recogniser.recognise({ text, locale: 'en' });
  for (const until = performance.now() + 1000 * seconds; performance.now() < until; ) {
    for (const text of messages) {
      const before = performance.now();
      recogniser.recognise({ text, locale: 'en' });
      times.push(1000 * (performance.now() - before));
    }
  }
  return [
    figure({ id: 'training of the pack', value: training, unit: 'ms', target: 5000, direction: 'max' }),
    figure({ id: 'a 20-word message, p50', value: at(times, 0.5), unit: 'µs', target: 100, direction: 'max' }),
    figure({ id: 'a 20-word message, p99', value: at(times, 0.99), unit: 'µs', target: 1000, direction: 'max' }),
  ];
};

/** Every sentence of the pack judged by models that did not see it. Its background is full of traps, so this is harder than everyday talk. */
const guardFigures = (catalogue: Catalogue): readonly Figure[] => {
  const rows = rowsOf(catalogue);
  const encoder = createEncoder({ texts: rows.map((row) => row.tokens), strangers: namesIn(catalogue) });
  const matrix = matrixOf({
    count: rows.length,
    columns: encoder.size,
    vector: (row) => encoder.vector(encoder.pieces(rows[row]?.tokens ?? [])),
  });
  const topics = [...catalogue.topics.keys()];
  const margins = learnt(outOfFold({ matrix, columns: guardColumns(rows, topics), seed: 1, folds: 5 }));
  const thresholds = guardThresholds({ rows, topics, margins });
  const salary = topics.indexOf('salary');
  const suspected = rows.map((_, row) => (margins[row * topics.length + salary] ?? 0) > (thresholds[salary] ?? 0));
  const share = (about: boolean): number => {
    const chosen = suspected.filter((_, row) => (rows[row]?.topic === 'salary') === about);
    return percent(chosen.filter((it) => it).length, chosen.length);
  };
  return [
    figure({
      id: 'salary guard, out of fold: suspected of pay',
      value: share(true),
      unit: '%',
      target: 80,
      direction: 'min',
    }),
    figure({
      id: 'salary guard, out of fold: suspected of the rest',
      value: share(false),
      unit: '%',
      target: 8,
      direction: 'max',
    }),
  ];
};

const readRows = (name: string): readonly LabelledText[] =>
  readFileSync(new URL(name, DATA), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LabelledText);

/** Every fifth example of each intent, and all that are about none. */
const everyFifth = (rows: readonly LabelledText[]): readonly LabelledText[] => {
  const counts = new Map<string | null, number>();
  return rows.filter(({ intent }) => {
    const count = counts.get(intent) ?? 0;
    counts.set(intent, count + 1);
    return count % STEP === 0 || intent === null;
  });
};

const clinc = (short: boolean): readonly Figure[] => {
  let train: readonly LabelledText[];
  let validation: readonly LabelledText[];
  try {
    [train, validation] = [readRows('train.jsonl'), readRows('validation.jsonl')];
  } catch {
    console.error('CLINC150 is not beside the project: its figures are left out.');
    return [];
  }
  const started = performance.now();
  const recogniser = trainRecogniser({ rows: short ? everyFifth(train) : train, validation });
  const seconds = (performance.now() - started) / 1000;
  const answers = validation.map(({ text, intent }) => ({
    intent,
    answer: recogniser.recognise({ text, locale: 'en' }),
  }));
  const inside = answers.filter(({ intent }) => intent !== null);
  const outside = answers.filter(({ intent }) => intent === null);
  const right = inside.filter(({ intent, answer }) => answer.best === intent).length;
  const accepted = inside.filter(({ intent, answer }) => answer.intent === intent).length;
  const refused = outside.filter(({ answer }) => answer.intent === null).length;
  const above = outside.reduce(
    (sum, out) => sum + inside.filter(({ answer }) => answer.confidence > out.answer.confidence).length,
    0,
  );
  const id = (what: string): string => `CLINC150 validation${short ? ', 20 examples an intent' : ''}: ${what}`;
  return [
    figure({
      id: id('accuracy'),
      value: percent(right, inside.length),
      unit: '%',
      target: short ? 85 : 92.5,
      direction: 'min',
    }),
    figure({
      id: id('right and accepted at 5 % rejection'),
      value: percent(accepted, inside.length),
      unit: '%',
      target: null,
      direction: 'min',
    }),
    figure({
      id: id('unknown recall at 5 % rejection'),
      value: percent(refused, outside.length),
      unit: '%',
      target: null,
      direction: 'min',
    }),
    figure({
      id: id('AUROC'),
      value: above / Math.max(1, inside.length * outside.length),
      unit: '',
      target: short ? null : 0.95,
      direction: 'min',
    }),
    figure({ id: id('training and tuning'), value: seconds, unit: 's', target: null, direction: 'max' }),
  ];
};

export const bench: Bench = async ({ seconds }) => {
  const catalogue = loadCatalogue({ folders: packFolders(null) });
  return [...speed(catalogue, seconds), ...guardFigures(catalogue), ...clinc(seconds <= 2)];
};
