/** The forms of HR's talk: of a restriction, and the short ones that choose one or say why. */
import { repliesIn } from '../replies/replies.ts';
import type { Choices } from '../restricting-ports.ts';
import type { Field, Form, Locale, Option, Restriction } from '../types.ts';
import { MOST_HOURS } from './changing.ts';
import { MOST_WHY } from './create.ts';
import { MOST_TITLE, oneOf, PLACES, TEXTS, textsOf, type Values } from './fields.ts';

/** What a platform takes in one choice. */
export const MOST_OPTIONS = 100;

interface Making {
  readonly locale: Locale;
  /** Sealed; see `buttons.ts`. */
  readonly state: string;
  /** What was entered so far. */
  readonly values: Values;
  /** What is wrong with it, a line each. */
  readonly findings: readonly string[];
}

const asking = (name: string, label: string, hint: string | null, required = false) => ({
  name,
  label,
  hint,
  required,
});

/** Several of these; where they are more than a platform takes in one choice, their ids are written instead. */
const many = (
  o: { readonly values: Values; readonly asText: boolean },
  of: ReturnType<typeof asking>,
  options: readonly Option[],
  idsHint: string,
): Field => {
  const values = o.values[of.name] ?? [];
  return o.asText || options.length > MOST_OPTIONS
    ? { ...of, hint: idsHint, kind: 'text', value: values.join(', '), most: 2_000, lines: false }
    : { ...of, kind: 'many', options, values: values.filter((value) => options.some((it) => it.value === value)) };
};

const text = (values: Values, of: ReturnType<typeof asking>, most: number, lines: boolean): Field => ({
  ...of,
  kind: 'text',
  value: oneOf(values, of.name),
  most,
  lines,
});

const whyField = ({ values, locale }: Pick<Making, 'values' | 'locale'>): Field => {
  const { label, hint } = repliesIn(locale).restricting.fields.why;
  return text(values, asking('why', label, hint, true), MOST_WHY, true);
};

/** The whole form. `brief`: the platform would not take it with all its choices, so intents are written by their ids. */
export const restrictionForm = (
  o: Making & { readonly choices: Choices; readonly isNew: boolean; readonly brief?: boolean },
): Form => {
  const { locale, values, choices } = o;
  const texts = repliesIn(locale).restricting;
  const { fields } = texts;
  const named = (name: Exclude<keyof typeof fields, 'texts'>, required = false) =>
    asking(name, fields[name].label, fields[name].hint, required);
  const asText = o.brief ?? false;
  const groups = choices.groups.map((group) => ({ value: group, label: group }));
  // The id only where it alone tells two apart.
  const titled = (all: readonly { readonly id: string; readonly title: Readonly<Record<Locale, string>> }[]) =>
    all.map(({ id, title }) => {
      const alike = all.filter((other) => other.title[locale] === title[locale]).length > 1;
      return { value: id, label: (alike ? `${id}: ${title[locale]}` : title[locale]).slice(0, 75) };
    });
  const date = (name: 'from' | 'until'): Field => ({
    ...named(name),
    kind: 'date',
    value: oneOf(values, name) || null,
  });
  return {
    state: o.state,
    title: o.isNew ? texts.titles.new : texts.titles.change,
    text: '',
    findings: o.findings,
    fields: [
      text(values, named('title', true), MOST_TITLE, false),
      many({ values, asText: false }, named('topics'), titled(choices.topics), texts.idsHint),
      many({ values, asText }, named('intents'), titled(choices.intents), texts.idsHint),
      many({ values, asText: false }, named('applies'), groups, texts.idsHint),
      many({ values, asText: false }, named('except'), groups, texts.idsHint),
      many(
        { values, asText: false },
        named('places'),
        PLACES.map((place) => ({ value: place, label: texts.places[place] })),
        texts.idsHint,
      ),
      text(values, named('countries'), 1_000, false),
      date('from'),
      date('until'),
      ...textsOf().map(({ name, locale: language, field }) => {
        const { label, hint } = fields.texts[name];
        return text(values, asking(field, `${label} (${language})`, hint), TEXTS[name], true);
      }),
      whyField(o),
    ],
    submit: texts.buttons.preview,
  };
};

const options = (all: readonly Option[]): readonly Option[] => all.slice(0, MOST_OPTIONS);

const which = (o: Making, all: readonly Option[], label: string): Field => {
  const value = oneOf(o.values, 'which');
  return {
    ...asking('which', label, null, true),
    kind: 'one',
    options: options(all),
    value: all.some((each) => each.value === value) ? value : null,
  };
};

const titles = (restrictions: readonly Restriction[]): readonly Option[] =>
  restrictions.map(({ id, title }) => ({ value: id, label: title.slice(0, 75) }));

/** Chooses the restriction or the template that is filled in next. */
export const pickForm = (o: Making & { readonly of: readonly Restriction[]; readonly template: boolean }): Form => {
  const { titles: named, fields, buttons } = repliesIn(o.locale).restricting;
  return {
    state: o.state,
    text: '',
    findings: o.findings,
    title: o.template ? named.template : named.change,
    fields: [which(o, titles(o.of), fields.which.label)],
    submit: buttons.next,
  };
};

/** Lifts or suspends one, and says why. `id`: which it is; null: it is chosen here. */
export const deedForm = (
  o: Making & { readonly deed: 'lift' | 'suspend'; readonly of: readonly Restriction[]; readonly id: string | null },
): Form => {
  const texts = repliesIn(o.locale).restricting;
  const chosen = o.of.find(({ id }) => id === o.id);
  const hours: Field = {
    ...asking('hours', texts.fields.hours.label, texts.fields.hours.hint, true),
    kind: 'one',
    options: Array.from({ length: MOST_HOURS }, (_, at) => ({ value: String(at + 1), label: String(at + 1) })),
    value: oneOf(o.values, 'hours') || '1',
  };
  return {
    state: o.state,
    findings: o.findings,
    title: texts.titles[o.deed],
    text: [texts.deeds[o.deed], ...(chosen === undefined ? [] : [chosen.title])].join('\n'),
    fields: [
      ...(chosen === undefined ? [which(o, titles(o.of), texts.fields.which.label)] : []),
      ...(o.deed === 'suspend' ? [hours] : []),
      whyField(o),
    ],
    submit: texts.buttons.preview,
  };
};

/** Chooses the version that everything is rolled back to. */
export const rollBackForm = (o: Making & { readonly versions: readonly Option[] }): Form => {
  const texts = repliesIn(o.locale).restricting;
  return {
    state: o.state,
    findings: o.findings,
    title: texts.titles['roll-back'],
    text: texts.deeds['roll-back'],
    fields: [which(o, o.versions, texts.fields.version.label), whyField(o)],
    submit: texts.buttons.preview,
  };
};

/** Says why a change is declined; its author reads it. */
export const declineForm = (o: Making & { readonly sentence: string }): Form => {
  const texts = repliesIn(o.locale).restricting;
  return {
    state: o.state,
    findings: o.findings,
    title: texts.titles.decline,
    text: o.sentence,
    fields: [whyField(o)],
    submit: texts.buttons.decline,
  };
};
