/** What a message is made of, as its platform lays it out, and the words of it. */
import type { ChatPart } from './chat-page/api.ts';

/** Plain words, a line break between two parts and between two facts. */
export const wordsOf = (parts: readonly ChatPart[]): string =>
  parts
    .map((part) =>
      part.kind === 'facts' ? part.facts.map(({ label, value }) => `${label}${value}`).join('\n') : part.text,
    )
    .join('\n');

/** The parts where some are more than words; none otherwise. */
export const laidOut = (parts: readonly ChatPart[]): { readonly parts?: readonly ChatPart[] } =>
  parts.some(({ kind }) => kind !== 'text') ? { parts } : {};
