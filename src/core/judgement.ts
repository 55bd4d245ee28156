/** What is judged of a question (`judge.ts` judges), and what of it is kept. */
import type { Circumstances } from './askable.ts';
import type { HowHeard } from './how-heard.ts';
import { NO_SLOTS } from './slot-types.ts';
import type {
  Colleague,
  Intent,
  Obligations,
  PerLocale,
  Person,
  Relation,
  Slot,
  SlotValues,
  Verdict,
} from './types.ts';
import type { Meant } from './understood.ts';

export interface Judgement {
  readonly verdict: Verdict;
  readonly intent: Intent | null;
  /** Suspected, and the intent's own. */
  readonly topics: readonly string[];
  /** Topics that their guards suspect. */
  readonly suspected: readonly string[];
  readonly about: Relation | null;
  /** How they stand to whom the intent is about, whatever it was refused for; null: there is no intent. */
  readonly relation: Relation | null;
  readonly subject: Colleague | null;
  readonly candidates: readonly Colleague[];
  /** What was said of the intent's slots; no audit entry, log or metric has it. */
  readonly slots: SlotValues;
  /** Asked back whether they mean themselves: it is unclear, speaks of nobody, and would be permitted. */
  readonly asksSelf: boolean;
  /** The slot that is asked for, with values to choose from; null: none is. */
  readonly asks: { readonly slot: Slot; readonly values: readonly string[] } | null;
  /** Of an answer: what else was asked and may be answered too. */
  readonly also: readonly Meant[];
  /** Of an answer: another time was named, and it is told as it is now. */
  readonly onlyNow?: boolean;
  /** Rule ids, or a code where no rule decided. */
  readonly reasons: readonly string[];
  readonly obligations: Obligations | null;
  /** The topic that a refusal speaks of. */
  readonly refusedTopic: string | null;
  /** Refused because a guard suspects that topic, and for nothing else. It counts against nobody who works here. */
  readonly onSuspicion: boolean;
  /** No rule on what was asked refused it: it was suspected and no more, or is refused for who asks alone. Nobody is told of it. */
  readonly guessed: boolean;
  /** HR's own words of the refusal, whom they name to ask, and how to use a right that the law gives. */
  readonly words: Partial<PerLocale<string>>;
  readonly contact: Partial<PerLocale<string>>;
  readonly rights: Partial<PerLocale<string>>;
  /** Closest permitted intents, for buttons: where nothing was recognised, and where only a suspicion refused. */
  readonly suggestions: readonly Intent[];
  /** Of what was not recognised: how much of it was understood, and the topic that it is closest to. Null: none is close, or it was recognised. */
  readonly heard: HowHeard | null;
  readonly nearest: string | null;
  /** Id of the strong sign-in that was looked at; null: no rule asked for one, or there was none. */
  readonly restsOn: string | null;
  /** Of a step-up: how many minutes old a sign-in may be for the strictest rule that asked for one. */
  readonly signInMinutes: number | null;
  /** The rules that decided it last (`Policy.version`); others that came in force meanwhile have it judged anew. */
  readonly policy: string;
  /** Version of HR's restrictions among them. */
  readonly restrictions: number;
  /** What the data is asked for with; the second check uses the same. */
  readonly request: Circumstances;
}

/** What a judgement says that neither refuses nor answers. */
export const NOTHING_SAID = {
  obligations: null,
  signInMinutes: null,
  refusedTopic: null,
  onSuspicion: false,
  words: {},
  contact: {},
  rights: {},
  suggestions: [],
  asks: null,
  asksSelf: false,
  also: [],
} as const;

/**
 * What is kept of a judgement. Of an outsider's no: that it was one, and nothing of what they asked (Slack requirement 11). A no to nothing
 * and a no to something are then the same on record and in the talk, as they are in words.
 */
export const keptOf = (judgement: Judgement, person: Pick<Person, 'kind'>): Judgement =>
  !isOutsider(person) || judgement.verdict === 'answer'
    ? judgement
    : {
        ...judgement,
        ...NOTHING_SAID,
        intent: null,
        topics: [],
        suspected: [],
        about: null,
        relation: null,
        subject: null,
        candidates: [],
        slots: NO_SLOTS,
        heard: null,
        nearest: null,
        reasons: [`kind-${person.kind}`],
      };

/** Whoever must not learn from a no what there is. */
export const isOutsider = ({ kind }: Pick<Person, 'kind'>): boolean => kind === 'guest' || kind === 'external';
