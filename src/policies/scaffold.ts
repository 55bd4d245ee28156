/** The beginnings of an intent in a pack of one's own: entry, sentences to fill in, a rule to decide on, a first example. */
import { TO_FILL } from './catalogue-checks.ts';
import type { Pack } from './contents.ts';

/** As many sentences as an intent has at least, in English; one in every other language. */
const LEAST_SENTENCES = 5;

const both = (text: string): string => `{ en: ${JSON.stringify(text)}, de: ${JSON.stringify(text)} }`;

const inBoth = (value: { readonly en: string; readonly de: string }): string =>
  `{ en: ${JSON.stringify(value.en)}, de: ${JSON.stringify(value.de)} }`;

export interface NewIntent {
  readonly id: string;
  readonly topic: string;
  /** The backend operation that answers it; null: words alone. */
  readonly operation: string | null;
}

/** The head of `intents/TOPIC.yaml`: that of the topic where the pack has it, for a later file of a topic replaces the earlier one's head. */
export const topicHead = ({ topic: id }: NewIntent, pack: Pack): string => {
  const known = pack.topics.get(id);
  return [
    '# yaml-language-server: $schema=../schemas/topic.schema.json',
    `topic: ${id}`,
    `title: ${known === undefined ? both(`${TO_FILL} the topic's title`) : inBoth(known.title)}`,
    `contact: ${known === undefined ? both(`${TO_FILL} whom to ask`) : inBoth(known.contact)}`,
    `data: [${(known?.dataClasses ?? []).join(', ')}]`,
    ...(known === undefined ? [] : [`mostPerMinute: ${known.mostPerMinute}`]),
    '',
    'intents:',
    '',
  ].join('\n');
};

export const intentEntry = ({ id, operation }: NewIntent): string => {
  const sentence = (n: number): string => `        - ${JSON.stringify(`${TO_FILL} how people ask ${id}, ${n}`)}`;
  return [
    `  ${id}:`,
    `    title: ${both(`${TO_FILL} a title`)}`,
    `    about: ${operation === null ? 'nobody' : 'person'}`,
    ...(operation === null ? [] : [`    operation: ${operation}`]),
    `    say: ${both(`${TO_FILL} the answer${operation === null ? '' : ', with fields of the record in braces'}`)}`,
    '    examples:',
    '      en:',
    ...Array.from({ length: LEAST_SENTENCES }, (_, n) => sentence(n + 1)),
    '      de:',
    sentence(1),
    '',
  ].join('\n');
};

/** Commented out: until somebody decides, nobody may ask it. */
export const ruleToDecide = ({ id, operation }: NewIntent): string =>
  [
    '',
    `// ${id}: nobody may ask it but whom a rule of its whole topic permits it. Decide who else, and take the slashes away.`,
    `// @id("${id.replace('.', '-')}")`,
    `// permit (principal in Group::"employee", action == Action::"${id}", resource)`,
    operation === null ? '// ;' : '// when { context.relation == Relation::"self" };',
    '',
  ].join('\n');

export const examplesHead = ['# yaml-language-server: $schema=../schemas/examples.schema.json', 'examples:', ''].join(
  '\n',
);

/** Guests get help alone, whatever anybody decides; what else must hold is for whoever writes the rule to say. */
export const firstExample = ({ id }: NewIntent): string =>
  [
    `  # Say whom your rule permits it, and who must be refused; \`with\` changes who asks.`,
    `  # - { as: erin, chooses: ${id}, expect: { outcome: answer, by: [${id.replace('.', '-')}] } }`,
    `  - { as: gus, chooses: ${id}, expect: { outcome: refuse, intent: ${id}, by: [guests-help-only] } }`,
    '',
  ].join('\n');
