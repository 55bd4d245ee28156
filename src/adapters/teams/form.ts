import type { Field, Form, Option } from '../../core/types.ts';
import { cardOf, fitted, type Json, MOST_CARD, paragraph, size } from './card.ts';
import { inputId, joinChoices, toChoice } from './inputs.ts';
import { linesOf, oneLine, shortened } from './lines.ts';
import { unmarked } from './marks.ts';

/** So much of the text above the fields always fits. */
const ROOM_FOR_TEXT = 600;

const MOST_FINDINGS = 20;
const LONGEST_FINDING = 300;
const LONGEST_LABEL = 150;
const LONGEST_HINT = 300;
const LONGEST_SUBMIT = 24;

/** `needed`: said beside a field that must be filled in and is not. */
export type RenderForm = (form: Form) => Json | null;

/**
 * A form as an Adaptive Card: findings, text, fields, and the button that brings back what was filled in and the form's state.
 * The text above is cut to what there is room for, with a sign. Nothing that is chosen from or was filled in ever is: null where
 * that alone is too much for a card.
 */
export const createFormCard =
  (o: { readonly needed: string }): RenderForm =>
  (form) => {
    const findings = form.findings.slice(0, MOST_FINDINGS).map((finding, index) =>
      paragraph(shortened(oneLine(finding), LONGEST_FINDING) || '…', {
        wrong: true,
        ...(index === 0 ? {} : { spacing: 'small' }),
      }),
    );
    const below = [
      ...form.fields.flatMap((field) => [inputOf(field, o.needed), ...hintOf(field.hint)]),
      { type: 'ActionSet', spacing: 'large', actions: [submitOf(form)] },
    ];
    const room = MOST_CARD - size(cardOf([...findings, ...below]));
    if (form.text.trim() === '') return room < 0 ? null : cardOf([...findings, ...below]);
    if (room < ROOM_FOR_TEXT) return null;
    return cardOf([...findings, ...fitted(linesOf(form.text), room), ...below]);
  };

const submitOf = ({ submit, state }: Form): Json => ({
  type: 'Action.Submit',
  title: shortened(oneLine(submit) || '…', LONGEST_SUBMIT),
  style: 'positive',
  data: { sotto: { state } },
});

/** A card has no room for small print between a label and what it labels. */
const hintOf = (hint: string | null): readonly Json[] => {
  const line = hint === null ? '' : oneLine(hint);
  return line === '' ? [] : [paragraph(shortened(line, LONGEST_HINT), { spacing: 'none', small: true })];
};

const inputOf = (field: Field, needed: string): Json => {
  const asking = {
    id: inputId(field),
    label: unmarked(shortened(oneLine(field.label) || '…', LONGEST_LABEL)),
    spacing: 'medium',
    ...(field.required ? { isRequired: true, errorMessage: needed } : {}),
  };
  switch (field.kind) {
    case 'text': {
      const value = typed(field.value);
      const given = value === '' ? {} : { value };
      return { type: 'Input.Text', ...asking, isMultiline: field.lines, maxLength: field.most, ...given };
    }
    case 'one':
    case 'many': {
      const chosen = field.kind === 'many' ? field.values : field.value === null ? [] : [field.value];
      // Clients differ in what they make of a value that is not among those to choose from.
      const known = chosen.filter((value) => field.options.some((option) => option.value === value));
      return {
        type: 'Input.ChoiceSet',
        ...asking,
        isMultiSelect: field.kind === 'many',
        style: field.kind === 'many' ? 'expanded' : 'compact',
        wrap: true,
        choices: field.options.map(choiceOf),
        ...(known.length === 0 ? {} : { value: joinChoices(known) }),
      };
    }
    case 'date':
      return { type: 'Input.Date', ...asking, ...(field.value === null ? {} : { value: field.value }) };
  }
};

const choiceOf = ({ value, label }: Option): Json => ({
  title: unmarked(shortened(oneLine(label) || '…', LONGEST_LABEL)),
  value: toChoice(value),
});

/** What somebody wrote comes back to them as they wrote it. */
const typed = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '');
