import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MOST_LINE_BYTES, type SyslogEntry, severityOf, syslogLines } from '../../src/core/audit-syslog.ts';
import { parseSyslog } from '../support/syslog.ts';

const entry = (over: Partial<SyslogEntry> = {}): SyslogEntry => ({
  severity: 6,
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  hostname: 'machine.example.com',
  procid: 'slot-0',
  msgid: 'decision',
  index: 41,
  json: '{"kind":"decision"}',
  ...over,
});

describe('a line of syslog', () => {
  it('says when, where, which log, what kind and at which place, in the facility for audits', () => {
    expect(syslogLines(entry())).toEqual([
      '<110>1 2026-01-02T03:04:05.678Z machine.example.com sotto slot-0 decision [meta sequenceId="42"] {"kind":"decision"}',
    ]);
  });

  it('is sound by the grammar of RFC 5424, in ASCII, and holds the JSON, whatever it is made of', () => {
    fc.assert(
      fc.property(
        fc.record({
          severity: fc.constantFrom(4, 5, 6),
          at: fc.oneof(fc.integer(), fc.double()),
          hostname: fc.string({ unit: 'binary', maxLength: 400 }),
          procid: fc.string({ unit: 'binary', maxLength: 200 }),
          msgid: fc.string({ unit: 'binary', maxLength: 60 }),
          index: fc.option(fc.nat({ max: Number.MAX_SAFE_INTEGER })),
          json: fc.json({ stringUnit: 'binary' }),
        }),
        (made) => {
          const [line = '', ...more] = syslogLines(made as SyslogEntry);
          const parsed = parseSyslog(Buffer.from(line));
          if (more.length === 0) expect(JSON.parse(parsed.msg)).toEqual(JSON.parse(made.json));
          expect(parsed.facility).toBe(13);
        },
      ),
    );
  });

  it('that would be too long comes in parts, none too long, of which nothing is missing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 3_000, maxLength: 60_000 }),
        fc.string({ unit: fc.constantFrom('"', '\\', 'ü', 'x'), maxLength: 20_000 }),
        (one, other) => {
          const json = JSON.stringify({ one, other });
          const lines = syslogLines(entry({ json, hostname: 'h'.repeat(300), procid: 'p'.repeat(200) }));
          const parts = lines.map((line) => {
            expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MOST_LINE_BYTES);
            return JSON.parse(parseSyslog(Buffer.from(line)).msg);
          });
          if (parts.length === 1) return expect(parts[0]).toEqual({ one, other });
          expect(parts.map(({ part, of, index }) => [part, of, index])).toEqual(
            parts.map((_, at) => [at + 1, parts.length, 41]),
          );
          expect(JSON.parse(parts.map(({ text }) => text).join(''))).toEqual({ one, other });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('begins its sequence anew where the number would be too large', () => {
    const numbers = [2_147_483_645, 2_147_483_646, 2_147_483_647].map(
      (index) => /sequenceId="(\d+)"/.exec(syslogLines(entry({ index }))[0] ?? '')?.[1],
    );
    expect(numbers).toEqual(['2147483646', '2147483647', '1']);
  });

  it.each([
    [{ kind: 'decision', verdict: 'answer' }, 6],
    [{ kind: 'decision', verdict: 'refuse' }, 5],
    [{ kind: 'removal', state: 'refused-by-platform' }, 4],
    [{ kind: 'removal', state: 'removed' }, 6],
    [{ kind: 'probing' }, 4],
    [{ kind: 'disclosure', verdict: 'answer' }, 6],
  ] as const)('of %j has severity %d', (of, severity) => {
    expect(severityOf(of)).toBe(severity);
  });
});
