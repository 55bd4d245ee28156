/**
 * Text to meaning, inside the process: no model is fetched, nothing is read but the sentences given. Recognition is no authorisation
 * boundary: it errs, and what it says is judged by policy, and the data once more by its own.
 */
import type { Recogniser } from '../ports.ts';
import type { Recognition } from '../types.ts';
import type { Why } from '../why-types.ts';
import { type Likeliest, likeliest, ranked, withoutTalk } from './classifier.ts';
import { encoderOf, tokensOf, type Vector } from './features.ts';
import { clausesOf, type GuardThresholds, type Read, raiseMargins, readView } from './guard.ts';
import { modelOf, type Weights } from './model.ts';
import { LONGEST_TEXT, unicodeView } from './normalise.ts';
import { viewsOf } from './views.ts';
import type { Vocabulary } from './vocabulary.ts';
import { largestStretch, whyMargin } from './why.ts';

/** From here on doubt of a guard that does not suspect counts no more: out of fold no more is routed so, and 1 % more is answered. */
const SURE = 0.85;
const MOST_RANKED = 5;
const MOST_ALSO = 3;
/** A clause of fewer tokens asks nothing by itself ("and mine?" is understood by what came before). */
const SHORTEST_ALSO = 3;
/** So many words and more say by themselves what is asked of a day; of fewer ("leave, 3 to 7 May") it is the date that tells. */
const SHORTEST_SAID = 3;
const NOTHING: Recognition = { intent: null, best: null, confidence: 0, topics: [], ranking: [], also: [] };

/** The product's own, which answers at once. */
export interface OwnRecogniser extends Recogniser {
  recognise(o: Parameters<Recogniser['recognise']>[0]): Recognition;
  why(o: { readonly text: string }): Why | null;
}

/** All that was learnt, as plain data: from it a recogniser is made anew that answers the same. */
export interface Lessons {
  readonly vocabulary: Vocabulary;
  /** Columns: the intents, "none of them", and the rest of each topic with open intents. */
  readonly classifier: Weights;
  /** For each intent the column of the rest of its topic; see `talkColumns`. */
  readonly talk: Int32Array;
  /** Columns: the topics. */
  readonly guards: Weights;
  readonly intents: readonly string[];
  readonly threshold: number;
  readonly topics: readonly string[];
  /** For each topic, and the topic of each intent by its place. */
  readonly topicThresholds: GuardThresholds;
  readonly topicOf: Int32Array;
  readonly familiar: readonly string[];
}

const WORDY = /\p{L}/u;

/** What nobody reads to its end may ask anything there. */
const isCut = (text: string): boolean => text.length > LONGEST_TEXT && text.slice(LONGEST_TEXT).trim() !== '';

/** The text with a word for each date, or without them where it is sure what is asked of whichever day. */
interface Understood {
  readonly view: string;
  readonly read: Read;
  readonly meant: Likeliest;
}

export const recogniserOf = (lessons: Lessons): OwnRecogniser => {
  const { intents, topics, threshold, topicThresholds, talk, topicOf } = lessons;
  const encoder = encoderOf(lessons.vocabulary);
  const classifier = modelOf(lessons.classifier);
  const guards = modelOf(lessons.guards);
  const familiar = new Set(lessons.familiar);
  const count = intents.length;
  const margins = new Float64Array(classifier.columns);
  const largest = new Float64Array(guards.columns);
  const judged = (vector: Vector): Likeliest => {
    classifier.margins(vector, margins);
    withoutTalk(margins, talk);
    return likeliest(margins, count);
  };
  const understood = (bare: string, named: string): Understood => {
    const reading = (view: string): Understood => {
      const read = readView(encoder, view);
      return { view, read, meant: judged(read.vector) };
    };
    if (named === bare) return reading(named);
    const without = reading(bare);
    const { read, meant } = without;
    const says = read.vector.known > 0 && read.tokens.length >= SHORTEST_SAID;
    return says && meant.confidence >= SURE ? without : reading(named);
  };
  /** What else is asked, of clauses that are likely enough by themselves. */
  const furtherIn = (view: string, main: number): readonly number[] => {
    const clauses = clausesOf(view);
    if (clauses.length < 2) return [];
    const sure = new Map<number, number>();
    for (const clause of clauses) {
      const tokens = tokensOf(clause);
      const vector = encoder.vector(tokens.length < SHORTEST_ALSO ? [] : encoder.pieces(tokens));
      if (vector.known === 0) continue;
      const { best, confidence } = judged(vector);
      if (best !== main && confidence >= Math.max(threshold, sure.get(best) ?? 0)) sure.set(best, confidence);
    }
    return [...sure]
      .sort(([, one], [, other]) => other - one)
      .map(([index]) => index)
      .slice(0, MOST_ALSO);
  };
  const isDoubted = (topic: number): boolean => (largest[topic] ?? 0) > (topicThresholds.doubts[topic] ?? 0);
  const isSuspected = (topic: number): boolean => (largest[topic] ?? 0) > (topicThresholds.suspects[topic] ?? 0);
  /**
   * Too like a topic that is kept to be answered as something of another, unless it is surely that. What is suspected is judged by policy
   * and needs no doubt: who is refused is told what else may have been meant, and who may ask is answered.
   */
  const isDoubtful = ({ best: intent, confidence }: Likeliest): boolean =>
    confidence < SURE &&
    topics.some((_, index) => index !== topicOf[intent] && isDoubted(index) && !isSuspected(index));
  return {
    recognise: ({ text }) => {
      const { full, named, others } = viewsOf(text, encoder);
      const { read, view, meant } = understood(full.text, named);
      if (read.vector.known === 0 || count === 0) return NOTHING;
      const { best, confidence } = meant;
      const ranking = ranked(margins, count, MOST_RANKED).flatMap((index) => intents[index] ?? []);
      const id = intents[best] ?? null;
      largest.fill(Number.NEGATIVE_INFINITY);
      if (topics.length > 0) {
        // What was read counts for guards as well where no date is in it.
        const same = view === full.text ? { read } : {};
        raiseMargins({ encoder, model: guards, view: full.text, ...same, into: largest });
        for (const other of others) raiseMargins({ encoder, model: guards, view: other.text, into: largest });
      }
      const isNamed = confidence >= threshold && !isDoubtful({ best, confidence }) && !isCut(text);
      const doubted = isNamed ? [] : topics.filter((_, index) => isDoubted(index));
      return {
        intent: isNamed ? id : null,
        best: id,
        confidence,
        topics: topics.filter((_, index) => isSuspected(index)),
        ranking,
        also: isNamed ? furtherIn(view, best).flatMap((index) => intents[index] ?? []) : [],
        ...(doubted.length === 0 ? {} : { doubted }),
      };
    },
    why: ({ text }) => {
      const { full, named, others } = viewsOf(text, encoder);
      const { read, meant } = understood(full.text, named);
      const { tokens, pieces, vector } = read;
      if (vector.known === 0 || count === 0) return null;
      const { confidence } = meant;
      const views = [full, ...others];
      const whole = { view: full.view, pieces, stretch: { kind: 'whole', tokens, less: 0 } } as const;
      const guarded = topics.flatMap((of, column) => {
        const scored = largestStretch({ encoder, model: guards, column, views });
        const suspects = topicThresholds.suspects[column] ?? 0;
        const isSuspected = scored !== null && scored.margin > suspects;
        const threshold = isSuspected ? suspects : (topicThresholds.doubts[column] ?? 0);
        if (scored === null || scored.margin <= threshold) return [];
        return [{ isSuspected, why: whyMargin({ encoder, model: guards, column, of, threshold, scored }) }];
      });
      return {
        confidence,
        threshold,
        intents: ranked(margins, count, 2).map((column) =>
          whyMargin({ encoder, model: classifier, column, of: intents[column] ?? '', threshold: null, scored: whole }),
        ),
        topics: guarded.flatMap((it) => (it.isSuspected ? it.why : [])),
        doubted: guarded.flatMap((it) => (it.isSuspected ? [] : it.why)),
      };
    },
    knows: (text) =>
      tokensOf(unicodeView(text)).every((token) => !WORDY.test(token) || token.startsWith("'") || familiar.has(token)),
  };
};
