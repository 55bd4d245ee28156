/**
 * CLINC150 (Larson et al. 2019, "An Evaluation Dataset for Intent Classification and Out-of-Scope Prediction"; CC BY 3.0), where it
 * stands beside the project: learnt from its training rows, thresholds and figures from its validation rows. No row of it ships.
 */
import { readFileSync } from 'node:fs';
import { type LabelledText, trainRecogniser } from '../../src/core/recognise/lessons.ts';
import { type Figure, figure } from '../figure.ts';
import { share } from './outcome.ts';
import type { Peer } from './peers.ts';

const DATA = new URL('../../../shared/data/clinc150/', import.meta.url);

export interface Clinc {
  readonly train: readonly LabelledText[];
  readonly validation: readonly LabelledText[];
}

const rowsIn = (name: string): readonly LabelledText[] =>
  readFileSync(new URL(name, DATA), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LabelledText);

/** Null, and said, where it is not there. */
export const loadClinc = (): Clinc | null => {
  try {
    return { train: rowsIn('train.jsonl'), validation: rowsIn('validation.jsonl') };
  } catch {
    console.error('CLINC150 is not beside the project: its figures are left out.');
    return null;
  }
};

/** A seeded order; the same seed, the same. */
const shuffled = <T>(items: readonly T[], seed: number): readonly T[] => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  return items
    .map((item) => ({ item, by: next() }))
    .toSorted((a, b) => a.by - b.by)
    .map(({ item }) => item);
};

/** So many rows of each intent, and all that are about none. */
export const fewOf = (rows: readonly LabelledText[], shots: number, seed: number): readonly LabelledText[] => {
  const counts = new Map<string, number>();
  return shuffled(rows, seed).filter(({ intent }) => {
    if (intent === null) return true;
    const count = counts.get(intent) ?? 0;
    counts.set(intent, count + 1);
    return count < shots;
  });
};

/** What a classifier makes of a text: its likeliest intent, and how sure it is that there is one. */
interface Answer {
  readonly best: string | null;
  readonly confidence: number;
}

export interface ClincResult {
  /** Of those in scope, percent whose likeliest intent is right. */
  readonly accuracy: number;
  /** At the threshold that rejects 5 % of those in scope: of those that are about none, percent rejected. */
  readonly unknownRecall: number;
  /** At the same threshold: of those in scope, percent right and accepted. */
  readonly accepted: number;
  readonly auroc: number;
  readonly trainingSeconds: number;
}

const REJECTED = 0.05;

const resultOf = (
  validation: readonly LabelledText[],
  answers: readonly Answer[],
  trainingSeconds: number,
): ClincResult => {
  const judged = validation.map(({ intent }, at) => {
    const { best = null, confidence = 0 } = answers[at] ?? {};
    return { intent, best, confidence };
  });
  const inside = judged.filter(({ intent }) => intent !== null);
  const outside = judged.filter(({ intent }) => intent === null);
  const ascending = inside.map(({ confidence }) => confidence).toSorted((a, b) => a - b);
  const threshold = ascending[Math.floor(REJECTED * ascending.length)] ?? 0;
  let above = 0;
  for (const out of outside) {
    for (const { confidence } of inside)
      above += confidence > out.confidence ? 1 : confidence === out.confidence ? 0.5 : 0;
  }
  return {
    accuracy: share(inside, ({ best, intent }) => best === intent),
    unknownRecall: share(outside, ({ confidence }) => confidence < threshold),
    accepted: share(inside, ({ best, intent, confidence }) => best === intent && confidence >= threshold),
    auroc: above / (inside.length * outside.length),
    trainingSeconds,
  };
};

export const ownResult = (rows: readonly LabelledText[], validation: readonly LabelledText[]): ClincResult => {
  const started = performance.now();
  const recogniser = trainRecogniser({ rows, validation });
  const seconds = (performance.now() - started) / 1000;
  const answers = validation.map(({ text }) => recogniser.recognise({ text, locale: 'en' }));
  return resultOf(validation, answers, seconds);
};

/** Rows about none are a label of their own to a peer, as they are to Sotto. */
const NONE = 'none';

export const peerResult = async (
  peer: Peer,
  rows: readonly LabelledText[],
  validation: readonly LabelledText[],
): Promise<ClincResult> => {
  const started = performance.now();
  const classify = await peer.train(rows.map(({ text, intent }) => ({ text, label: intent ?? NONE })));
  const seconds = (performance.now() - started) / 1000;
  const answers: Answer[] = [];
  for (const { text } of validation) {
    const scores = [...(await classify(text))].filter(([label]) => label !== NONE && label !== 'None');
    const [best, confidence] = scores.reduce<readonly [string | null, number]>(
      (most, it) => (it[1] > most[1] ? it : most),
      [null, 0],
    );
    answers.push({ best, confidence });
  }
  return resultOf(validation, answers, seconds);
};

const SEEDS = [1, 2, 3];

const mean = (values: readonly number[]): number => values.reduce((sum, it) => sum + it, 0) / values.length;

const fewShot = async (
  { train, validation }: Clinc,
  shots: number,
  result: (rows: readonly LabelledText[], validation: readonly LabelledText[]) => ClincResult | Promise<ClincResult>,
): Promise<number> => {
  const accuracies: number[] = [];
  for (const seed of SEEDS) accuracies.push((await result(fewOf(train, shots, seed), validation)).accuracy);
  return mean(accuracies);
};

const AIMS = { accuracy: 93.3, unknownRecall: 82, auroc: 0.96, tenShot: 84 };

const figuresOf = (of: string, result: ClincResult, aims: typeof AIMS | null): readonly Figure[] => {
  const id = (what: string): string => `CLINC150, ${of}: ${what}`;
  const rising = { direction: 'min', unit: '%' } as const;
  return [
    figure({ ...rising, id: id('accuracy'), value: result.accuracy, target: aims?.accuracy ?? null }),
    figure({
      ...rising,
      id: id('unknown recall at 5 % rejection'),
      value: result.unknownRecall,
      target: aims?.unknownRecall ?? null,
    }),
    figure({ ...rising, id: id('right and accepted at 5 % rejection'), value: result.accepted, target: null }),
    figure({ ...rising, id: id('AUROC'), value: result.auroc, unit: '', target: aims?.auroc ?? null }),
    figure({ id: id('training'), value: result.trainingSeconds, unit: 's', target: null, direction: 'max' }),
  ];
};

/** A short round: few examples, once, of Sotto's own alone. */
export const clincFigures = async (o: {
  readonly short: boolean;
  readonly peers: readonly Peer[];
}): Promise<readonly Figure[]> => {
  const clinc = loadClinc();
  if (clinc === null) return [];
  const { train, validation } = clinc;
  if (o.short) return figuresOf('10 examples an intent', ownResult(fewOf(train, 10, 1), validation), null);
  const few = (of: string, shots: number, value: number, target: number | null): Figure =>
    figure({
      id: `CLINC150, ${of}: accuracy, ${shots} examples an intent`,
      value,
      unit: '%',
      target,
      direction: 'min',
    });
  const figures: Figure[] = [
    ...figuresOf('Sotto', ownResult(train, validation), AIMS),
    few('Sotto', 10, await fewShot(clinc, 10, ownResult), AIMS.tenShot),
    few('Sotto', 20, await fewShot(clinc, 20, ownResult), null),
  ];
  for (const peer of o.peers) {
    const result = (rows: readonly LabelledText[]): Promise<ClincResult> => peerResult(peer, rows, validation);
    figures.push(
      ...figuresOf(peer.name, await result(train), null),
      few(peer.name, 10, await fewShot(clinc, 10, result), null),
      few(peer.name, 20, await fewShot(clinc, 20, result), null),
    );
  }
  return figures;
};
