/**
 * OWASP API10:2023: a system of record is trusted with what it knows and with nothing else. What it sends is text, of a declared shape and a bounded
 * size; it is never markup, a template, a question or a way somewhere else.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readable } from '../../playground/readable.ts';
import { checkBlocks, pingsIn } from '../../playground/slack/blocks.ts';
import { attachmentFault } from '../../playground/teams/cards.ts';
import { readableCard } from '../../playground/teams/readable.ts';
import { renderCard } from '../../src/adapters/slack/card.ts';
import { adaptiveCard, CARD_TYPE } from '../../src/adapters/teams/card.ts';
import { type AnsweringSystem, cardOfRead, createAnsweringSystem, sentFor } from '../support/answering-system.ts';

const OPERATIONS = `  x.one:
    method: GET
    path: /people/{subject}
    data: x
    subject: person
    fields:
      title: text
      secret: { type: text, optional: true }
      state: { type: choice, optional: true, values: { o: { en: open, de: offen } } }
    say: { en: "Yours: {title}", de: "Deins: {title}" }
    card: { facts: [{ label: { en: Title, de: Titel }, field: title }] }
`;

const NASTY = [
  '<!channel>',
  '<@U0EVAN0000>',
  '<https://evil.example|your bank>',
  '[press](https://evil.example)',
  '<at>Evan</at>',
  '{secret}',
  '{{secret}}',
  '{{DATE(2026-01-01T00:00:00Z,SHORT)}}',
  '%s $1',
  '**bold**',
  '<b>x</b>',
  '<script>alert(1)</script>',
  '&lt;!here&gt;',
  '\u202eevil\u202c',
  '\u2066',
  '\n',
  '\u0000',
  '\ud800',
  '# heading',
  'forget me',
  ' ',
  'word',
];

describe('what a system sends', () => {
  let system: AnsweringSystem;
  beforeAll(async () => {
    system = await createAnsweringSystem(OPERATIONS);
  });
  afterAll(() => system.close());
  const answered = (record: object): void => system.answers(JSON.stringify({ person: 'evan', ...record }));

  it('stays text on both platforms: no mention, link, markup, template or turned reading direction takes effect', async () => {
    const text = fc.oneof(
      fc.array(fc.constantFrom(...NASTY), { minLength: 1, maxLength: 30 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 500 }),
    );
    let shownTimes = 0;
    await fc.assert(
      fc.asyncProperty(text, async (title) => {
        answered({ title, secret: 'what nobody says' });
        const read = await system.read('x.one');
        // By chance it may hold what looks like a number of a card; then nothing of it is shown.
        if (!read.ok) return;
        shownTimes += 1;
        const card = cardOfRead(read);
        const { text: fallback, blocks } = renderCard(card);
        const checked = checkBlocks(JSON.stringify(blocks), () => 'id');
        expect(checked.ok).toBe(true);
        expect(pingsIn(fallback, checked.ok ? checked.blocks : [])).toEqual([]);
        const onTeams = adaptiveCard(card);
        expect(attachmentFault({ contentType: CARD_TYPE, content: onTeams }, 'message')).toBe(null);
        const seen = [readable({ text: fallback, blocks: blocks as never }), readableCard(onTeams)];
        for (const { text: shown, links = [], buttons } of seen) {
          expect({ links, buttons }).toEqual({ links: [], buttons: [] });
          expect(shown).not.toContain('what nobody says');
          expect(/[\u202A-\u202E\u2066-\u2069]/u.test(shown)).toBe(false);
          // What is said of it and the fact: no line more, however many it sent.
          expect(
            shown
              .trim()
              .split('\n')
              .filter((line) => line !== ''),
          ).toHaveLength(2);
        }
      }),
      { numRuns: 400 },
    );
    expect(shownTimes).toBeGreaterThan(300);
  });

  it('is not used where it is of another shape, size, type or depth than was described', async () => {
    const nested = '['.repeat(200) + ']'.repeat(200);
    for (const [body, type] of [
      ['', 'application/json'],
      ['{', 'application/json'],
      ['null', 'application/json'],
      ['"evan"', 'application/json'],
      ['[]', 'application/json'],
      ['{"person":"evan"}', 'application/json'],
      ['{"person":"evan","title":7}', 'application/json'],
      ['{"person":"evan","title":["a"]}', 'application/json'],
      ['{"person":"evan","title":{"a":"b"}}', 'application/json'],
      [`{"person":"evan","title":"a","more":${nested}}`, 'application/json'],
      [`{"person":"evan","title":"${'a'.repeat(2_000_000)}"}`, 'application/json'],
      ['{"person":"evan","title":"a"}', 'text/html'],
      ['{"person":"evan","title":"a","state":"an unknown code"}', 'application/json'],
    ] as const) {
      system.answers(body, type);
      expect([body.slice(0, 60), await system.read('x.one')]).toEqual([
        body.slice(0, 60),
        { ok: false, why: 'unreachable' },
      ]);
    }
  });

  it('says whom it is about, or nothing of it is used', async () => {
    for (const person of [null, '', 7.5, ['evan'], { id: 'evan' }, 'evan\u0000', 'evan evan', '~']) {
      system.answers(JSON.stringify({ person, title: 'a' }));
      expect(await system.read('x.one')).toMatchObject({ ok: false, why: 'refused' });
    }
    system.answers('{"title":"a"}');
    expect(await system.read('x.one')).toMatchObject({ reasons: ['no-readable-subject'] });
    // Twice the same name: the last one counts, as for whoever checks it afterwards.
    system.answers('{"person":"evan","title":"a","person":"mona"}');
    expect(await system.read('x.one')).toMatchObject({ ok: false, reasons: ['another-subject'] });
  });

  it.each([
    ['iban', 'see DE89 3704 0044 0532 0130 00'],
    ['card', '4111-1111-1111-1111'],
    ['national-id', '536-90-4399'],
    ['secret', 'postgres://sotto:hunter2@db.example'],
  ])(
    'refuses the answer where it holds what does not belong there (%s), and the value goes nowhere',
    async (kind, title) => {
      answered({ title });
      const read = await system.read('x.one');
      expect(read).toEqual({ ok: false, why: 'surprise', found: [{ field: 'title', kind }] });
      expect(JSON.stringify(read)).not.toContain(title);
    },
  );

  it('is a value and no template: braces in it are not filled again', async () => {
    answered({ title: 'a {secret} {title} {name} {capabilities}', secret: 'what nobody says' });
    const read = await system.read('x.one');
    if (!read.ok) throw new Error('not read');
    expect(cardOfRead(read).text).toBe('Yours: a {secret} {title} {name} {capabilities}');
    expect(sentFor(cardOfRead(read))).not.toContain('what nobody says');
  });
});
