/** Buttons that carry on: the values of a slot that is asked for, and what else the same message asked. */
import type { MakeButton } from './answer.ts';
import type { Judgement } from './judgement.ts';
import { meantBy } from './meant.ts';
import { repliesIn } from './replies/replies.ts';
import { labelOf } from './slot-labels.ts';
import { factLine } from './spoken.ts';
import type { Card, Intent, Locale } from './types.ts';

/** Asks for what an intent wants to know besides, with a button for each sensible value; whoever writes it instead goes on as well. */
export const slotCard = (o: {
  readonly judgement: Judgement;
  readonly intent: Intent;
  readonly asks: NonNullable<Judgement['asks']>;
  readonly locale: Locale;
  readonly button: MakeButton;
}): Card => {
  const { judgement, intent, asks, locale } = o;
  const { slot, values } = asks;
  const whom = meantBy(judgement);
  const buttons = values.map((value) =>
    o.button({
      intent,
      ...whom,
      slots: { ...whom.slots, [slot.name]: value },
      label: labelOf(slot, value, locale),
    }),
  );
  return { text: slot.ask[locale], note: null, buttons, fallback: null };
};

/** The same card with what it is told for, where another time was named, and with what else was asked and may be answered: a button each. */
export const withAlso = (o: {
  readonly card: Card;
  readonly judgement: Judgement;
  readonly locale: Locale;
  readonly button: MakeButton;
}): Card => {
  const { judgement, locale } = o;
  const texts = repliesIn(locale);
  if (judgement.onlyNow !== true && judgement.also.length === 0) return o.card;
  const plain = withFactsAsText(o.card);
  const card = judgement.onlyNow === true ? { ...plain, text: `${plain.text}\n\n${texts.onlyNow}` } : plain;
  if (judgement.also.length === 0) return card;
  const buttons = judgement.also.map(({ intent, about, slots }) =>
    o.button({
      intent,
      ...meantBy({ about: about.relation, subject: about.subject, slots: slots.values }),
      label: intent.title[locale],
    }),
  );
  return {
    ...card,
    text: `${card.text}\n\n${texts.alsoAsked}`,
    buttons: [...card.buttons, ...buttons],
  };
};

/** What follows stands below the facts, so they are lines of the text then. */
const withFactsAsText = ({ facts = [], ...card }: Card): Card =>
  facts.length === 0
    ? card
    : { ...card, text: [card.text, ...facts.map(factLine)].filter((line) => line !== '').join('\n') };
