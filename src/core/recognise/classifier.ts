/** Which intent: one-vs-rest margins, read as likelihoods among the intents and "none of them". */
import { type Row, signsOf } from './corpus.ts';
import type { Column } from './model.ts';

/** Spreads margins into likelihoods; chosen on validation. */
const TEMPERATURE = 0.25;
/** The same where the best margin is held against that of "none of them" alone. */
const NONE_TEMPERATURE = 0.5;

const TALK = 0.2;
const LOWEST = -9;

export interface IntentLabel {
  readonly id: string;
  /** Null where rows carry no topics. */
  readonly topic: string | null;
  /** True where the topic's further sentences are examples of what this intent is not. */
  readonly apartFromTopic: boolean;
}

/**
 * One column for each intent, one for "none of them", and one for each topic with open intents, of all else that is said of that topic
 * (see `talkColumns`). A topic's further sentences are no intent's: they teach the topic's personal intents nothing, and the others what
 * they are not ("what does Mona get on pay day" is no question for the pay day).
 */
export const intentColumns = (o: {
  readonly rows: readonly Row[];
  readonly labels: readonly IntentLabel[];
  readonly cost: number;
  /** How much more an error on an example of the intent costs than one on any other sentence. */
  readonly weight: number;
  readonly passes: number;
}): readonly Column[] => {
  const { rows, passes, cost, weight } = o;
  const costs = [cost * weight, cost] as const;
  const columns = o.labels.map(({ id, topic, apartFromTopic }): Column => {
    const sign = (row: Row): number => {
      if (row.intent === id) return 1;
      return row.intent === null && topic !== null && row.topic === topic && !apartFromTopic ? 0 : -1;
    };
    return { passes, costs, signs: signsOf(rows, sign) };
  });
  const none = (row: Row): number => (row.intent !== null ? -1 : row.topic === null ? 1 : 0);
  const evenly = { passes, costs: [cost, cost] as const };
  const talk = talkTopics(o.labels).map((topic): Column => {
    const open = new Set(o.labels.flatMap((label) => (label.topic === topic && label.apartFromTopic ? label.id : [])));
    const sign = (row: Row): number => (row.topic === topic && (row.intent === null || !open.has(row.intent)) ? 1 : -1);
    return { ...evenly, signs: signsOf(rows, sign) };
  });
  return [...columns, { ...evenly, signs: signsOf(rows, none) }, ...talk];
};

/** Topics with an intent that is about nobody: of each, what else is said of it has a column of its own. */
const talkTopics = (labels: readonly IntentLabel[]): readonly string[] => [
  ...new Set(labels.flatMap(({ topic, apartFromTopic }) => (topic !== null && apartFromTopic ? topic : []))),
];

/**
 * For each intent the column of all else that is said of its topic, -1: none. An intent that is about nobody is not meant where that is
 * clearly likelier: the topic's guard would suspect nothing of its own topic, and the open intent would be the only one left that is like it.
 */
export const talkColumns = (labels: readonly IntentLabel[]): Int32Array => {
  const topics = talkTopics(labels);
  return Int32Array.from(labels, ({ topic, apartFromTopic }) =>
    topic !== null && apartFromTopic ? labels.length + 1 + topics.indexOf(topic) : -1,
  );
};

/**
 * Which intents may be meant: see `talkColumns`. Margins of the others become so low that no intent is less likely. `TALK` is how much
 * likelier the rest of the topic must be; out of fold it takes two thirds of what was wrongly taken for the pay day, and one in ten that was not.
 */
export const withoutTalk = (margins: Float64Array, talk: Int32Array, offset = 0): void => {
  for (let index = 0; index < talk.length; index++) {
    const column = talk[index] ?? -1;
    if (column >= 0 && (margins[offset + index] ?? 0) < (margins[offset + column] ?? 0) - TALK) {
      margins[offset + index] = LOWEST;
    }
  }
};

export interface Likeliest {
  /** Index of the likeliest intent. */
  readonly best: number;
  /**
   * 0 to 1: two thirds how far it is above "none of them", one third its likelihood among all. The former alone tells what is about none
   * of them (CLINC150 validation: AUROC 0.980; likelihood alone: 0.972), the latter what could be either of two.
   */
  readonly confidence: number;
}

/** Reads `labels` margins from `offset` and, after them, the margin of "none of them". */
export const likeliest = (margins: Float64Array, labels: number, offset = 0): Likeliest => {
  let best = 0;
  for (let index = 1; index < labels; index++) {
    if ((margins[offset + index] ?? 0) > (margins[offset + best] ?? 0)) best = index;
  }
  const top = margins[offset + best] ?? 0;
  let sum = 0;
  for (let index = 0; index <= labels; index++) sum += Math.exp(((margins[offset + index] ?? 0) - top) / TEMPERATURE);
  const above = 1 / (1 + Math.exp(((margins[offset + labels] ?? 0) - top) / NONE_TEMPERATURE));
  return { best, confidence: (2 * above + 1 / sum) / 3 };
};

/** The indexes of the likeliest intents, best first; of equals the earlier. `most` is small: nothing is sorted for it. */
export const ranked = (margins: Float64Array, labels: number, most: number): readonly number[] => {
  const best: number[] = [];
  for (let index = 0; index < labels; index++) {
    const margin = margins[index] ?? 0;
    let at = best.length;
    while (at > 0 && margin > (margins[best[at - 1] ?? 0] ?? 0)) at -= 1;
    if (at >= most) continue;
    best.splice(at, 0, index);
    if (best.length > most) best.pop();
  }
  return best;
};

/** The value below which `share` of the values lie; 0 where there are none. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
};
