/** Slack's messages as people read them, without Slack's own writing. */
import type { ChatButton, ChatLink, ChatPart } from './chat-page/api.ts';
import { laidOut, wordsOf } from './parts.ts';
import type { SeenMessage } from './slack/types.ts';

/** A message's blocks as a person reads them; without blocks, its text with Slack's own writing undone. */
export const readable = (
  message: Pick<SeenMessage, 'text' | 'blocks'>,
): {
  readonly text: string;
  readonly parts?: readonly ChatPart[];
  readonly note: string | null;
  readonly buttons: readonly ChatButton[];
  readonly links?: readonly ChatLink[];
} => {
  const parts: ChatPart[] = [];
  const notes: string[] = [];
  const buttons: ChatButton[] = [];
  const links: ChatLink[] = [];
  for (const block of message.blocks as readonly unknown[] as readonly Block[]) {
    if (block.type === 'section' || block.type === 'header') {
      if (block.text !== undefined)
        parts.push({ kind: block.type === 'header' ? 'title' : 'text', text: plain(block.text) });
      if (block.fields !== undefined)
        parts.push({
          kind: 'facts',
          columns: true,
          facts: block.fields.map((it) => ({ label: '', value: plain(it) })),
        });
    }
    if (block.type === 'context') notes.push(...block.elements.map(plain));
    if (block.type === 'actions') {
      for (const { action_id: action, text, value = '', url } of block.elements) {
        if (url === undefined) buttons.push({ action, label: text.text, value });
        else links.push({ label: text.text, url });
      }
    }
  }
  return {
    text: parts.length > 0 ? wordsOf(parts) : decoded(message.text.replace(/<@[A-Z0-9]{1,30}> ?/g, '')),
    ...laidOut(parts),
    note: notes.length > 0 ? notes.join('\n') : null,
    buttons,
    ...(links.length === 0 ? {} : { links }),
  };
};

/** The blocks that the stand-in let through; it refuses all others. */
type Block =
  | { readonly type: 'section' | 'header'; readonly text?: Text; readonly fields?: readonly Text[] }
  | { readonly type: 'context'; readonly elements: readonly Text[] }
  | {
      readonly type: 'actions';
      readonly elements: readonly {
        readonly action_id: string;
        readonly text: { readonly text: string };
        readonly value?: string;
        /** It leads to a page. */
        readonly url?: string;
      }[];
    };

interface Text {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

const plain = ({ type, text }: Text): string => (type === 'mrkdwn' ? decoded(text) : text);

/** Slack stores these three escaped wherever it would read them as markup. */
const decoded = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
