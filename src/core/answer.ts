/** What a judgement looks like to the person: the card, in their language, without any word of the question. */
import { canAsk, listsAll } from './can-ask.ts';
import { offeredOf } from './candidates.ts';
import type { Read } from './data.ts';
import { isOutsider, type Judgement } from './judgement.ts';
import { slotCard } from './offering.ts';
import { factsOf, fill, worded, wordingOf } from './redact.ts';
import { refusedText, SAID_NOTHING } from './refused.ts';
import { repliesIn } from './replies/replies.ts';
import { labelsOf } from './slot-labels.ts';
import type { Still } from './still.ts';
import type { Button, Card, Catalogue, Intent, Locale, Obligations, Person, SlotValues, Topic } from './types.ts';

const plain = (text: string, buttons: readonly Button[] = []): Card => ({ text, note: null, buttons, fallback: null });

export const plainCard = (text: string): Card => plain(text);
export const apologyCard = (locale: Locale): Card => plain(repliesIn(locale).apology);
export const throttledCard = (locale: Locale, seconds: number): Card => plain(repliesIn(locale).throttled({ seconds }));
export const throttledTopicCard = (locale: Locale, topic: Topic, seconds: number): Card =>
  plain(repliesIn(locale).throttledTopic({ topic: topic.title[locale], seconds }));
export const tryAgainCard: Card = plain(repliesIn('en').tryAgain);
/** In every language, for whoever is shed is not looked up. */
export const shedCard: Card = plain((['en', 'de'] as const).map((locale) => repliesIn(locale).shed).join('\n'));
export const placeholderCard = (locale: Locale): Card => plain(repliesIn(locale).placeholder);
export const liveCard = (locale: Locale, what: 'begun' | 'shown'): Card => plain(repliesIn(locale).live[what]);
/** In every language: what is removed does not say whose it was. */
export const tombstoneCard: Card = plain(
  (['en', 'de'] as const).map((locale) => repliesIn(locale).tombstone).join('\n'),
);
export const stillCard = (locale: Locale, still: Still): Card => plain(repliesIn(locale)[still]);
export const notYoursCard = (locale: Locale): Card => plain(repliesIn(locale).buttonNotYours);
export const leftCard = (locale: Locale, button: Button): Card => plain(repliesIn(locale).left, [button]);
export const moreTimeCard = (locale: Locale, seconds: number): Card =>
  plain(repliesIn(locale).moreTimeGiven({ seconds }));
export const noMoreTimeCard = (locale: Locale, seconds: number): Card =>
  plain(repliesIn(locale).noMoreTime({ seconds }));
export const asideUnclearCard = (locale: Locale): Card => plain(repliesIn(locale).aside.unclear);
export const filesCard = (locale: Locale): Card => plain(repliesIn(locale).aside.files);
export const viewExpiredCard = (locale: Locale): Card => plain(repliesIn(locale).viewExpired);

/** The message of an answer that is shown in a view: what it is about, and the button. `seconds`: how long the button waits. */
export const viewCard = (o: {
  readonly intent: Intent;
  readonly locale: Locale;
  readonly seconds: number;
  readonly button: Button;
}): Card => {
  const texts = repliesIn(o.locale);
  return {
    text: texts.viewReady({ title: o.intent.title[o.locale], seconds: o.seconds }),
    note: null,
    buttons: [o.button],
    fallback: texts.sensitiveFallback,
  };
};

/** An answer as it stands in a view. `closes`: whether we can blank the view ourselves. */
export const viewedCard = (o: {
  readonly card: Card;
  readonly locale: Locale;
  readonly seconds: number;
  readonly closes: boolean;
}): Card => ({
  ...o.card,
  note: repliesIn(o.locale).viewLeaves({ seconds: o.seconds, closes: o.closes }),
  buttons: [],
});

/** Why somebody whom the directory does not vouch for gets no answer. */
export const strangerCard = (
  why: 'unknown' | 'external' | 'deactivated' | 'bot' | 'stale' | 'unreachable',
  locale: Locale,
): Card => {
  const { identity, notForYou } = repliesIn(locale);
  if (why === 'stale' || why === 'unreachable') return plain(identity.unreachable);
  // Whoever does not work here is told one thing, whatever they are (Slack requirement 11).
  return plain(why === 'unknown' ? identity.unknown : notForYou);
};

/** Sensitive, and who asks is only known from before: nobody restricted it, so the words must not say so. */
export const isStale = (reasons: readonly string[]): boolean => reasons.length === 1 && reasons[0] === 'stale';

/** A button that asks for one intent, perhaps about one colleague, one month; `seal` binds it to the asker. */
export type MakeButton = (o: {
  readonly intent: Intent;
  readonly subject: string | null;
  readonly nobody?: boolean;
  readonly slots?: SlotValues;
  readonly label: string;
}) => Button;

/** The card of every verdict but `answer`. */
export const refusalCard = (o: {
  readonly judgement: Judgement;
  readonly person: Person;
  readonly catalogue: Catalogue;
  /** See the reply `stepUp`. */
  readonly signIn: number | 'again' | 'press' | 'nowhere';
  /** Asked for only where it is needed: one decision an intent. */
  readonly permitted: () => readonly Intent[];
  readonly button: MakeButton;
  /** Of what was not recognised: the button that offers to give the phrase. Null: it does not fit. Absent: none is offered. */
  readonly donate?: () => Button | null;
}): Card => {
  const { judgement, person, catalogue } = o;
  const { locale } = person;
  const texts = repliesIn(locale);
  switch (judgement.verdict) {
    case 'step-up':
      return plain(
        texts.stepUp({
          title: judgement.intent?.title[locale] ?? '',
          minutes: judgement.signInMinutes ?? 0,
          signIn: o.signIn,
        }),
      );
    case 'private-only':
      return plain(texts.privateOnly);
    case 'which': {
      const { intent, asks, slots } = judgement;
      if (intent !== null && asks !== null) return slotCard({ judgement, intent, asks, locale, button: o.button });
      if (intent !== null && judgement.asksSelf) {
        return plain(texts.whichSelf, [o.button({ intent, subject: null, slots, label: texts.myself })]);
      }
      const { people, complete } = offeredOf(intent === null ? [] : judgement.candidates);
      const buttons = people.flatMap(({ id, label }) =>
        intent === null ? [] : o.button({ intent, subject: id, slots, label }),
      );
      return plain(texts.which({ offered: buttons.length === 0 ? 'nobody' : complete ? 'all' : 'some' }), buttons);
    }
    case 'unknown': {
      const permitted = o.permitted();
      if (permitted.length === 0) return plain(texts.nothingPermitted);
      const topics = [...new Set(permitted.map(({ topic }) => catalogue.topics.get(topic)?.title[locale] ?? topic))];
      const { suggestions } = judgement;
      // Whoever is offered a choice is offered all there is as well.
      const help = permitted.find((it) => listsAll(it, locale) && !suggestions.includes(it));
      const buttons = [...suggestions, ...(help === undefined ? [] : [help])].map((intent) =>
        o.button({ intent, subject: null, label: intent.title[locale] }),
      );
      const text = texts.unknown({
        heard: judgement.heard ?? 'far',
        canDo: topics,
        closest: suggestions.length > 0,
      });
      const donate = o.donate?.() ?? null;
      return plain(text, [...buttons, ...(donate === null ? [] : [donate])]);
    }
    default: {
      if (isOutsider(person)) return plain(texts.notForYou);
      if (isStale(judgement.reasons)) return plain(texts.identity.unreachable);
      const topic = judgement.refusedTopic === null ? undefined : catalogue.topics.get(judgement.refusedTopic);
      const text = refusedText({ said: judgement, topic, locale });
      const buttons = judgement.suggestions.map((intent) =>
        o.button({ intent, subject: null, label: texts.meant({ title: intent.title[locale] }) }),
      );
      return plain(buttons.length > 0 ? `${text}\n${texts.meantElse}` : text, buttons);
    }
  }
};

/** Refused by the second check: the same words as a refusal by the first, so that it tells nothing more. */
export const dataRefusedCard = (o: {
  readonly intent: Intent;
  readonly person: Person;
  readonly catalogue: Catalogue;
  /** Of the refusal, as the second check gave them. */
  readonly reasons: readonly string[];
}): Card => {
  const { locale } = o.person;
  if (isStale(o.reasons)) return plain(repliesIn(locale).identity.unreachable);
  const topic = o.catalogue.topics.get(o.intent.topic);
  return plain(refusedText({ said: SAID_NOTHING, topic, locale }));
};

/** The answer itself. */
export const answerCard = (o: {
  readonly intent: Intent;
  readonly judgement: Judgement;
  readonly person: Person;
  readonly catalogue: Catalogue;
  readonly read: Read | null;
  readonly obligations: Obligations;
  /** Asked for only where it is needed: one decision an intent. */
  readonly permitted: () => readonly Intent[];
}): Card => {
  const { intent, person, read, obligations } = o;
  const { locale } = person;
  const texts = repliesIn(locale);
  if (read !== null && !read.ok) {
    if (read.why === 'refused') return dataRefusedCard({ ...o, reasons: read.reasons });
    const topic = o.catalogue.topics.get(intent.topic)?.title[locale] ?? '';
    return plain(read.why === 'surprise' ? texts.surprise({ topic }) : texts.unreachable({ topic }));
  }
  const said = read === null ? saidInWords(o) : saidOfRecords({ ...o, read });
  const sensitive = obligations.show !== 'message';
  const { expiresSeconds: seconds, moreTime } = obligations;
  return {
    ...said,
    note: seconds === null ? null : texts.leavesAfter({ seconds, more: moreTime > 0 }),
    buttons: [],
    fallback: sensitive ? texts.sensitiveFallback : null,
  };
};

type Answering = Parameters<typeof answerCard>[0];

/** Of an intent whose words alone are the answer. */
const saidInWords = ({ intent, person, catalogue, permitted }: Answering): Pick<Card, 'text'> => {
  const { locale } = person;
  const capabilities = listsAll(intent, locale) ? canAsk({ permitted: permitted(), catalogue, locale }) : '';
  const template = wordingOf(intent).say?.[locale] ?? '';
  return { text: fill({ template, fields: {}, extra: { capabilities }, redact: [], locale }) };
};

/** Of what was read: in the intent's words, or else in the description's, which may lay it out as facts. */
const saidOfRecords = (
  o: Answering & { readonly read: Extract<Read, { ok: true }> },
): Pick<Card, 'title' | 'text' | 'facts'> => {
  const { intent, judgement, person, read } = o;
  const { locale } = person;
  const wording = wordingOf(intent, read.says);
  const { subject: about } = judgement;
  const of = { wording, records: read.records, list: read.list, redact: o.obligations.redact, locale };
  const text = worded({
    ...of,
    name: about === null || about.id === person.id ? null : about.name,
    more: read.more,
    asked: labelsOf(intent, judgement.slots, locale),
  });
  const facts = factsOf(of);
  if (facts.length === 0) return { text };
  // Facts say nothing of what they are about.
  const title = wording.title?.[locale] ?? (text === '' ? intent.title[locale] : null);
  return { ...(title === null ? {} : { title }), text, facts };
};

const SHOW_ORDER = ['message', 'hold-reveal', 'view'] as const;

/**
 * The strictest of several obligations: the most careful way of showing, the earliest end, the least more time, everything
 * redacted that any of them redacts, in private unless all of them agree. A rule without a time has none to give again, so it has no say in that; a view has
 * none, for it may be opened again.
 */
export const strictest = (all: readonly Obligations[]): Obligations => {
  const expiries = all.flatMap(({ expiresSeconds }) => expiresSeconds ?? []);
  const show = SHOW_ORDER.findLast((mode) => all.some((each) => each.show === mode)) ?? 'view';
  const more = all.flatMap(({ expiresSeconds, moreTime }) => (expiresSeconds === null ? [] : [moreTime]));
  const inPlace = show === 'message' && expiries.length === 0 && all.length > 0 && all.every((each) => each.inPlace);
  return {
    show,
    expiresSeconds: expiries.length === 0 ? null : Math.min(...expiries),
    moreTime: show === 'view' || more.length === 0 ? 0 : Math.min(...more),
    redact: [...new Set(all.flatMap(({ redact }) => redact))],
    ...(inPlace ? { inPlace } : {}),
  };
};
