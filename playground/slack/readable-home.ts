/** The app's own page as a person reads it. */
import type { ChatHome } from '../chat-page/api.ts';
import { readable } from '../readable.ts';
import type { Json, SeenHome } from './types.ts';

/** A line stands between two sections. */
export const readableHome = ({ blocks }: SeenHome): ChatHome => {
  const sections: Json[][] = [[]];
  for (const block of blocks) {
    if (block['type'] === 'divider') sections.push([]);
    else sections.at(-1)?.push(block);
  }
  return { sections: sections.filter((each) => each.length > 0).map((each) => readable({ text: '', blocks: each })) };
};
