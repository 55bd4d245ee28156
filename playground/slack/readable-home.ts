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
  return {
    sections: sections
      .filter((each) => each.length > 0)
      .map((each) => {
        const isTitle = (block: Json): boolean => block['type'] === 'header';
        const title = readable({ text: '', blocks: each.filter(isTitle) }).text;
        const rest = readable({ text: '', blocks: each.filter((block) => !isTitle(block)) });
        return { title: title === '' ? null : title, ...rest };
      }),
  };
};
