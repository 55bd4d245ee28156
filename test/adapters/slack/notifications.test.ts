import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkBlocks } from '../../../playground/slack/blocks.ts';
import { buttonBlock, renderCard } from '../../../src/adapters/slack/card.ts';
import { renderModal } from '../../../src/adapters/slack/modal.ts';
import type { Card, Decision } from '../../../src/core/types.ts';
import { HOLD, IN_VIEW, PERMIT, REFUSE } from '../../support/world.ts';
import { type Between, GENERAL, openBetween } from './between.ts';

const CANARY = 'canary4711';

/** Anything, with the canary somewhere in it. */
const tainted = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'binary', maxLength: 400 }))
  .map(([before, after]) => `${before}${CANARY}${after}`);
const button = fc.record({ action: fc.constant('sotto.x'), label: tainted, value: fc.constant(CANARY) });
const card = (fallback: fc.Arbitrary<string | null>): fc.Arbitrary<Card> =>
  fc.record({
    title: fc.option(tainted, { nil: null }),
    text: tainted,
    note: fc.option(tainted),
    buttons: fc.array(button, { maxLength: 4 }),
    fallback,
  });

describe('R22 what a notification shows', () => {
  it('R22 is nothing of a card that is no plain message, whatever stands in any of its fields', () => {
    fc.assert(
      fc.property(card(fc.constantFrom('A confidential answer', 'Eine vertrauliche Antwort')), (shown) => {
        const { text, blocks } = renderCard(shown);
        expect(text).toBe(shown.fallback);
        expect(JSON.stringify(blocks)).toContain(CANARY);
      }),
      { numRuns: 200 },
    );
  });

  it('R22 is all of a plain message, heading and small print too: that is what a screen reader begins with', () => {
    const { text } = renderCard({
      title: 'Leave',
      text: 'Twelve days',
      note: 'As of today',
      buttons: [],
      fallback: null,
    });
    expect(text).toBe('Leave\nTwelve days\nAs of today');
  });

  it('R22 is nothing at all of a view: its title, and whatever else stands around its words, say the same for all', () => {
    fc.assert(
      fc.property(card(fc.constant(null)), (shown) => {
        const { blocks: _blocks, ...around } = renderModal({ card: shown, title: 'Confidential', close: 'Close' });
        expect(JSON.stringify(around)).not.toContain(CANARY);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a card on Slack, for whoever cannot see it', () => {
  it('is of blocks that Slack takes, with a heading where there is one, and pictures, colours and emoji mean nothing', () => {
    fc.assert(
      fc.property(card(fc.constant('Fallback')), (shown) => {
        const { blocks } = renderCard(shown);
        const checked = checkBlocks(JSON.stringify(blocks), () => 'id');
        expect(checked.ok ? null : checked.why).toBeNull();
        expect(blocks.length).toBeLessThanOrEqual(50);
        const all = JSON.stringify(blocks);
        for (const meaning of ['"style"', '"image', '"emoji":true', '"type":"divider"'])
          expect(all).not.toContain(meaning);
      }),
      { numRuns: 200 },
    );
    const [first] = renderCard({ title: 'Your leave', text: 'x', note: null, buttons: [], fallback: null }).blocks;
    expect(first).toEqual({ type: 'header', text: { type: 'plain_text', text: 'Your leave', emoji: false } });
  });

  it('keeps a heading that holds signs of markup as it was written, as a line of its own', () => {
    const [first] = renderCard({ title: 'R&D <!here>', text: 'x', note: null, buttons: [], fallback: null }).blocks;
    expect(first).toEqual({
      type: 'section',
      text: { type: 'mrkdwn', text: 'R&amp;D &lt;!here&gt;', verbatim: true },
    });
  });

  const labels = (names: readonly string[], about: string | null = null): readonly (string | undefined)[] => {
    const [row] = buttonBlock(
      names.map((label) => ({ action: 'a', label, value: 'v' })),
      about,
    );
    return row?.type === 'actions'
      ? row.elements.map((element) => ('accessibility_label' in element ? element.accessibility_label : undefined))
      : [];
  };

  it('has buttons that are told apart by ear: those alike by number, those of a page by what they belong to', () => {
    expect(labels(['Yes', 'No'])).toEqual([undefined, undefined]);
    expect(labels(['Evan Brooks', 'Mona', 'Evan Brooks'])).toEqual(['Evan Brooks, 1', undefined, 'Evan Brooks, 2']);
    expect(labels(['Lift', 'Change'], 'Salary\n is restricted')).toEqual([
      'Lift, Salary is restricted',
      'Change, Salary is restricted',
    ]);
    for (const label of labels(['Lift'], 'x'.repeat(200))) expect(label).toHaveLength(75);
  });
});

describe('R22 what goes to Slack', () => {
  let b: Between | null = null;
  afterEach(async () => {
    await b?.close();
    b = null;
  });
  const asked = async (decision: Decision, over: Parameters<Between['asked']>[0] = {}): Promise<Between> => {
    b = await openBetween();
    const { t, work, passing } = b;
    t.script.decide = () => decision;
    t.script.fetch = () => ({
      ok: true,
      records: [{ subject: 'evan', fields: { days: { type: 'text', value: `${CANARY} <!channel> <@U0EVAN0000>` } } }],
    });
    await work().accept(b.asked(over));
    await passing(() => t.entries.some(({ kind }) => kind === 'disclosure'));
    return b;
  };
  const calls = ({ bench }: Between) => bench.standIn.requests().filter(({ method }) => method.startsWith('chat.'));

  it('R22 of an answer that is held and revealed stands in no `text`, at any time', async () => {
    const stage = await asked(HOLD);
    const texts = calls(stage).map(({ args }) => String(args['text']));
    expect(texts).toEqual(['One moment. I am about to show a confidential answer here.', 'A confidential answer']);
    expect(calls(stage).some(({ args }) => String(args['blocks']).includes(CANARY))).toBe(true);
  });

  it('R22 of an answer that is shown in a view is in no message at all', async () => {
    const stage = await asked(IN_VIEW);
    expect(calls(stage).length).toBeGreaterThan(0);
    expect(JSON.stringify(calls(stage))).not.toContain(CANARY);
  });

  it('R22 pings nobody, links nothing and unfolds nothing, in any way of showing and with any words of HR', async () => {
    const words = { en: 'Ask <!here>, <@U0EVAN0000> & <https://example.com|us>.' };
    const inPlace: Decision = {
      effect: 'permit',
      rules: ['a-permit'],
      obligations: { show: 'message', expiresSeconds: null, moreTime: 0, redact: [], inPlace: true },
    };
    for (const decision of [PERMIT, inPlace, HOLD, IN_VIEW, { ...REFUSE, words } as Decision]) {
      const stage = await asked(decision, { place: { kind: 'channel', channel: GENERAL, thread: null } });
      await stage.passing(() => calls(stage).some(({ method }) => method === 'chat.postEphemeral'));
      for (const { method, args } of calls(stage)) {
        expect(args).toMatchObject({ parse: 'none', link_names: 'false' });
        if (method === 'chat.postMessage') expect(args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
      }
      const seen = stage.bench.standIn.history().filter(({ bot }) => bot !== null);
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.flatMap(({ pings }) => pings)).toEqual([]);
      expect(JSON.stringify(seen)).not.toMatch(/<[@!h]/);
      await stage.close();
      b = null;
    }
  });
});
