import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SealContext, Sealer } from '../../src/core/ports.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', '\ud800', '\udc00', '\u0000') }),
);

const context: fc.Arbitrary<SealContext> = fc.record({
  tenant: text,
  person: text,
  purpose: fc.constantFrom('inbound', 'reply', 'conversation', 'press'),
  record: text,
});

const evan: SealContext = { tenant: 'T1', person: 'slack:U1', purpose: 'reply' };

/** What every sealer promises. */
export const sealerContract = (name: string, make: () => Sealer): void => {
  const sealer = make();

  describe(`${name} opens`, () => {
    it('what it sealed, whatever it was', () => {
      fc.assert(
        fc.property(context, text, (one, plain) => expect(sealer.open(one, sealer.seal(one, plain))).toBe(plain)),
      );
    });

    it('a long text and an empty one', () => {
      for (const plain of ['', 'ä€🙂'.repeat(20_000)]) expect(sealer.open(evan, sealer.seal(evan, plain))).toBe(plain);
    });

    it('nothing under another context', () => {
      fc.assert(
        fc.property(context, context, (one, other) => {
          fc.pre(!isDeepStrictEqual(one, other));
          expect(sealer.open(other, sealer.seal(one, 'words'))).toBeNull();
        }),
      );
    });

    it('nothing under a context whose parts only run together the same', () => {
      const sealed = sealer.seal({ ...evan, tenant: 'T1', person: '1U' }, 'words');
      expect(sealer.open({ ...evan, tenant: 'T11', person: 'U' }, sealed)).toBeNull();
    });

    it('nothing that was altered, at any character', () => {
      const sealed = sealer.seal(evan, 'You earn 4711.');
      for (let at = 0; at < sealed.length; at++) {
        for (const other of ['A', 'Q', '_', '.']) {
          if (sealed[at] === other) continue;
          expect(sealer.open(evan, sealed.slice(0, at) + other + sealed.slice(at + 1))).toBeNull();
        }
        expect(sealer.open(evan, sealed.slice(0, at))).toBeNull();
      }
      // The last character may carry bits that no byte needs; those count as well.
      for (const last of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
        if (!sealed.endsWith(last)) expect(sealer.open(evan, sealed.slice(0, -1) + last)).toBeNull();
      }
      expect(sealer.open(evan, `${sealed}A`)).toBeNull();
      expect(sealer.open(evan, `${sealed}=`)).toBeNull();
    });

    it('nothing that it never sealed, and never throws', () => {
      fc.assert(fc.property(text, (junk) => expect(sealer.open(evan, junk)).toBeNull()));
      expect(sealer.open(evan, 'A'.repeat(10_000_000))).toBeNull();
    });
  });

  describe(`${name} seals`, () => {
    it('into text that is safe in a URL and tells nothing of the words', () => {
      const sealed = sealer.seal(evan, 'You earn 4711.');
      expect(sealed).toMatch(/^[A-Za-z0-9_.-]+$/);
      expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('4711');
    });

    it('the same words differently each time', () => {
      const all = Array.from({ length: 100 }, () => sealer.seal(evan, 'same'));
      expect(new Set(all).size).toBe(100);
    });

    it('nothing that is too large to be kept', () => {
      expect(() => sealer.seal(evan, 'x'.repeat(300_000))).toThrow(
        expect.objectContaining({ code: 'store-unavailable' }),
      );
    });
  });

  describe(`${name} fingerprints`, () => {
    it('the same value the same and others differently, in 32 hex characters', () => {
      expect(sealer.fingerprint('evan')).toMatch(/^[0-9a-f]{32}$/);
      expect(sealer.fingerprint('evan')).toBe(make().fingerprint('evan'));
      fc.assert(
        fc.property(fc.string(), fc.string(), (a, b) =>
          expect(sealer.fingerprint(a) === sealer.fingerprint(b)).toBe(a === b),
        ),
      );
    });

    it('what is looked for under every key that is accepted, the current one first', () => {
      const [first, ...others] = sealer.fingerprints('evan');
      expect(first).toBe(sealer.fingerprint('evan'));
      expect(new Set([first, ...others]).size).toBe(1 + others.length);
    });
  });
};
