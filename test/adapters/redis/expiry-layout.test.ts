import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BUCKETS, memberOf, readMember, spotOf } from '../../../src/adapters/redis/expiry-layout.ts';
import { tagOf } from '../../../src/adapters/redis/keys.ts';
import type { Leaving } from '../../../src/core/ports.ts';
import { packRef } from '../../../src/core/stored.ts';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('*', '?[a]', '~', '|', '%', '1771442483.000123'));
const about = fc.stringMatching(/^[A-Za-z0-9_-]{20}[0-9a-z]{7}$/);
const leavings: fc.Arbitrary<Leaving> = fc.record({
  ref: fc.record({ platform: fc.constantFrom('slack', 'teams'), tenant: fc.constant('T1'), channel: text, id: text }),
  removeAt: fc.nat(),
  about: fc.option(about),
  then: fc.constantFrom('remove', 'forget'),
  again: fc.option(fc.constant('sealed')),
});
const entryOf = (leaving: Leaving): string => memberOf(spotOf(leaving.ref), leaving);

/** As Slack counts: seconds and six digits. */
const slackIds = Array.from({ length: 40_000 }, (_, n) => `17714${40_000 + n}.${String(n * 24).padStart(6, '0')}`);

describe('an entry of the packed layout', () => {
  it('is read back as it was written, whatever the ids', () => {
    fc.assert(
      fc.property(leavings, (leaving) => {
        const { removeAt, again } = leaving;
        expect(readMember(entryOf(leaving), { tenant: 'T1', removeAt, again })).toEqual(leaving);
      }),
    );
  });

  it('begins with what is its reference’s alone, and holds nothing that means something in a pattern', () => {
    fc.assert(
      fc.property(leavings, leavings, (a, b) => {
        const [one, other] = [spotOf(a.ref), spotOf(b.ref)];
        expect(entryOf(b).startsWith(one.prefix)).toBe(JSON.stringify(a.ref) === JSON.stringify(b.ref));
        expect(one.prefix === other.prefix).toBe(JSON.stringify(a.ref) === JSON.stringify(b.ref));
        expect(entryOf(a)).toMatch(/^[\x20-\x7e]+$/);
        expect(entryOf(a)).not.toMatch(/[*?[\]\\^]/);
      }),
    );
  });

  it('of Slack is at most 64 characters, so that Redis packs it', () => {
    const longest = { platform: 'slack', tenant: 'T1', channel: 'D0123456789A', id: '1999999999.999999' } as const;
    const leaving: Leaving = { ref: longest, removeAt: 0, about: 'a'.repeat(27), then: 'remove', again: 'x' };
    expect(entryOf(leaving).length).toBeLessThanOrEqual(64);
  });

  it('is null where it is not one of ours', () => {
    fc.assert(
      fc.property(fc.string(), (junk) => {
        const read = readMember(junk, { tenant: 'T1', removeAt: 1, again: null });
        if (read !== null) expect(junk).toMatch(/^[st][^|]*\|[^|]*\|[rfRF][^|]*$/);
      }),
    );
  });
});

describe('the buckets of a tag', () => {
  it('fill evenly with the messages of one channel, and of one shard', () => {
    const filled = new Map<number, number>();
    for (const id of slackIds) {
      const ref = { platform: 'slack', tenant: 'T1', channel: 'D0123456789', id } as const;
      if (!tagOf('T1', packRef(ref)).endsWith(':3')) continue;
      const { bucket } = spotOf(ref);
      filled.set(bucket, (filled.get(bucket) ?? 0) + 1);
    }
    const all = [...filled.values()].reduce((sum, some) => sum + some, 0);
    const mean = all / BUCKETS;
    expect(all).toBeGreaterThan(slackIds.length / 16);
    expect(filled.size).toBeGreaterThan(BUCKETS * (1 - Math.exp(-mean)) * 0.9);
    // Far above what chance gives one of two thousand; a bad hash would fill some tenfold.
    expect(Math.max(...filled.values())).toBeLessThan(mean + 7 * Math.sqrt(mean) + 3);
  });
});
