/**
 * OWASP API3:2023, property by property: nothing of a record is read, shown or written but what a description names and a rule lets this person
 * see. What a system sends besides, it has sent in vain.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AnsweringSystem, cardOfRead, createAnsweringSystem, sentFor } from '../support/answering-system.ts';

const OPERATIONS = `  x.one:
    method: GET
    path: /people/{subject}
    data: x
    subject: person
    fields: { plan: text, amount: "money:currency", note: { type: text, optional: true } }
    say: { en: "{plan}, {note}", de: "{plan}, {note}" }
    card:
      facts:
        - { label: { en: Plan, de: Tarif }, field: plan }
        - { label: { en: Amount, de: Betrag }, field: amount }
        - { label: { en: Note, de: Notiz }, field: note }
  x.many:
    method: GET
    path: /people/{subject}/all
    data: x
    subject: person
    records: items
    fields: { plan: text }
    say: { en: "These:", de: "Diese:" }
    each: { en: "{plan}", de: "{plan}" }
  x.order:
    method: POST
    path: /people/{subject}/orders
    data: x
    subject: person
    fields: { plan: text }
    body: { plan: standard, for: "{subject}", why: "{words.why}" }
    write:
      again: never
      words: { why: { label: { en: Why, de: Warum } } }
    say: { en: Done., de: Erledigt. }
`;

const CANARY = 'canary-8d1f';
const RECORD = { person: 'evan', plan: 'standard', amount: 12, currency: 'EUR' };

describe('a property of a record', () => {
  let system: AnsweringSystem;
  beforeAll(async () => {
    system = await createAnsweringSystem(OPERATIONS);
  });
  afterAll(() => system.close());

  it('leaves only where the description names it, whatever else a system sends, and wherever', async () => {
    const name = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        'salary',
        '__proto__',
        'constructor',
        'toString',
        'plan ',
        'Plan',
        'items',
        'records',
        'name',
        'capabilities',
      ),
    );
    const value = fc.oneof(
      fc.constant(CANARY),
      fc.array(fc.constant(CANARY), { maxLength: 3 }),
      fc.dictionary(name, fc.constant(CANARY), { maxKeys: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value, { maxKeys: 8 }), async (extra) => {
        const parts = Object.entries({ ...extra, ...RECORD, note: null }).map(
          ([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`,
        );
        // `__proto__` as JSON has it: a name like any other.
        system.answers(`{"__proto__":${JSON.stringify(CANARY)},${parts.join(',')}}`);
        const read = await system.read('x.one');
        expect(read).toMatchObject({
          ok: true,
          records: [{ subject: 'evan', fields: { plan: { value: 'standard' } } }],
        });
        if (!read.ok) return;
        expect(Object.keys(read.records[0]?.fields ?? {})).toEqual(['plan', 'amount', 'note']);
        expect(JSON.stringify(read)).not.toContain(CANARY);
        expect(sentFor(cardOfRead(read))).not.toContain(CANARY);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves no more of a list than of one record', async () => {
    const items = Array.from({ length: 5 }, () => ({ ...RECORD, salary: CANARY, person: 'evan' }));
    system.answers(JSON.stringify({ items, total: CANARY, next: CANARY }));
    const read = await system.read('x.many');
    expect(read).toMatchObject({ ok: true, records: { length: 5 } });
    expect(JSON.stringify(read)).not.toContain(CANARY);
  });

  it('that a rule leaves out is shown on neither platform, in words, facts or notification', async () => {
    system.answers(JSON.stringify({ ...RECORD, plan: CANARY, note: CANARY }));
    const read = await system.read('x.one', ['plan', 'note']);
    if (!read.ok) throw new Error('not read');
    const sent = sentFor(cardOfRead(read));
    expect(sent).not.toContain(CANARY);
    expect(sent).toContain('•••');
  });

  it('that holds what its description does not know of refuses all of them', async () => {
    system.answers(JSON.stringify({ ...RECORD, note: 'Account: DE89 3704 0044 0532 0130 00' }));
    expect(await system.read('x.one')).toEqual({
      ok: false,
      why: 'surprise',
      found: [{ field: 'note', kind: 'iban' }],
    });
  });

  it('is written only where the description writes it: what comes along with a form sets nothing', async () => {
    system.answers(JSON.stringify({ person: 'evan', plan: 'standard' }));
    const before = system.came.length;
    const written = await system.backend.write?.({
      operation: 'x.order',
      subject: 'evan',
      asker: 'evan',
      id: 'q',
      key: 'k1',
      again: false,
      words: { why: '"plan":"gold"', plan: 'gold', person: 'mona', role: 'admin' },
    });
    expect(written).toMatchObject({ ok: true });
    const [came] = system.came.slice(before);
    expect(JSON.parse(came?.body ?? '')).toEqual({ plan: 'standard', for: 'evan', why: '"plan":"gold"' });
  });
});
