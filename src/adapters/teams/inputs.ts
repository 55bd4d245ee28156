/** How a form's fields are named on a card, and how what was chosen travels. */
import type { Field } from '../../core/types.ts';

const KINDS = ['text', 'one', 'many', 'date'] as const;
const NAME = /^(text|one|many|date)-([a-z0-9-]{1,64})$/;

/** What is filled in comes back beside the data of the button, by its id: a kind in front, so that no name is one of ours. */
export const inputId = ({ kind, name }: Pick<Field, 'kind' | 'name'>): string => `${kind}-${name}`;

export const inputOf = (id: string): { readonly kind: Field['kind']; readonly name: string } | null => {
  const [, kind, name] = NAME.exec(id) ?? [];
  const known = KINDS.find((each) => each === kind);
  return known === undefined || name === undefined ? null : { kind: known, name };
};

/** Several that were chosen come back joined by commas, with nothing around one that stands in a value. */
const SEPARATOR = ',';

export const toChoice = (value: string): string => value.replaceAll('%', '%25').replaceAll(SEPARATOR, '%2C');

const fromChoice = (choice: string): string => choice.replaceAll('%2C', SEPARATOR).replaceAll('%25', '%');

export const joinChoices = (values: readonly string[]): string => values.map(toChoice).join(SEPARATOR);

/** Each once; clients add some again that were taken away and chosen anew. */
export const splitChoices = (joined: string): readonly string[] => [
  ...new Set(
    joined
      .split(SEPARATOR)
      .map((choice) => fromChoice(choice.trim()))
      .filter((value) => value !== ''),
  ),
];
