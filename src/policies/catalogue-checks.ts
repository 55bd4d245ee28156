import { LANGUAGES } from '../core/languages.ts';
import type { Intent, Locale, Topic } from '../core/types.ts';
import type { Pack } from './contents.ts';
import type { Finding } from './findings.ts';
import { INTENT_ID, placeholdersOf, SUSPECTED } from './names.ts';
import { checkSlots, type SlotsRead } from './slot-shape.ts';
import type { YamlFile } from './yaml-file.ts';

const LOCALES: readonly Locale[] = ['en', 'de'];

type Found = (path: readonly PropertyKey[], what: string, mend: string) => void;

const same = (left: ReadonlySet<string>, right: ReadonlySet<string>): boolean =>
  left.size === right.size && [...left].every((it) => right.has(it));

/** Which fields a template may name: those of the record, only the person's name, or none at all. */
const checkTemplates = (intent: Intent, found: Found): void => {
  const list = intent.each !== null;
  const allowed: { readonly [K in 'say' | 'sayOf' | 'each' | 'none']: 'record' | 'name' | 'nothing' } = {
    say: list || intent.operation === null ? 'nothing' : 'record',
    sayOf: list || intent.operation === null ? 'name' : 'record',
    each: 'record',
    none: 'nothing',
  };
  for (const part of ['say', 'sayOf', 'each', 'none'] as const) {
    const texts = intent[part];
    if (texts === null) continue;
    const path = ['intents', intent.id, part];
    const named = LOCALES.map((locale) => {
      const names = placeholdersOf(texts[locale]);
      if (names === null) {
        found([...path, locale], 'A brace stands alone or holds no field name.', 'Write a field as {field}.');
      }
      return names ?? new Set<string>();
    });
    const [first = new Set<string>(), ...others] = named;
    if (others.some((other) => !same(first, other))) {
      found(path, 'The languages name different fields.', 'Name the same {fields} in each.');
    }
    const all = new Set(named.flatMap((names) => [...names]));
    if (allowed[part] === 'name') all.delete('name');
    // The one thing that an answer without a record may name: what this person may ask here.
    if (part === 'say' && intent.operation === null) all.delete('capabilities');
    if (allowed[part] !== 'record' && all.size > 0) {
      const why = part === 'none' ? 'an empty list' : list ? 'the line above a list' : 'an intent without an operation';
      found(path, `There is no record to take {${[...all].join('}, {')}} from in ${why}.`, 'Remove it.');
    }
  }
};

/** Either the intent says its answer, or all of that is the description's. */
const checkSaid = (intent: Intent, found: Found): void => {
  if (intent.say !== null) return;
  const path = ['intents', intent.id];
  if (intent.operation === null)
    found(path, 'Nothing says the answer: it has neither say nor an operation whose description could.', 'Write say.');
  for (const part of ['sayOf', 'each', 'none'] as const)
    if (intent[part] !== null)
      found(
        [...path, part],
        'It stands without say, and then the description of the operation says all of the answer.',
        'Write say as well, or remove it.',
      );
};

/** What `sotto new intent` leaves to be written: a pack that still has it is not finished. */
export const TO_FILL = 'FILL IN';

/** Where something is still to be written, within the value at `path`. */
const unfilled = (value: unknown, path: readonly PropertyKey[]): readonly (readonly PropertyKey[])[] => {
  if (typeof value === 'string') return value.includes(TO_FILL) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => unfilled(inner, [...path, key]));
};

const checkFilled = (value: unknown, path: readonly PropertyKey[], found: Found): void => {
  const [first, ...others] = unfilled(value, path);
  if (first === undefined) return;
  const places = others.length === 0 ? 'here' : `in ${others.length + 1} places, first here`;
  found(first, `Something is still to be filled in ("${TO_FILL}"), ${places}.`, 'Write it, or remove the line.');
};

/** What is wrong within one topic's file, beyond its shape. */
export const topicFindings = (o: {
  readonly file: string;
  readonly place: YamlFile['place'];
  readonly topic: Topic;
  readonly intents: readonly Intent[];
  /** The slots of an intent as the file has them. */
  readonly slotsOf: (intent: string) => SlotsRead;
}): readonly Finding[] => {
  const findings: Finding[] = [];
  const found: Found = (path, what, mend) => void findings.push({ file: o.file, place: o.place(path), what, mend });
  const { title, contact } = o.topic;
  checkFilled({ title, contact }, [], found);
  for (const intent of o.intents) {
    const path = ['intents', intent.id];
    checkFilled(intent, path, found);
    if (!INTENT_ID.test(intent.id)) {
      found(path, 'This is not an id of an intent.', 'Write topic.name in lower-case letters, digits and hyphens.');
    } else if (!intent.id.startsWith(`${o.topic.id}.`)) {
      found(
        path,
        `The id does not begin with its topic, "${o.topic.id}.".`,
        'Rename it or move it to the file of its topic.',
      );
    } else if (intent.id === `${o.topic.id}.${SUSPECTED}`) {
      found(path, 'This id is taken: it is what the guard of the topic suspects.', 'Choose another.');
    }
    if (intent.about === 'nobody' && intent.sayOf !== null) {
      found(
        [...path, 'sayOf'],
        'An intent about nobody has no answer about somebody.',
        'Remove sayOf, or say about: person.',
      );
    }
    checkSaid(intent, found);
    checkTemplates(intent, found);
    checkSlots(intent, o.slotsOf(intent.id), found);
  }
  if (new Set(o.topic.dataClasses).size < o.topic.dataClasses.length) {
    found(['data'], 'A data class is named twice.', 'Name it once.');
  }
  return findings;
};

const normal = (sentence: string): string =>
  sentence
    .toLowerCase()
    .replace(/[\s?!.]+/g, ' ')
    .trim();

/** What is wrong between the files of a pack. */
export const agreementFindings = (o: {
  readonly pack: Pack;
  readonly folders: readonly string[];
  readonly fileOf: (id: string) => string;
}): readonly Finding[] => {
  const { pack } = o;
  const findings: Finding[] = [];
  if (pack.intents.size === 0) {
    const mend = 'Add intents/TOPIC.yaml with at least one intent.';
    findings.push({ file: o.folders.join(', '), place: '', what: 'The pack has no intents.', mend });
  }

  const owners = new Map<string, string>();
  for (const topic of pack.topics.values()) {
    for (const dataClass of topic.dataClasses) {
      const owner = owners.get(dataClass);
      if (owner !== undefined && owner !== topic.id) {
        const what = `The data class "${dataClass}" belongs to the topic "${owner}" already.`;
        const mend = 'A data class has one topic: rename it here or remove it there.';
        findings.push({ file: o.fileOf(topic.id), place: 'data', what, mend });
      }
      owners.set(dataClass, topic.id);
    }
  }

  for (const language of LANGUAGES) {
    const said = new Map<string, string>();
    const claim = (sentence: string, id: string, place: string): void => {
      const key = normal(sentence);
      const other = said.get(key);
      if (other !== undefined && other !== id) {
        const what = `The sentence "${sentence}" stands for ${other} too.`;
        findings.push({
          file: o.fileOf(id),
          place,
          what,
          mend: 'A sentence can mean one thing only: keep it in one place.',
        });
      }
      said.set(key, id);
    };
    for (const intent of pack.intents.values()) {
      for (const [index, sentence] of (intent.examples[language] ?? []).entries()) {
        claim(sentence, intent.id, `intents > ${intent.id} > examples > ${language} > ${index}`);
      }
    }
    for (const [index, sentence] of (pack.background[language] ?? []).entries())
      claim(sentence, 'background', `${language} > ${index}`);
  }
  return findings;
};
