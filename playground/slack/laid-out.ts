/** What people typed and pressed, as Slack's client lays it out. */
import type { Json } from './types.ts';

/** What people type comes twice: as text, and as Slack's client laid it out. */
export const richText = (text: string, blockId: string): Json => ({
  type: 'rich_text',
  block_id: blockId,
  elements: [
    {
      type: 'rich_text_section',
      elements: text
        .split(/(<@[A-Z0-9]{1,30}>)/)
        .filter((part) => part !== '')
        .map((part) =>
          /^<@[A-Z0-9]+>$/.test(part)
            ? { type: 'user', user_id: part.slice(2, -1) }
            : { type: 'text', text: unescaped(part) },
        ),
    },
  ],
});

/** Laid out, the words stand as they were typed. */
const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** The action of a press. */
export const actionOf = (
  blocks: readonly Json[],
  o: { readonly botName: string; readonly actionId: string; readonly value: string; readonly actionTs: string },
): Json => {
  const { blockId, text } = buttonIn(blocks, o);
  return { action_id: o.actionId, block_id: blockId, text, value: o.value, type: 'button', action_ts: o.actionTs };
};

/** Where the button stands and what it says; a forged press names one that is not there. */
const buttonIn = (
  blocks: readonly Json[],
  { botName, actionId }: { readonly botName: string; readonly actionId: string },
): { readonly blockId: string; readonly text: Json } => {
  for (const block of blocks) {
    const elements = block['elements'];
    if (block['type'] !== 'actions' || !Array.isArray(elements)) continue;
    const found: Json | undefined = elements.find((element: Json) => element['action_id'] === actionId);
    if (found !== undefined)
      return { blockId: String(block['block_id']), text: { emoji: false, ...Object(found['text']) } };
  }
  return { blockId: 'none', text: { type: 'plain_text', text: botName, emoji: false } };
};
