import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readable } from '../../../playground/readable.ts';
import { checkBlocks, pingsIn } from '../../../playground/slack/blocks.ts';
import { actionOf, renderCard } from '../../../src/adapters/slack/card.ts';
import { renderModal } from '../../../src/adapters/slack/modal.ts';
import type { Card } from '../../../src/core/types.ts';

const card = (o: Partial<Card>): Card => ({ text: 'Hello', note: null, buttons: [], fallback: null, ...o });

describe('R22 a card on Slack', () => {
  it('R22 keeps plain words in blocks of plain text', () => {
    expect(renderCard(card({ text: 'You have *12* days' })).blocks).toEqual([
      { type: 'section', text: { type: 'plain_text', text: 'You have *12* days', emoji: false } },
    ]);
  });

  it('R22 escapes what could be a mention, a channel or a link', () => {
    const { text, blocks } = renderCard(card({ text: '<!channel> & <@U1>', note: '<!here>' }));
    expect(text).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;\n&lt;!here&gt;');
    expect(JSON.stringify(blocks)).not.toContain('<');
  });

  it('R22 shows nothing of the content in the notification where a card has words of its own for that', () => {
    const { text } = renderCard(card({ text: 'Your pay: 4,711', note: 'June', fallback: 'Sotto has answered.' }));
    expect(text).toBe('Sotto has answered.');
  });

  it('numbers buttons of one action, so that Slack takes them, and knows the action again', () => {
    const buttons = ['a', 'b', 'c'].map((value) => ({ action: 'sotto.ask', label: value, value }));
    const [, actions] = renderCard(card({ buttons })).blocks;
    const ids = actions?.type === 'actions' ? actions.elements.map((element) => element.action_id ?? '') : [];
    expect(ids).toEqual(['sotto.ask', 'sotto.ask#2', 'sotto.ask#3']);
    expect(ids.map(actionOf)).toEqual(['sotto.ask', 'sotto.ask', 'sotto.ask']);
  });

  it('leads to a page by a button above the others, which Slack takes and nothing hangs on', () => {
    const links = ['Sign in', 'Read more'].map((label, at) => ({ label, url: `https://sotto.example.com/${at}` }));
    const { blocks } = renderCard(card({ links, buttons: [{ action: 'a', label: 'A', value: 'v' }] }));
    expect(checkBlocks(JSON.stringify(blocks), () => 'id').ok).toBe(true);
    expect(blocks.slice(1)).toMatchObject([
      {
        type: 'actions',
        elements: [
          { action_id: 'sotto.link', url: 'https://sotto.example.com/0', text: { text: 'Sign in' } },
          { action_id: 'sotto.link#2', url: 'https://sotto.example.com/1' },
        ],
      },
      { type: 'actions', elements: [{ action_id: 'a' }] },
    ]);
    expect(readable({ text: '', blocks: blocks as never }).links).toEqual(links);
    const { blocks: inModal } = renderModal({ card: card({ links }), title: 'Sotto', close: 'Close' });
    expect(readable({ text: '', blocks: inModal as never }).links).toEqual(links);
  });

  it('R22 is taken by Slack and pings nobody, whatever is in it', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 7_000 }),
      fc
        .array(fc.constantFrom('<', '>', '&', '<!channel>', '<@U0EVAN0000>', ' ', '\n', '🙂', 'x'), {
          minLength: 1,
          maxLength: 4_000,
        })
        .map((parts) => `x${parts.join('')}`),
    );
    const button = fc.record({
      action: fc.constant('a'),
      label: fc.string({ minLength: 1, maxLength: 200 }),
      value: fc.string({ maxLength: 2_000 }),
    });
    fc.assert(
      fc.property(words, fc.option(words), fc.array(button, { maxLength: 30 }), (text, note, buttons) => {
        const { text: fallback, blocks } = renderCard(card({ text: `.${text}`, note, buttons }));
        const checked = checkBlocks(JSON.stringify(blocks), () => 'id');
        expect(checked.ok).toBe(true);
        expect(pingsIn(fallback, checked.ok ? checked.blocks : [])).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('loses no word of a long text', () => {
    const text = Array.from({ length: 2_000 }, (_, n) => `word${n}`).join(' ');
    const shown = renderCard(card({ text })).blocks.flatMap((block) =>
      block.type === 'section' ? [block.text?.text ?? ''] : [],
    );
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.join(' ')).toBe(text);
  });

  it('lays facts out in fields, a label and its value in one, and says them in the text as well', () => {
    const facts = [
      { label: 'Bank', value: '*A* <!channel> & Co' },
      { label: 'Since', value: '1 March 2026' },
    ];
    const { text, blocks } = renderCard(card({ title: 'Account', text: '', facts, note: 'small' }));
    expect(blocks.slice(1)).toEqual([
      {
        type: 'section',
        fields: [
          { type: 'mrkdwn', text: 'Bank: *A* &lt;!channel&gt; &amp; Co', verbatim: true },
          { type: 'plain_text', text: 'Since: 1 March 2026', emoji: false },
        ],
      },
      { type: 'context', elements: [{ type: 'plain_text', text: 'small', emoji: false }] },
    ]);
    expect(text).toBe('Account\nBank: *A* &lt;!channel&gt; &amp; Co\nSince: 1 March 2026\nsmall');
    expect(readable({ text, blocks: blocks as never }).text).toBe(
      'Account\nBank: *A* <!channel> & Co\nSince: 1 March 2026',
    );
    expect(readable({ text, blocks: blocks as never }).parts).toEqual([
      { kind: 'title', text: 'Account' },
      {
        kind: 'facts',
        columns: true,
        facts: [
          { label: '', value: 'Bank: *A* <!channel> & Co' },
          { label: '', value: 'Since: 1 March 2026' },
        ],
      },
    ]);
    const hidden = renderCard(card({ text: '', facts, fallback: 'A confidential answer' }));
    expect(hidden.text).toBe('A confidential answer');
  });

  it('R22 is taken by Slack and pings nobody, whatever stands in its facts and however long all of it is', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constantFrom('<!here>', '&'.repeat(400), '<'.repeat(400), '@channel', ''),
    );
    const facts = fc.array(fc.record({ label: words, value: words }), { minLength: 1, maxLength: 12 });
    const long = fc.integer({ min: 0, max: 200_000 }).map((length) => 'word & '.repeat(length / 7));
    fc.assert(
      fc.property(facts, fc.oneof(words, long), (some, text) => {
        const links = [{ label: 'a', url: 'https://sotto.example.com' }];
        const buttons = [{ action: 'a', label: 'A', value: 'v' }];
        const all = card({ title: 'Title', text: `.${text}`, facts: some, note: 'note', links, buttons });
        for (const { text: fallback, blocks } of [
          renderCard(all),
          { ...renderModal({ card: all, title: 'S', close: 'C' }), text: '' },
        ]) {
          const checked = checkBlocks(JSON.stringify(blocks), () => 'id');
          expect(checked.ok).toBe(true);
          expect(pingsIn(fallback, checked.ok ? checked.blocks : [])).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
