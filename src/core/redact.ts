/** Step 10: what this person may not see goes, and what is left is made safe in size and markup. */
import { SottoError } from './errors.ts';
import type { BackendRecord, FieldValue, Saying } from './ports.ts';
import { repliesIn } from './replies/replies.ts';
import type { Replies } from './replies/shape.ts';
import type { Fact, Intent, Locale } from './types.ts';

/** Slack takes 3,000 characters in a section; room is left for the note. */
const MOST_CHARACTERS = 2_800;
const MOST_LINES = 20;
const MOST_IN_A_FIELD = 300;

const TAG: { readonly [L in Locale]: string } = { en: 'en-GB', de: 'de-DE' };

/** Control characters and those that turn the reading direction could make a value read as something else. */
const UNSAFE = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** One line of harmless characters, at most 300 of them. */
const tame = (text: string): string => {
  const line = text.toWellFormed().replace(UNSAFE, ' ').replace(/ {2,}/g, ' ').trim();
  return line.length > MOST_IN_A_FIELD ? `${line.slice(0, MOST_IN_A_FIELD - 1).toWellFormed()}…` : line;
};

/** Formats that are kept. A currency comes from a backend, which may name many. */
const MOST_FORMATS = 64;

/** Made once: making one costs many times what using it does. */
const remembered = <T>(make: (locale: Locale, what: string) => T): ((locale: Locale, what: string) => T) => {
  const known = new Map<string, T>();
  return (locale, what) => {
    const key = `${locale}:${what}`;
    const one = known.get(key) ?? make(locale, what);
    if (known.size < MOST_FORMATS) known.set(key, one);
    return one;
  };
};

const numberFormat = remembered((locale) => new Intl.NumberFormat(TAG[locale], { maximumFractionDigits: 2 }));
const dateFormat = remembered((locale) => new Intl.DateTimeFormat(TAG[locale], { dateStyle: 'long', timeZone: 'UTC' }));
const moneyFormat = remembered(
  (locale, currency) => new Intl.NumberFormat(TAG[locale], { style: 'currency', currency }),
);

/** In place of what a system says nothing of; the same in every language. */
const NOT_GIVEN = '–';

const written = (field: FieldValue, locale: Locale): string => {
  switch (field.type) {
    case 'text':
      return tame(field.value);
    case 'number':
      return numberFormat(locale, '').format(field.value);
    case 'date':
      return dateFormat(locale, '').format(new Date(`${field.value}T00:00:00Z`));
    case 'money':
      return moneyFormat(locale, field.currency).format(field.value);
    case 'choice':
      return tame(field.words[locale]);
    case 'none':
      return NOT_GIVEN;
  }
};

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9]*)\}/g;

/** Redacted fields are shown as this, so that people see that something was left out. */
const REDACTED = '•••';

/** Fills a template of the pack. Refuses with code `pack-invalid` where it names what neither the record nor `extra` has. */
export const fill = (o: {
  readonly template: string;
  readonly fields: BackendRecord['fields'];
  readonly extra?: Readonly<Record<string, string>>;
  readonly redact: readonly string[];
  readonly locale: Locale;
}): string =>
  o.template.replace(PLACEHOLDER, (_, name: string) => {
    if (o.extra !== undefined && Object.hasOwn(o.extra, name)) return o.extra[name] ?? '';
    if (o.redact.includes(name)) return REDACTED;
    const field = Object.hasOwn(o.fields, name) ? o.fields[name] : undefined;
    if (field === undefined) {
      throw new SottoError(
        'pack-invalid',
        `A template names {${name}}, and the record has no such field. Declare the field in the backend's description or mend the template.`,
      );
    }
    return written(field, o.locale);
  });

/** Cuts at a line's end where possible and never through a surrogate pair. */
export const bounded = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1).toWellFormed()}…`;

const noRecord = (texts: Replies, what: string): string => (what === '' ? texts.noRecord : texts.noRecordFor({ what }));

/** In whose words an answer is said: the intent's, or else the description's. */
export type Wording = Pick<Saying, 'say' | 'sayOf' | 'each' | 'none' | 'title' | 'facts'>;

/** Refuses with code `pack-invalid` where neither says anything. */
export const wordingOf = (intent: Pick<Intent, 'id' | 'say' | 'sayOf' | 'each' | 'none'>, says?: Saying): Wording => {
  const { say, sayOf, each, none } = intent;
  if (say !== null) return { say, sayOf, each, none, title: null, facts: [] };
  if (says !== undefined) return says;
  throw new SottoError(
    'pack-invalid',
    `Nothing says the answer to ${intent.id}. Write say in the pack, or say, each or card in the description of its operation.`,
  );
};

/** What `worded` and `factsOf` say it of. */
interface Said {
  readonly wording: Wording;
  readonly records: readonly BackendRecord[];
  readonly list: boolean;
  readonly redact: readonly string[];
  readonly locale: Locale;
}

/** The words of an answer, from records that have passed both checks of authority. Empty where they are facts alone. */
export const worded = (
  o: Said & {
    /** Whom the data is about; null: the asker. */
    readonly name: string | null;
    /** There may be more of the list than was read. */
    readonly more?: true | undefined;
    /** What it was asked for, as people read it ("October 2026"); empty: for nothing in particular. */
    readonly asked?: string;
  },
): string => {
  const { wording, records, locale, redact } = o;
  const texts = repliesIn(locale);
  const extra = o.name === null ? {} : { name: tame(o.name) };
  const head = o.name === null ? wording.say : (wording.sayOf ?? wording.say);
  const [first] = records;
  if (first === undefined) {
    const none =
      wording.none === null || (o.asked ?? '') !== ''
        ? noRecord(texts, o.asked ?? '')
        : fill({ template: wording.none[locale], fields: {}, extra, redact, locale });
    return o.more === true ? `${none}\n${texts.mayBeMore({ count: 0 })}` : none;
  }
  const headed = (fields: BackendRecord['fields']): string =>
    head === null ? '' : fill({ template: head[locale], fields, extra, redact, locale });
  if (!o.list || wording.each === null) return bounded(headed(first.fields));
  const template = wording.each[locale];
  const lines = records
    .slice(0, MOST_LINES)
    .map((record) => `• ${fill({ template, fields: record.fields, redact, locale })}`);
  return listed({ head: headed({}), lines, count: records.length, more: o.more === true, texts });
};

/** As many of the lines as there is room for, and at the end what is not told: long lines must not push that out. */
const listed = (o: {
  readonly head: string;
  readonly lines: readonly string[];
  /** Of the list; those that have no line among it. */
  readonly count: number;
  readonly more: boolean;
  readonly texts: Replies;
}): string => {
  const { head, lines, count, more, texts } = o;
  const said = (shown: number): string => {
    const left = count - shown;
    const end = left > 0 ? texts.andMore({ count: left, atLeast: more }) : more ? texts.mayBeMore({ count }) : '';
    return [head, ...lines.slice(0, shown), end].filter((line) => line !== '').join('\n');
  };
  let shown = lines.length;
  while (shown > 1 && said(shown).length > MOST_CHARACTERS) shown -= 1;
  return bounded(said(shown));
};

/** The facts of one record, a label and a value each; none of a list, and where there is nothing. */
export const factsOf = ({ wording, records, list, redact, locale }: Said): readonly Fact[] => {
  const [record] = records;
  if (list || record === undefined) return [];
  return wording.facts.map(({ label, field }) => ({
    label: tame(label[locale]),
    value: fill({ template: `{${field}}`, fields: record.fields, redact, locale }) || NOT_GIVEN,
  }));
};
