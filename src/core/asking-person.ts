/**
 * The way to a person: where nothing could be answered, whoever works here is offered to ask somebody instead. It is an intent of the pack
 * whose form begins with the question (`Intent.form`), and whose operation opens a case in a described system. The offer sends nothing:
 * its button opens the form, and only what is left standing there goes out.
 */
import { type Circumstances, mayAsk } from './askable.ts';
import { isOutsider } from './judgement.ts';
import type { Operation, WriteOperation } from './ports.ts';
import { repliesIn } from './replies/replies.ts';
import { NO_SLOTS } from './slot-types.ts';
import type { Button, Card, Intent, Person, Press, Question } from './types.ts';
import type { World } from './world.ts';
import { writeButton } from './writing/buttons.ts';

interface Way {
  readonly intent: Intent;
  readonly operation: Operation & { readonly writes: WriteOperation };
  /** Of the form, the text that begins with the question. */
  readonly question: { readonly name: string; readonly most: number };
}

/** The first intent that is one and that a description serves; null: there is none. */
const wayIn = ({ catalogue, backend }: Pick<World, 'catalogue' | 'backend'>): Way | null => {
  for (const intent of catalogue.intents.values()) {
    const name = intent.form?.question;
    const operation = intent.operation === null ? null : backend.operation(intent.operation);
    const { writes } = operation ?? {};
    const question = writes?.words.find((asked) => asked.name === name);
    if (operation !== null && writes !== undefined && question !== undefined)
      return { intent, operation: { ...operation, writes }, question };
  }
  return null;
};

/** As the form and what it sends will be judged, so that nobody is offered what they would be refused. */
const isOpen = ({ policy }: Pick<World, 'policy'>, request: Circumstances, { intent, operation }: Way): boolean => {
  if (!mayAsk(policy, request, intent)) return false;
  const about = operation.bySubject ? 'self' : 'other';
  const decision = policy.decide({ ...request, action: `data:${operation.dataClass}`, about });
  return decision.effect === 'permit' || decision.helps !== null;
};

type Asking = Pick<World, 'catalogue' | 'backend' | 'policy' | 'sealer' | 'clock'>;

const wayFor = (world: Asking, person: Person, request: Circumstances, refused: Intent | null): Way | null => {
  if (isOutsider(person)) return null;
  const way = wayIn(world);
  // Whoever could not ask a person is not offered to ask a person.
  return way === null || way.intent === refused || !isOpen(world, request, way) ? null : way;
};

const buttonOf = (
  world: Asking,
  { intent, question }: Way,
  inbound: Question | Press,
  label: string,
): Button | null => {
  const { sealer, clock } = world;
  const of = { sealer, account: inbound.account, intent: intent.id, subject: null, slots: NO_SLOTS, label };
  const text = inbound.kind === 'question' ? inbound.text.trim() : '';
  const filled =
    text === '' || text.length > question.most
      ? null
      : writeButton({ ...of, words: { [question.name]: text }, now: clock.now() });
  return filled ?? writeButton({ ...of, now: clock.now() });
};

/** The same card with the button that offers a person, whose form begins with what was asked where that fits. */
export const offeringPerson = (
  world: Asking,
  o: {
    readonly card: Card;
    readonly person: Person;
    readonly request: Circumstances;
    readonly inbound: Question | Press;
    /** What could not be answered; null: nothing was recognised. */
    readonly intent: Intent | null;
  },
): Card => {
  const way = wayFor(world, o.person, o.request, o.intent);
  if (way === null) return o.card;
  const button = buttonOf(world, way, o.inbound, repliesIn(o.person.locale).askPerson);
  return button === null ? o.card : { ...o.card, buttons: [...o.card.buttons, button] };
};

/** The same where no button can stand: it says how to ask for a person. */
export const sayingPerson = (
  world: Asking,
  o: { readonly card: Card; readonly person: Person; readonly request: Circumstances; readonly intent: Intent | null },
): Card =>
  wayFor(world, o.person, o.request, o.intent) === null
    ? o.card
    : { ...o.card, text: `${o.card.text}\n\n${repliesIn(o.person.locale).askPersonInChat}` };
