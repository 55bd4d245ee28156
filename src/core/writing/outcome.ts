/** What somebody is told of a write: in words that hold whatever became of it, and nothing that nobody knows. */
import { answerCard, plainCard, strictest } from '../answer.ts';
import { permittedIntents } from '../askable.ts';
import { PLAIN } from '../commit.ts';
import type { Wrote } from '../data.ts';
import { codeOf } from '../errors.ts';
import type { Judgement } from '../judgement.ts';
import type { CallFault, KeptWrite } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import type { Account, Button, Card, Catalogue, Locale, Obligations, Person } from '../types.ts';
import { judgePorts, type World } from '../world.ts';
import { writeButton } from './buttons.ts';
import { undoButton, type Writing } from './carried.ts';

const FAULTS: readonly CallFault[] = ['unreachable', 'busy', 'refused', 'sign-in', 'not-found', 'malformed'];

/** Code of what waited and will not be written: its form was opened again with what stood in it. */
export const SENT_ANEW = 'sent-anew';

type Words = Pick<Catalogue, 'intents' | 'topics'>;

export const titleOf = ({ intents }: Words, id: string, locale: Locale): string => intents.get(id)?.title[locale] ?? id;

const contactOf = ({ intents, topics }: Words, id: string, locale: Locale): string =>
  topics.get(intents.get(id)?.topic ?? '')?.contact[locale] ?? '';

/**
 * Opens the form once more; `kept`: filled as it was sent, words and all, where that fits. None where nothing of it does. `waits`: it may yet be written
 * by itself, which whoever opens this one ends.
 */
export const againOf = (
  { sealer, clock }: Pick<World, 'sealer' | 'clock'>,
  o: { readonly writing: Writing; readonly account: Account; readonly locale: Locale; readonly waits?: boolean },
): { readonly buttons: readonly Button[]; readonly kept: boolean } => {
  const { id, intent, subject, slots, words } = o.writing;
  const instead = o.waits === true ? { instead: id } : {};
  const of = { sealer, account: o.account, intent, subject, slots, now: clock.now(), ...instead };
  const label = repliesIn(o.locale).writing.open;
  const whole = writeButton({ ...of, words, label });
  const button = whole ?? writeButton({ ...of, label });
  return { buttons: button === null ? [] : [button], kept: whole !== null };
};

/** For as long as what was done can be taken back here; none where it cannot. */
const undoOf = (
  world: Pick<World, 'backend' | 'catalogue' | 'clock' | 'sealer'>,
  o: {
    readonly writing: Writing;
    readonly account: Account;
    readonly locale: Locale;
    /** When it was done, ms since the epoch. */
    readonly at: number;
  },
): Pick<Card, 'buttons' | 'note'> => {
  const { id, intent, subject } = o.writing;
  const operation = world.catalogue.intents.get(intent)?.operation ?? null;
  const undo = operation === null ? null : (world.backend.operation(operation)?.writes?.undo ?? null);
  const left = undo === null ? 0 : o.at + undo.ms - world.clock.now();
  if (undo === null || left < 60_000) return { buttons: [], note: null };
  const texts = repliesIn(o.locale).writing;
  const of = { sealer: world.sealer, account: o.account, id, intent, subject, until: o.at + undo.ms };
  return {
    buttons: [undoButton({ ...of, label: texts.undo })],
    note: texts.undoFor({ minutes: Math.floor(left / 60_000) }),
  };
};

interface Telling {
  readonly writing: Writing;
  readonly account: Account;
  readonly locale: Locale;
}

/** What became of it, by what the store knows; `enough` by its code. Holds nothing that the system said. */
export const toldCard = (
  world: Pick<World, 'backend' | 'catalogue' | 'clock' | 'sealer'>,
  o: Telling & { readonly stands: Pick<KeptWrite, 'state' | 'code' | 'triedAt'> },
): Card => {
  const { writing, locale, stands } = o;
  const texts = repliesIn(locale).writing;
  const title = titleOf(world.catalogue, writing.intent, locale);
  const contact = contactOf(world.catalogue, writing.intent, locale);
  const takesBack = writing.undoes !== null;
  switch (stands.state) {
    case 'undone':
      return plainCard(texts.undone({ title }));
    case 'done':
      if (takesBack) return plainCard(texts.undone({ title }));
      return { ...plainCard(texts.done({ title })), ...undoOf(world, { ...o, at: stands.triedAt }) };
    case 'not-done': {
      if (takesBack) return plainCard(texts.undoNotDone({ title, contact }));
      const fault = ([...FAULTS, 'enough', SENT_ANEW] as const).find((known) => known === stands.code);
      const card = plainCard(texts.notDone({ title, code: fault ?? 'other', contact }));
      return fault === SENT_ANEW ? card : { ...card, buttons: againOf(world, o).buttons };
    }
    default:
      return plainCard(takesBack ? texts.undoDoubt({ title, contact }) : texts.doubt({ title, contact }));
  }
};

/**
 * Of what was done just now: with what the system said of it, as far as that may be told. Whatever fails about those words, it was done, and is
 * said to be. `obligations`: of the card.
 */
export const doneCard = (
  world: World,
  o: Telling & {
    readonly wrote: Extract<Wrote, { ok: true }>;
    readonly judgement: Judgement;
    readonly person: Person;
    readonly at: number;
  },
): { readonly card: Card; readonly obligations: Obligations } => {
  const { wrote, judgement, person } = o;
  const { intent } = judgement;
  const bare = {
    card: toldCard(world, { ...o, stands: { state: 'done', code: null, triedAt: o.at } }),
    obligations: PLAIN,
  };
  if (o.writing.undoes !== null || wrote.record === null || intent === null || judgement.obligations === null)
    return bare;
  const obligations = strictest([judgement.obligations, ...wrote.obligations]);
  // There is no press to show it on: whoever wants to see it asks.
  if (obligations.show === 'view') return bare;
  const says = intent.operation === null ? undefined : world.backend.operation(intent.operation)?.says;
  try {
    const card = answerCard({
      intent,
      judgement,
      person,
      catalogue: world.catalogue,
      read: {
        ok: true,
        records: [wrote.record],
        list: false,
        obligations: wrote.obligations,
        ...(says === undefined ? {} : { says }),
      },
      obligations,
      permitted: () => permittedIntents(judgePorts(world), judgement.request),
    });
    const { buttons, note } = bare.card;
    return {
      card: { ...card, buttons, note: [card.note, note].filter((each) => each !== null).join('\n') || null },
      obligations,
    };
  } catch (error) {
    world.log.error('writing.not-worded', { id: o.writing.id, code: codeOf(error) });
    return bare;
  }
};
