/**
 * What a judged question becomes: the card that is committed and shown, and what goes with it. Nothing is decided, recorded or read here;
 * `converse.ts` says when each is made.
 */
import { answerCard, dataRefusedCard, isStale, type MakeButton, refusalCard, viewCard } from './answer.ts';
import { permittedIntents } from './askable.ts';
import { offeringPerson } from './asking-person.ts';
import { type Outcome, ofView, PLAIN } from './commit.ts';
import type { Read } from './data.ts';
import { donateButton } from './donating/buttons.ts';
import { askButton, type ButtonOptions, VIEW_WAIT_SECONDS, viewButton } from './interact.ts';
import type { Judgement } from './judgement.ts';
import { meantBy } from './meant.ts';
import { withAlso } from './offering.ts';
import { parkMark, parkMarkForToken, waitsFor } from './parked.ts';
import type { Claim } from './ports.ts';
import { repliesIn } from './replies/replies.ts';
import type { Reply } from './reply.ts';
import { asPersonCard, withSignIn } from './sign-in/offer.ts';
import type { Account, Button, Card, Intent, Obligations, Person, Press, Question } from './types.ts';
import { judgePorts, type World } from './world.ts';
import { writeButton } from './writing/buttons.ts';
import { readyCard } from './writing/ready.ts';

interface Outcomes {
  /** Whatever was judged and is no answer. `write`: what would be written by it. */
  refused(o: { readonly write: string | undefined }): Promise<Outcome>;
  /** The button of a form. */
  form(intent: Intent): Outcome;
  /** The button of a view, which is filled when it is opened. */
  inView(intent: Intent, rules: Obligations): Outcome;
  /** The data was refused, by these rules. */
  dataRefused(intent: Intent, reasons: readonly string[]): Outcome;
  /** The system is asked in the name of a person, who must sign in for that. */
  askingForToken(intent: Intent): Promise<Outcome>;
  /** What was read, or that it could not be. Null: words alone answer. */
  answered(intent: Intent, fetched: Read | null, showing: Obligations): Outcome;
}

/** Of a question of this person that was judged so. */
export const outcomesOf = (
  world: World,
  claim: Claim,
  inbound: Question | Press,
  { person, judgement }: { readonly person: Person; readonly judgement: Judgement },
): Outcomes => {
  const { locale } = person;
  const { account } = inbound;
  const { catalogue, sealer } = world;
  const permitted = (): readonly Intent[] => permittedIntents(judgePorts(world), judgement.request);
  const button = buttonsFor(world, account, locale);
  const orPerson = (card: Card): Card =>
    offeringPerson(world, { card, person, request: judgement.request, inbound, intent: judgement.intent });
  const offering = (card: Card): Card => withAlso({ card, judgement, locale, button: button.ask });
  const plain = { judgement, obligations: PLAIN, locale } as const;

  return {
    refused: async ({ write }) => {
      const signIn = waitsFor(world, claim);
      const refused = refusalCard({
        judgement,
        person,
        catalogue,
        signIn,
        permitted,
        button: button.ask,
        ...(inbound.kind === 'question' ? { donate: () => offerOf(world, inbound, locale) } : {}),
      });
      const offered = leadsToPerson(judgement) ? orPerson(refused) : refused;
      const card = await withSignIn(world, { card: offered, judgement, person, account });
      const unchecked = isStale(judgement.reasons);
      const waits = judgement.verdict === 'step-up' && typeof signIn === 'number';
      const after = waits ? parkMark(world, person, judgement, write) : null;
      return { ...plain, card, verdict: judgement.verdict, unchecked, after };
    },

    form: (intent) => {
      const { subject, slots } = meantBy(judgement);
      const label = repliesIn(locale).writing.open;
      const button = writeButton({ sealer, account, intent: intent.id, subject, slots, label, now: world.clock.now() });
      return { ...plain, card: offering(readyCard({ intent, locale, button })), verdict: 'answer' };
    },

    inView: (intent, rules) => {
      const opens = button.view({ intent, ...meantBy(judgement) });
      const card = viewCard({ intent, locale, seconds: VIEW_WAIT_SECONDS, button: opens });
      return { ...plain, card: offering(card), verdict: 'answer', obligations: ofView(rules) };
    },

    dataRefused: (intent, reasons) => {
      const refused = dataRefusedCard({ intent, person, catalogue, reasons });
      const unchecked = isStale(reasons);
      return { ...plain, card: unchecked ? refused : orPerson(refused), verdict: 'refuse', unchecked };
    },

    askingForToken: async (intent) => {
      const signIn = waitsFor(world, claim);
      const card = await asPersonCard(world, { intent, signIn, person, account });
      const after = typeof signIn === 'number' ? parkMarkForToken(world, person, judgement) : null;
      return { ...plain, card, verdict: 'step-up', unchecked: true, after };
    },

    answered: (intent, fetched, showing) => {
      const card = answerCard({
        intent,
        judgement,
        person,
        catalogue,
        read: fetched,
        obligations: showing,
        permitted,
      });
      if (fetched?.ok === false) return { ...plain, card: orPerson(card), verdict: 'answer' };
      const tells = { person: person.id, intent };
      return { ...plain, card: offering(card), verdict: 'answer', obligations: showing, tells };
    },
  };
};

/** Nothing came of it that they themselves could mend, such as by signing in. */
const leadsToPerson = ({ verdict, reasons }: Judgement): boolean =>
  verdict === 'unknown' || (verdict === 'refuse' && !isStale(reasons));

/** To give what was not recognised, so that it will be; nothing of it is kept by the offer. */
const offerOf = ({ sealer, clock }: World, { account, text }: Question, locale: Reply['locale']): Button | null =>
  donateButton({ sealer, account, text, label: repliesIn(locale).donating.offer, now: clock.now() });

/** Buttons of this account's own. */
const buttonsFor = (
  world: World,
  account: Account,
  locale: Reply['locale'],
): {
  readonly ask: MakeButton;
  readonly view: (o: Omit<Parameters<MakeButton>[0], 'label'>) => Button;
} => {
  const of = (o: Parameters<MakeButton>[0]): ButtonOptions => ({
    sealer: world.sealer,
    account,
    intent: o.intent.id,
    subject: o.subject,
    ...(o.nobody === undefined ? {} : { nobody: o.nobody }),
    ...(o.slots === undefined ? {} : { slots: o.slots }),
    label: o.label,
    now: world.clock.now(),
  });
  return {
    ask: (o) => askButton(of(o)),
    view: (o) => viewButton(of({ ...o, label: repliesIn(locale).viewButton })),
  };
};
