/** What can be asked in the simulated town, and the words that give it away. */
import type { Operation, WriteOperation } from '../../../src/core/ports.ts';
import type { Catalogue, Intent } from '../../../src/core/types.ts';

const both = <T>(value: T): { readonly en: T; readonly de: T } => ({ en: value, de: value });

const intent = (id: string, o: Partial<Intent> = {}): Intent => ({
  id,
  topic: id.split('.')[0] ?? '',
  title: both(`Title of ${id}`),
  about: 'person',
  operation: id,
  say: both('It says {mark}.'),
  sayOf: both('Of {name} it says {mark}.'),
  each: null,
  none: null,
  examples: both([]),
  ...o,
});

export const INTENTS: readonly Intent[] = [
  intent('leave.balance'),
  intent('leave.policy', { about: 'nobody', operation: null, say: both('Ask your manager first.'), sayOf: null }),
  intent('salary.payslip'),
  intent('salary.bonus'),
  intent('salary.all', {
    about: 'nobody',
    say: both('All of them:'),
    sayOf: null,
    each: both('{mark}'),
    none: both('None.'),
  }),
  intent('health.note'),
  ...['book', 'open', 'tell'].map((what) => intent(`leave.${what}`, { say: both('Wrote {mark}.') })),
];

/** What keeps each from being done twice. The first can be taken back. */
const WRITES: Readonly<Record<string, WriteOperation['again']>> = {
  'leave.book': 'key',
  'leave.unbook': 'key',
  'leave.open': 'look',
  'leave.tell': 'never',
};

/** Intents by which something is written. */
export const WRITING: readonly string[] = ['leave.book', 'leave.open', 'leave.tell'];

export const codeOfWrite = (operation: string): string => operation.replace('.', '-');

const UNDO_MS = 10 * 60_000;

const CLASSES: Readonly<Record<string, string>> = { leave: 'days', salary: 'pay', health: 'health' };

export const CATALOGUE: Catalogue = {
  hash: 'simulated',
  topics: new Map(
    Object.entries(CLASSES).map(([id, dataClass]) => [
      id,
      {
        id,
        title: both(`Topic ${id}`),
        contact: both(`the ${id} desk`),
        dataClasses: [dataClass],
        mostPerMinute: 100_000,
        guard: both([]),
      },
    ]),
  ),
  intents: new Map(INTENTS.map((one) => [one.id, one])),
  background: both([]),
};

const writesOf = (name: string): Pick<Operation, 'writes'> => {
  const again = WRITES[name];
  const undo = name === 'leave.book' ? { operation: 'leave.unbook', ms: UNDO_MS } : null;
  return again === undefined ? {} : { writes: { again, undo, words: [] } };
};

export const operationOf = (name: string): Operation => ({
  ...writesOf(name),
  name,
  dataClass: CLASSES[name.split('.')[0] ?? ''] ?? '',
  list: name === 'salary.all',
  bySubject: name !== 'salary.all',
});

/** The topic that an intent, a suspicion or a data class belongs to. */
export const topicOf = (action: string): string =>
  action.startsWith('data:')
    ? (Object.entries(CLASSES).find(([, dataClass]) => action === `data:${dataClass}`)?.[0] ?? '')
    : (action.split('.')[0] ?? '');

/** Something that only the backend knows. It stands in every record, so that whoever sees it has seen that record. */
export const markOf = (o: { readonly dataClass: string; readonly subject: string; readonly n: number }): string =>
  `§${o.dataClass}.${o.subject}.${o.n}§`;

/** Class and subject of every record that a text gives away. */
export const marksIn = (text: string): readonly { readonly dataClass: string; readonly subject: string }[] =>
  text.includes('§')
    ? [...text.matchAll(/§([a-z]+)\.([a-z]+)\.\d+§/g)].map(([, dataClass = '', subject = '']) => ({
        dataClass,
        subject,
      }))
    : [];

/** A word that stands in one question and nowhere else. */
export const wordOf = (n: number): string => `zw${n}q`;

/** Whether a text holds what somebody asked or was told. */
export const holdsWords = (text: string): boolean => text.includes('§') || /zw\d+q/.test(text);
