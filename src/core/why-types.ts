/** What a text was recognised by. It holds words of the text: for whoever asks for it alone, and never for a log. */

/** `part`: of a word; a pair is of two neighbours, with `^` and `$` for the beginning and the end, or, as `a … b`, of two words near each other. */
export interface NamedFeature {
  readonly kind: 'word' | 'pair' | 'part';
  readonly text: string;
}

/** Why one margin is what it is: `bias`, what `features` add and `rest`, less what `less` takes, are `margin`. */
export interface WhyMargin {
  /** An intent or a topic. */
  readonly of: string;
  readonly margin: number;
  /** Above it a topic is suspected, or in doubt; null: of an intent, where likelihoods are compared. */
  readonly threshold: number | null;
  /** As it was written, or with its disguises taken off. */
  readonly view: 'plain' | 'unveiled';
  /** The stretch of the text that counted, and its words. */
  readonly stretch: 'whole' | 'window' | 'clause';
  readonly text: string;
  readonly bias: number;
  /** Those that weigh most, the heaviest first. */
  readonly features: readonly (NamedFeature & { readonly adds: number })[];
  /** What all others add together. */
  readonly rest: number;
  /** What a torn-out stretch must be surer by. */
  readonly less: number;
}

export interface Why {
  /** Of the likeliest intent, and what it must be at least to be recognised. */
  readonly confidence: number;
  readonly threshold: number;
  /** The likeliest intent and the one after it. */
  readonly intents: readonly WhyMargin[];
  /** Topics that are suspected. */
  readonly topics: readonly WhyMargin[];
  /** Those that are not, and that it is too like all the same to be recognised as another's, unless that is very sure. */
  readonly doubted: readonly WhyMargin[];
}
