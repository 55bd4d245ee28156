import { describe, expect, it } from '@jest/globals';
import { kept, parseInbound, writeInbound } from '../../src/core/inbound.ts';
import { pressOf, question } from '../support/world.ts';

describe('what was accepted just now', () => {
  const arrived = [
    ['a question', question()],
    ['a question of many words', question({ text: 'leave '.repeat(5_000) })],
    ['a question that is cut through a character', question({ text: `${'x'.repeat(7_999)}😀` })],
    ['a question with half a character', question({ text: 'leave \ud83d?' })],
    ['a press', pressOf({ action: 'ask', label: 'Leave', value: 'sealed' }, null)],
    [
      'a press with a way to answer it',
      { ...pressOf({ action: 'ask', label: 'Leave', value: 'sealed' }, null), respondTo: 'https://hooks.slack.com/1' },
    ],
  ] as const;

  it.each(arrived)('is worked on exactly as it would be read again from the store: %s', (_, inbound) => {
    const read = parseInbound(writeInbound(inbound));
    expect(read).not.toBeNull();
    expect(kept(inbound)).toEqual(read);
  });
});
