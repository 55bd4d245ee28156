import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Came } from '../../../../src/adapters/backend/calling/types.ts';
import { writeWith } from '../../../../src/adapters/backend/calling/writing.ts';
import { backendOf, operationsOf } from '../../../../src/adapters/backend/describing/read.ts';
import { parseDescription } from '../../../../src/adapters/backend/description.ts';

const MODES = { key: '{ header: Idempotency-Key }', look: '{ find: x.find }', never: 'never' } as const;
type Mode = keyof typeof MODES;

const described = (mode: Mode) => {
  const read = parseDescription(`backend: x
baseUrl: https://x.example.com
retries: 0
operations:
  x.write:
    { method: POST, path: /things, body: { person: "{subject}", key: "{key}" }, data: x, subject: person, fields: { id: text }, write: { again: ${MODES[mode]}, result: { id: id } } }
  x.find:
    { method: GET, path: /things, query: { key: "{key}" }, data: x, subject: person, records: items, fields: { id: text } }
`);
  if (!read.ok) throw new Error(read.findings.join());
  const [write, find] = operationsOf(read.data, backendOf(read.data));
  if (write === undefined || find === undefined) throw new Error('It has two operations.');
  return { write, finder: mode === 'look' ? find : null };
};

const json = (status: number, body: unknown): Came => ({
  how: 'answered',
  status,
  type: 'application/json',
  afterMs: null,
  text: JSON.stringify(body),
});

/** What a request meets: whether the system did it, and what is heard of that. Those that say that nothing was done tell the truth. */
const UNDONE: readonly Came[] = [
  { how: 'not-sent', code: 'x' },
  { how: 'no-sign-in', code: 'refused' },
  { how: 'busy' },
  ...[400, 401, 403, 404, 409, 410, 422, 425, 429, 451, 501].map((status) => json(status, {})),
];
const UNCLEAR: readonly Came[] = [
  { how: 'lost', code: 'x' },
  ...[207, 302, 303, 408, 500, 502, 503, 504, 599].map((status) => json(status, {})),
];

const meets = fc.oneof(
  fc.constant({ does: true, says: 'done' as const }),
  fc.record({ does: fc.constant(false), says: fc.constantFrom(...UNDONE) }),
  fc.record({ does: fc.boolean(), says: fc.constantFrom(...UNCLEAR) }),
);

describe('a write', () => {
  it.each(['key', 'look', 'never'] as const)(
    'is done once at most, and never said to be what it is not, whatever is heard of each of its tries (%s, property)',
    async (mode) => {
      const { write, finder } = described(mode);
      await fc.assert(
        fc.asyncProperty(
          fc.array(meets, { maxLength: 8 }),
          fc.array(fc.boolean(), { maxLength: 8 }),
          fc.integer({ min: 1, max: 4 }),
          async (fates, looks, tries) => {
            let done = 0;
            const ask = async ({ method }: { readonly method: string }): Promise<Came> => {
              if (method === 'GET')
                return (looks.shift() ?? true)
                  ? json(200, { items: done > 0 ? [{ person: 'evan', id: 'i' }] : [] })
                  : { how: 'lost', code: 'x' };
              const fate = fates.shift() ?? { does: true, says: 'done' as const };
              if (fate.does && !(mode === 'key' && done > 0)) done += 1;
              return fate.says === 'done' ? json(201, { person: 'evan', id: 'i' }) : fate.says;
            };
            const calling = { operation: 'x.write', subject: 'evan', asker: 'evan', id: 'q', key: 'k', words: {} };
            for (let nth = 0; nth < tries; nth++) {
              const written = await writeWith({
                described: write,
                finder,
                line: { signal: AbortSignal.timeout(600_000), ask },
                writing: { ...calling, again: nth > 0 },
                filling: calling,
                random: { fraction: () => -1 },
              });
              expect(done).toBeLessThanOrEqual(1);
              if (written.ok) expect(done).toBe(1);
              else if (written.code !== 'doubt') expect(done).toBe(0);
              // What is known is not tried again.
              if (written.ok || written.code !== 'doubt') break;
            }
          },
        ),
        { numRuns: 3_000 },
      );
    },
  );
});
