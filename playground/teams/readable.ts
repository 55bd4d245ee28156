/** Teams' messages as people read them. */
import { isFields } from '../../src/adapters/bounded/fields.ts';
import type { ChatButton, ChatHome, ChatLink, ChatPart } from '../chat-page/api.ts';
import { laidOut, wordsOf } from '../parts.ts';
import { textAt } from './card-parts.ts';
import { marked, objects, shownCard } from './cards.ts';
import type { Json, SeenTeamsMessage } from './types.ts';

interface Readable {
  readonly text: string;
  readonly parts?: readonly ChatPart[];
  readonly note: string | null;
  readonly buttons: readonly ChatButton[];
  /** Absent: none. */
  readonly links?: readonly ChatLink[];
}

/** A message's card as a person reads it, or its text. What a button brings back stands in `value`. */
export const readableTeams = (
  message: Pick<SeenTeamsMessage, 'text' | 'textFormat' | 'attachments' | 'bot'>,
): Readable => {
  const cards = message.attachments.map((attachment) => readableCard(contentOf(attachment)));
  const written = message.textFormat === 'plain' ? message.text : marked(message.text).text;
  // People's own words come escaped, with the mention of the bot in front.
  const own = message.bot === null ? decoded(written.replace(/<at>[^<>]{0,200}<\/at> ?/g, '')) : written;
  const links = cards.flatMap(({ links: each = [] }) => each);
  const notes = cards.flatMap(({ note }) => note ?? []);
  const parts = [
    ...(own === '' ? [] : [{ kind: 'text', text: own } as const]),
    ...cards.flatMap((card) => card.parts ?? (card.text === '' ? [] : [{ kind: 'text', text: card.text } as const])),
  ];
  return {
    text: wordsOf(parts),
    ...laidOut(parts),
    note: notes.length > 0 ? notes.join('\n') : null,
    buttons: cards.flatMap(({ buttons }) => buttons),
    ...(links.length === 0 ? {} : { links }),
  };
};

/** A card's words, small print and buttons; of a message or of a dialog. */
export const readableCard = (card: Json): Readable => {
  const { words, buttons, links } = shownCard(card);
  const notes = words.filter(({ small }) => small).map(({ text }) => text);
  const parts = partsOf(words.filter(({ small }) => !small));
  return {
    text: wordsOf(parts),
    ...laidOut(parts),
    note: notes.length > 0 ? notes.join('\n') : null,
    ...(links.length === 0 ? {} : { links }),
    buttons: buttons.map(({ label, data }) => {
      const sotto = isFields(data['sotto']) ? data['sotto'] : {};
      return { action: textAt(sotto, 'action'), label, value: textAt(sotto, 'value') };
    }),
  };
};

/** Where there is more room above a line, a line is left out; facts are lines that begin in bold type. */
const partsOf = (words: ReturnType<typeof shownCard>['words']): readonly ChatPart[] => {
  const parts: ChatPart[] = [];
  for (const [at, { text, apart, title, bold }] of words.entries()) {
    const gap = apart && at > 0 ? '\n' : '';
    const last = parts.at(-1);
    if (title || bold === 0) parts.push({ kind: title ? 'title' : 'text', text: `${gap}${text}` });
    else {
      const fact = { label: `${gap}${text.slice(0, bold)}`, value: text.slice(bold) };
      if (last?.kind !== 'facts') parts.push({ kind: 'facts', columns: false, facts: [fact] });
      else parts[parts.length - 1] = { ...last, facts: [...last.facts, fact] };
    }
  }
  return parts;
};

/** A card in a dialog in parts, a line between two; null where none of its buttons can be pressed. */
export const readablePage = (card: Json): ChatHome | null => {
  const parts: Json[][] = [[]];
  for (const element of objects(card['body'])) {
    if (element['separator'] === true) parts.push([]);
    parts.at(-1)?.push(element);
  }
  const sections = parts
    .filter((body) => body.length > 0)
    .map((body) => {
      const headed = body[0]?.['style'] === 'heading';
      const title = headed ? readableCard({ body: body.slice(0, 1) }).text : null;
      return { title, ...readableCard({ body: headed ? body.slice(1) : body }) };
    });
  return sections.some(({ buttons }) => buttons.some(({ action }) => action !== '')) ? { sections } : null;
};

export const contentOf = (attachment: Json): Json => (isFields(attachment['content']) ? attachment['content'] : {});

const decoded = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
