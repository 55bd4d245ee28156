/** "Is this about the topic at all, however it is put?" One binary model a topic, leaning towards yes. */
import { quantile } from './classifier.ts';
import { type Row, signsOf } from './corpus.ts';
import { type Encoder, type Piece, tokensOf, type Vector } from './features.ts';
import type { Column, Model } from './model.ts';

/**
 * The share of sentences about other things that a guard may suspect, and the share on which it may be in doubt, measured on sentences
 * that it did not learn. Both chosen by cross-validation on the pack: docs/decisions/0037-recogniser.md.
 */
const FALSE_SHARE = 0.04;
const DOUBT_SHARE = 0.08;
/** A topic with this many further sentences for each example of its intents is there to be kept rather than to be answered. */
const KEPT = 0.5;
/** Texts of more tokens are also scored in windows, so that a wrapper of small talk hides nothing. */
const LONG = 9;
const WINDOW = 8;
const STEP = 3;
/**
 * A window is a torn-out part and errs more, and each clause is one more chance to err: they must be surer by this much. Of two or three
 * harmless sentences in a row 9 to 12 in a hundred are suspected so, instead of 12 to 16; of questions about pay among such, 3 fewer.
 */
const SURER_WINDOW = 0.3;
const SURER_CLAUSE = 0.1;
/** A message may ask two things; each part of at least so many tokens is judged as a message of its own. A view has no accents; the French "il y a" joins nothing. */
const CLAUSE =
  /[.!?;:\n](?:\s|$)|,?\s(?:and|but|also|und|aber|dazu|et|mais|puis|pero|ademas|y(?!\s(?:a|avait|aura)\s))\s/u;
const SHORTEST_CLAUSE = 3;
const MOST_CLAUSES = 200;

/** One column for each topic: its examples and further sentences against everything else. */
export const guardColumns = (rows: readonly Row[], topics: readonly string[]): readonly Column[] =>
  topics.map((topic) => ({
    passes: 12,
    costs: [4, 2],
    signs: signsOf(rows, (row) => (row.topic === topic ? 1 : -1)),
  }));

export interface GuardThresholds {
  /** Margins above which each guard suspects. */
  readonly suspects: Float64Array;
  /** Margins above which a question is too like the topic to be answered as another's; infinite where a topic is not kept so. */
  readonly doubts: Float64Array;
}

/** `margins` are out-of-fold, one for each topic in each row (recogniser requirement 12: never of rows that were learnt). */
export const guardThresholds = (o: {
  readonly rows: readonly Row[];
  readonly topics: readonly string[];
  readonly margins: Float64Array;
}): GuardThresholds => {
  const at =
    (share: number) =>
    (topic: string, index: number): number => {
      const others = o.rows.flatMap((row, place) =>
        row.topic === topic ? [] : [o.margins[place * o.topics.length + index] ?? 0],
      );
      return quantile(others, 1 - share);
    };
  const isKept = (topic: string): boolean => {
    const own = o.rows.filter((row) => row.topic === topic);
    const examples = own.filter(({ intent }) => intent !== null).length;
    return own.length - examples >= KEPT * examples;
  };
  const doubt = at(DOUBT_SHARE);
  return {
    suspects: Float64Array.from(o.topics, at(FALSE_SHARE)),
    doubts: Float64Array.from(o.topics, (topic, index) =>
      isKept(topic) ? doubt(topic, index) : Number.POSITIVE_INFINITY,
    ),
  };
};

/** The parts of a text that may each ask something; one where it is not divided. */
export const clausesOf = (view: string): readonly string[] => view.split(CLAUSE, MOST_CLAUSES);

/** A part of a view that is scored as a text of its own: pieces `from` to `to`. */
export interface Stretch {
  readonly kind: 'whole' | 'window' | 'clause';
  readonly tokens: readonly string[];
  readonly pieces: readonly Piece[];
  readonly from: number;
  readonly to: number;
  /** It must be surer by so much. */
  readonly less: number;
}

/** A view as it was read already: the vector is of all of it, and the newest that the encoder made. */
export interface Read {
  readonly tokens: readonly string[];
  readonly pieces: readonly Piece[];
  readonly vector: Vector;
}

export const readView = (encoder: Encoder, view: string): Read => {
  const tokens = tokensOf(view);
  const pieces = encoder.pieces(tokens);
  return { tokens, pieces, vector: encoder.vector(pieces) };
};

/** The whole, its clauses, and windows where it is long. */
export const eachStretch = (
  o: { readonly encoder: Encoder; readonly view: string; readonly read?: Read },
  take: (stretch: Stretch) => void,
): void => {
  const { encoder, view } = o;
  const tokens = o.read?.tokens ?? tokensOf(view);
  const pieces = o.read?.pieces ?? encoder.pieces(tokens);
  take({ kind: 'whole', tokens, pieces, from: 0, to: pieces.length, less: 0 });
  for (let from = 0; pieces.length > LONG && from < pieces.length - WINDOW + STEP; from += STEP) {
    take({ kind: 'window', tokens, pieces, from, to: Math.min(pieces.length, from + WINDOW), less: SURER_WINDOW });
  }
  const clauses = clausesOf(view);
  if (clauses.length === 1) return;
  for (const clause of clauses) {
    const own = tokensOf(clause);
    if (own.length < SHORTEST_CLAUSE) continue;
    take({ kind: 'clause', tokens: own, pieces: encoder.pieces(own), from: 0, to: own.length, less: SURER_CLAUSE });
  }
};

/** Raises `into` to the largest margins of this view's stretches. */
export const raiseMargins = (o: {
  readonly encoder: Encoder;
  readonly model: Model;
  readonly view: string;
  /** Spares reading it once more. */
  readonly read?: Read;
  readonly into: Float64Array;
}): void => {
  const { encoder, model, into, read } = o;
  const margins = new Float64Array(model.columns);
  eachStretch(o, ({ kind, pieces, from, to, less }) => {
    const vector = kind === 'whole' && read !== undefined ? read.vector : encoder.vector(pieces, from, to);
    if (vector.known === 0) return;
    model.margins(vector, margins);
    for (let column = 0; column < model.columns; column++) {
      into[column] = Math.max(into[column] ?? 0, (margins[column] ?? 0) - less);
    }
  });
};
