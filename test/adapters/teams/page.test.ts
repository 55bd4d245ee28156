import { describe, expect, it } from '@jest/globals';
import { attachmentFault } from '../../../playground/teams/cards.ts';
import { readablePage } from '../../../playground/teams/readable.ts';
import { MOST_MESSAGE_BYTES } from '../../../playground/teams/rules.ts';
import { CARD_TYPE } from '../../../src/adapters/teams/card.ts';
import { createPageCard } from '../../../src/adapters/teams/page.ts';
import type { Card, Home } from '../../../src/core/types.ts';

const render = createPageCard({ noRoom: 'No room for all of it.' });
const button = (label: string, value = 'v') => ({ action: 'sotto.more', label, value });
const section = (o: Partial<Card>): Card => ({ text: 'Words', note: null, buttons: [], fallback: null, ...o });
const shown = (home: Home) => {
  const card = render(home);
  expect(attachmentFault({ contentType: CARD_TYPE, content: card }, 'dialog')).toBeNull();
  expect(Buffer.byteLength(JSON.stringify(card), 'utf16le')).toBeLessThanOrEqual(MOST_MESSAGE_BYTES);
  return { card, sections: readablePage(card)?.sections ?? [] };
};

describe('the bot’s own page in a dialog of Teams', () => {
  it('has its sections one below the other, a line between two and none above the first, each with its buttons', () => {
    const { sections, card } = shown({
      sections: [
        section({ title: 'My live answers', text: 'As of 9:30:', buttons: [button('Look again', 'a')] }),
        section({
          text: 'An answer.',
          note: 'Soon.',
          buttons: [button('More time', 'b'), button('Take it back', 'c')],
        }),
      ],
      last: [section({ title: 'My privacy', text: 'What I hold:\n• this', buttons: [button('Forget me …', 'd')] })],
    });
    expect(
      sections.map(({ title, text, note, buttons }) => [title, text, note, buttons.map(({ label }) => label)]),
    ).toEqual([
      ['My live answers', 'As of 9:30:', null, ['Look again']],
      [null, 'An answer.', 'Soon.', ['More time', 'Take it back']],
      ['My privacy', 'What I hold:\n• this', null, ['Forget me …']],
    ]);
    const body = card['body'] as readonly Record<string, unknown>[];
    expect(body.map(({ separator }) => separator === true).filter(Boolean)).toHaveLength(2);
    expect(body[0]).not.toHaveProperty('separator');
  });

  it('says to whoever hears it what a button belongs to, and asks for no second dialog', () => {
    const same = (text: string) => section({ text, buttons: [button('Take it back now')] });
    const json = JSON.stringify(shown({ sections: [same('Asked at 9:30.'), same('Asked at 9:45.')] }).card);
    expect(json).toContain('"tooltip":"Take it back now, Asked at 9:30."');
    expect(json).toContain('"tooltip":"Take it back now, Asked at 9:45."');
    expect(json).not.toContain('task/fetch');
  });

  it('leaves a section out as a whole where there is no room, says so, and keeps what must stand at the end', () => {
    const long = (n: number) =>
      section({ title: `Part ${n}`, text: `${'x'.repeat(90)}\n`.repeat(30), buttons: [button('Go', `g${n}`)] });
    const { sections } = shown({
      sections: [1, 2, 3, 4, 5].map(long),
      last: [section({ title: 'My privacy', buttons: [button('Forget me …')] })],
    });
    const titles = sections.map(({ title }) => title);
    expect(titles.at(-1)).toBe('My privacy');
    expect(titles.length).toBeLessThan(6);
    expect(sections.some(({ note }) => note?.includes('No room for all of it.') === true)).toBe(true);
    for (const { title, text } of sections)
      if (title?.startsWith('Part') === true) expect(text.split('\n')).toHaveLength(30);
  });

  it('holds nothing that could be read as markup, however a section is called', () => {
    const { card } = shown({ sections: [section({ title: '**[x](https://evil.example)**', text: '<at>Evan</at>' })] });
    expect(JSON.stringify(card)).not.toContain('"TextBlock"');
  });

  it('is never empty', () => {
    expect(shown({ sections: [] }).card['body']).toHaveLength(1);
  });
});
