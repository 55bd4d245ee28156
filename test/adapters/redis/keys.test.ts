import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createKeys, isTag, packLease, SHARDS, tagOf, tagsOf, unpackLease } from '../../../src/adapters/redis/keys.ts';

const part = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('{', '}', ':', '|', '%', '7', '\ud800') }),
);
const keys = createKeys('sotto:');

/** What Redis takes of a key to place it: between the first brace and the next closing one. */
const slotOf = (key: string): string => /\{([^}]*)\}/.exec(key)?.[1] ?? key;

describe('a tag', () => {
  it('is one of its tenant, the same for the same conversation, and what Redis places its keys by', () => {
    fc.assert(
      fc.property(part, part, (tenant, conversation) => {
        const tag = tagOf(tenant, conversation);
        expect(tag).toBe(tagOf(tenant, conversation));
        expect(tagsOf(tenant)).toContain(tag);
        expect(isTag(tag)).toBe(true);
        expect(slotOf(`${keys.base(tag)}q:${conversation}`)).toBe(tag);
      }),
    );
  });

  it('is never that of another tenant, of a count, of a sign-in or of the whole set-up', () => {
    fc.assert(
      fc.property(part, part, part, (tenant, other, what) => {
        const tags = tagsOf(tenant);
        if (tenant !== other) expect(tags).not.toContain(tagOf(other, what));
        for (const key of [keys.all('tags'), keys.all('version')]) expect(tags).not.toContain(slotOf(key));
      }),
    );
  });

  it('spreads conversations evenly', () => {
    const counts = new Map<string, number>();
    for (let at = 0; at < 8_000; at++) {
      const tag = tagOf('T1', `slack:T1:D${at}`);
      counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
    expect(counts.size).toBe(SHARDS);
    for (const count of counts.values()) expect(count).toBeGreaterThan(800);
  });

  it('stays what it is: what lies there is looked for there', () => {
    expect(tagOf('T1', 'slack:T1:D1')).toBe('T1:5');
    expect(tagOf('', '')).toBe(':5');
  });
});

describe('a lease', () => {
  it('brings back where its claim lives', () => {
    fc.assert(
      fc.property(part, part, part, (token, tenant, conversation) => {
        const lease = { token, tag: tagOf(tenant, conversation), conversation };
        expect(unpackLease(packLease(lease))).toEqual(lease);
      }),
    );
  });

  it('that is none of ours leads nowhere', () => {
    for (const lease of ['', 'a', 'a|T1:3', 'a|T1:3|c|d', 'a|T1:9|c', 'a|T}1:3|c', 'a|{all}:3|c', 'a|T1|c']) {
      expect([lease, unpackLease(lease)]).toEqual([lease, null]);
    }
  });
});
