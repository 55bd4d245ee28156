/** A dialog's form as a person has it before them, and what they fill in. */
import { isFields } from '../../src/adapters/bounded/fields.ts';
import type { Field } from '../../src/core/types.ts';
import type { ChatForm, ChatValues } from '../chat-page/api.ts';
import { textAt } from './card-parts.ts';
import { objects, shownCard } from './cards.ts';
import { type Filled, isInput, type ShownInput, shownInput } from './inputs.ts';
import type { Json, TeamsDialog } from './types.ts';

/** What asks on a card and the button that sends it: a card without inputs asks where it has one button, which brings back a form's state. */
export const formOf = (
  card: Json,
): { readonly inputs: readonly ShownInput[]; readonly data: Json; readonly submit: string } | null => {
  const inputs = objects(card['body']).filter(isInput).map(shownInput);
  const [button] = shownCard(card).buttons;
  const sotto = button?.data['sotto'];
  const asks = inputs.length > 0 || (isFields(sotto) && typeof sotto['state'] === 'string');
  return !asks || button === undefined ? null : { inputs, data: button.data, submit: button.label };
};

/** What was filled in and not taken stands in it again, with why. */
export const readableForm = ({ card, title, kept }: TeamsDialog): ChatForm | null => {
  const form = card === null ? null : formOf(card);
  if (card === null || form === null) return null;
  const body = objects(card['body']);
  const first = body.findIndex(isInput);
  const above = body.slice(0, first === -1 ? body.length : first);
  const words = (wrong: boolean): readonly string[] =>
    above.filter((element) => isWrong(element) === wrong).map((element) => textOf(element));
  return {
    title,
    text: words(false).join('\n'),
    findings: [...words(true), ...(kept?.trouble ?? [])],
    fields: body.flatMap((element, at) => {
      if (!isInput(element)) return [];
      const input = shownInput(element);
      const hint = body[at + 1];
      return fieldOf({ ...input, value: kept?.filled[input.id] ?? input.value }, hintOf(hint));
    }),
    submit: form.submit,
  };
};

const fieldOf = (input: ShownInput, hint: string | null): Field => {
  const { id: name, label, required, value } = input;
  const asking = { name, label, hint, required };
  const options = input.choices.map((choice) => ({ value: choice.value, label: choice.title }));
  switch (input.kind) {
    case 'text':
      return { ...asking, kind: 'text', value, most: input.most ?? MOST_TEXT, lines: input.lines };
    case 'one':
      return { ...asking, kind: 'one', options, value: value === '' ? null : value };
    case 'many':
      return { ...asking, kind: 'many', options, values: value === '' ? [] : value.split(',') };
    case 'date':
      return { ...asking, kind: 'date', value: value === '' ? null : value };
  }
};

const MOST_TEXT = 4_000;

/** By the ids of the inputs, as a client keeps it. */
export const filledIn = ({ card }: TeamsDialog, values: ChatValues): Filled => {
  const inputs = card === null ? [] : (formOf(card)?.inputs ?? []);
  const several = new Set(inputs.filter(({ kind }) => kind === 'many').map(({ id }) => id));
  return Object.fromEntries(
    Object.entries(values).map(([id, chosen]) => [id, several.has(id) ? chosen.join(',') : (chosen[0] ?? '')]),
  );
};

const runsOf = (element: Json | undefined): readonly Json[] => objects(element?.['inlines']);

const textOf = (element: Json): string =>
  runsOf(element)
    .map((run) => textAt(run, 'text'))
    .join('');

const isWrong = (element: Json): boolean => runsOf(element).some((run) => run['color'] === 'attention');

const hintOf = (element: Json | undefined): string | null =>
  isFields(element) && runsOf(element).some((run) => run['isSubtle'] === true) ? textOf(element) : null;
