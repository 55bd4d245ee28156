/**
 * What somebody wrote into a form that came to nothing, or nobody knows to what: they get it back. A button opens the form as it was sent, where it
 * may be sent again and its words fit into a button; else they stand in the reply for them to copy, which tells nothing of them in a notification and
 * leaves when the form's day is over.
 */
import { type Outcome, PLAIN } from '../commit.ts';
import { isOutsider } from '../judgement.ts';
import type { Found, KeptWrite } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import type { Card, Locale, Press } from '../types.ts';
import type { World } from '../world.ts';
import { FORM_MS, type Writing } from './carried.ts';
import { againOf, SENT_ANEW, titleOf, toldCard } from './outcome.ts';

/** However late it is told, they have so long to copy it, ms. */
const LEAST_MS = 60 * 60_000;

interface Theirs {
  readonly writing: Writing;
  readonly press: Pick<Press, 'account'>;
  readonly locale: Locale;
}

const copyOf = ({ backend, catalogue }: World, { writing, locale }: Theirs): string => {
  const operation = catalogue.intents.get(writing.intent)?.operation ?? null;
  const asked = operation === null ? [] : (backend.operation(operation)?.writes?.words ?? []);
  const written = Object.entries(writing.words).filter(([, text]) => text !== '');
  if (written.length < 2) return written.map(([, text]) => text).join('');
  const labelled = ([name, text]: readonly [string, string]): string => {
    const label = asked.find((each) => each.name === name)?.label[locale];
    return label === undefined ? text : `${label}\n${text}`;
  };
  return written.map(labelled).join('\n\n');
};

type Said = Pick<Outcome, 'card' | 'obligations' | 'wrote'>;

/** The same card with their words, for as long as that may stand. What takes back has none. */
export const withCopy = (world: World, o: Theirs & { readonly card: Card }): Said => {
  const { card, locale, writing } = o;
  const copy = copyOf(world, o);
  if (copy === '') return { card, obligations: PLAIN };
  const now = world.clock.now();
  const left = Math.min(FORM_MS, Math.max(LEAST_MS, (writing.takenAt ?? now) + FORM_MS - now));
  const texts = repliesIn(locale).writing;
  const hours = Math.round(left / LEAST_MS);
  return {
    card: {
      ...card,
      text: `${card.text}\n\n${texts.wrote}\n${copy}`,
      note: [card.note, texts.wroteFor({ hours })].filter((line) => line !== null).join('\n'),
      fallback: card.fallback ?? card.text,
    },
    obligations: { ...PLAIN, expiresSeconds: Math.ceil(left / 1_000) },
    wrote: writing.intent,
  };
};

/** What became of it, as `toldCard` says, and where that is not that it was done, with what they wrote. */
export const toldBack = (
  world: World,
  o: Theirs & { readonly stands: Pick<KeptWrite, 'state' | 'code' | 'triedAt'> },
): Said => {
  const { stands, press } = o;
  const card = toldCard(world, { ...o, account: press.account });
  const over = stands.state === 'done' || stands.state === 'undone' || stands.code === SENT_ANEW;
  if (over || o.writing.undoes !== null || keeps(card, o, world)) return { card, obligations: PLAIN };
  return withCopy(world, { ...o, card });
};

/** A button of it opens the form with all that they wrote. */
const keeps = ({ buttons }: Card, o: Theirs, world: World): boolean =>
  buttons.length > 0 && againOf(world, { ...o, account: o.press.account }).kept;

/** The form was taken, and a rule, a limit or a sign-in stands before it. */
export const givingBack = (world: World, press: Press, found: Found, writing: Writing, outcome: Outcome): Outcome => {
  const { verdict, card, locale, after } = outcome;
  // What was called for tells what became of it by itself.
  if (writing.undoes !== null || verdict === 'answer' || verdict === 'apology') return outcome;
  // Every no to them is the same no.
  if (found.ok ? isOutsider(found.person) : outcome.unchecked !== true) return outcome;
  const of = { writing, press, locale };
  const passes = verdict === 'throttled' || verdict === 'step-up' || outcome.unchecked === true;
  if (!passes || !writing.counts) return { ...outcome, ...withCopy(world, { ...of, card }) };
  const waits = after?.kind === 'park';
  const { buttons, kept } = againOf(world, { writing, account: press.account, locale, waits });
  const texts = repliesIn(locale).writing;
  const title = titleOf(world.catalogue, writing.intent, locale);
  const said = waits
    ? kept
      ? `${card.text}\n${texts.keptBelow}`
      : card.text
    : `${texts.notCome({ title, kept })}\n${card.text}`;
  const whole = { ...card, text: said, buttons: [...card.buttons, ...buttons] };
  return { ...outcome, ...(kept ? { card: whole } : withCopy(world, { ...of, card: whole })) };
};
