import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSealer } from '../../../src/adapters/sealer/sealer.ts';
import type { Rewrapped, SealContext } from '../../../src/core/ports.ts';

const newKey = (): string => randomBytes(32).toString('base64');
const accepted = (...keys: readonly string[]) => ({ current: keys[0] ?? '', accepted: keys });

const [first, second, third] = [newKey(), newKey(), newKey()] as const;
const old = createSealer({ dataKey: accepted(first) });
const both = createSealer({ dataKey: accepted(second, first) });
const fresh = createSealer({ dataKey: accepted(second) });

const text = fc.string({ unit: 'binary' });
const purpose = fc.constantFrom('inbound', 'reply', 'conversation', 'press', 'reference', 'order', 'hash-key');
const contexts: fc.Arbitrary<SealContext> = fc.record({ tenant: text, person: text, purpose, record: text });
const evan: SealContext = { tenant: 'T1', person: 'slack:U1', purpose: 'conversation', record: 'c1' };

const rewrapped = (said: Rewrapped): string => {
  if (said.how !== 'rewrapped') throw new Error(`expected a value wrapped anew, got ${said.how}`);
  return said.sealed;
};

/** What follows the wrap, in bytes: the value’s tag and the value. */
const valuePart = (sealed: string): string =>
  Buffer.from(sealed.split('.')[2] ?? '', 'base64url')
    .subarray(60)
    .toString('hex');

/** Every text that differs from it in one bit of what it encodes, or of its label. */
const bitsOf = function* (sealed: string): Generator<string> {
  const [format = '', key = '', body = ''] = sealed.split('.');
  const bytes = Buffer.from(body, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    yield [format, key, altered.toString('base64url')].join('.');
  }
  const label = Buffer.from(`${format}.${key}.`, 'latin1');
  for (let bit = 0; bit < label.length * 8; bit++) {
    const altered = Buffer.from(label);
    altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    yield altered.toString('latin1') + body;
  }
};

describe('wrapping anew', () => {
  it('keeps the words, whatever they are, under the current key alone, and changes nothing of the value', () => {
    fc.assert(
      fc.property(contexts, text, (context, plain) => {
        const sealed = old.seal(context, plain);
        const anew = rewrapped(both.rewrap(context, sealed));
        expect(fresh.open(context, anew)).toBe(plain);
        expect(old.open(context, anew)).toBeNull();
        expect(fresh.open(context, sealed)).toBeNull();
        expect(valuePart(anew)).toBe(valuePart(sealed));
        expect(anew.length).toBe(sealed.length);
      }),
    );
  });

  it('binds to the same: what is moved to another tenant, person, purpose or record does not open, before and after', () => {
    fc.assert(
      fc.property(
        contexts,
        text,
        fc.constantFrom('tenant', 'person', 'purpose', 'record'),
        text,
        (context, plain, part, other) => {
          const moved = { ...context, [part]: part === 'purpose' ? 'press' : other };
          fc.pre(moved[part as keyof SealContext] !== context[part as keyof SealContext]);
          const sealed = old.seal(context, plain);
          const anew = rewrapped(both.rewrap(context, sealed));
          expect(both.open(moved, sealed)).toBeNull();
          expect(both.open(moved, anew)).toBeNull();
          expect(both.rewrap(moved, sealed)).toEqual({ how: 'lost' });
        },
      ),
    );
  });

  it('opens nothing in which one bit differs, before and after, and wraps nothing of that whose wrap differs', () => {
    const sealed = old.seal(evan, 'You earn 4711.');
    const anew = rewrapped(both.rewrap(evan, sealed));
    for (const value of [sealed, anew]) {
      let altered = 0;
      for (const other of bitsOf(value)) {
        altered += 1;
        expect(both.open(evan, other)).toBeNull();
      }
      expect(altered).toBeGreaterThan(800);
    }
    let wrapped = 0;
    for (const other of bitsOf(sealed)) {
      const said = both.rewrap(evan, other);
      if (said.how === 'rewrapped') {
        // Only the value was altered, which is proved when it is opened.
        wrapped += 1;
        expect(fresh.open(evan, said.sealed)).toBeNull();
      }
    }
    expect(wrapped).toBe(Buffer.from(valuePart(sealed), 'hex').length * 8);
  });

  it('never goes back: what another process wrapped by a newer key, which is held back here, stays as it is', () => {
    const ahead = createSealer({ dataKey: accepted(third, second, first) });
    const behind = createSealer({ dataKey: { current: second, accepted: [third, second, first] } });
    expect(behind.rewrap(evan, ahead.seal(evan, 'words'))).toEqual({ how: 'current' });
    expect(behind.open(evan, ahead.seal(evan, 'words'))).toBe('words');
    const sealed = old.seal(evan, 'words');
    expect(fresh.open(evan, rewrapped(behind.rewrap(evan, sealed)))).toBe('words');
    expect(behind.rewrap(evan, fresh.seal(evan, 'words'))).toEqual({ how: 'current' });
    behind.rotate(accepted(third, second, first));
    expect(behind.rewrap(evan, fresh.seal(evan, 'words')).how).toBe('rewrapped');
  });

  it('leaves alone what is under the current key, and gives nothing for what no key opens or was never sealed', () => {
    expect(both.rewrap(evan, both.seal(evan, 'words'))).toEqual({ how: 'current' });
    const gone = createSealer({ dataKey: accepted(third) }).seal(evan, 'words');
    expect(both.rewrap(evan, gone)).toEqual({ how: 'lost' });
    fc.assert(fc.property(text, (junk) => expect(both.rewrap(evan, junk)).toEqual({ how: 'lost' })));
  });

  it('never wraps twice alike', () => {
    const sealed = old.seal(evan, 'words');
    const all = Array.from({ length: 50 }, () => rewrapped(both.rewrap(evan, sealed)));
    expect(new Set(all).size).toBe(50);
  });
});

describe('what version s1 sealed', () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  const context: SealContext = { tenant: 'T1', person: 'U1', purpose: 'reply', record: 'q1' };
  const s1 =
    's1.7eUtTRZa.VYgT_-xNUQmhK-tXc46JLN1qOcX8Dkn58_0JQfn8HdWvfaSJmjncYi1P7_ssxfa0vQE0rtBXRMP0s-WM-usFXD8WzoHZB98Fw7k9smcl_6_rgOO6N8QR09NrDQz_aWYtd4o';

  it('is bound to its record as well once it has been wrapped anew, also where the key has not changed', () => {
    const sealer = createSealer({ dataKey: accepted(key) });
    expect(sealer.open({ ...context, record: 'any' }, s1)).toBe('kept since version s1');
    const anew = rewrapped(sealer.rewrap(context, s1));
    expect(anew).toMatch(/^s2\.7eUtTRZa\./);
    expect(sealer.open(context, anew)).toBe('kept since version s1');
    expect(sealer.open({ ...context, record: 'any' }, anew)).toBeNull();
    expect(sealer.rewrap(context, anew)).toEqual({ how: 'current' });
    expect(sealer.rewrap({ ...context, person: 'U2' }, s1)).toEqual({ how: 'lost' });
  });

  it('does not open under another label: a format cannot be exchanged', () => {
    const sealer = createSealer({ dataKey: accepted(key) });
    expect(sealer.open(context, s1.replace('s1.', 's2.'))).toBeNull();
    const s2 = sealer.seal(context, 'words');
    expect(sealer.open(context, s2.replace('s2.', 's1.'))).toBeNull();
    expect(sealer.open({ ...context, record: '' }, s2.replace('s2.', 's1.'))).toBeNull();
  });
});

describe('keyed hashes', () => {
  it('stay as they are through every rotation once the sealer was told its keys', () => {
    const sealer = createSealer({ dataKey: accepted(first) });
    const derived = sealer.fingerprint('evan');
    const own = newKey();
    sealer.hashBy([own, ...sealer.derivedHashKeys()]);
    const made = sealer.fingerprint('evan');
    expect(made).not.toBe(derived);
    expect(sealer.fingerprints('evan')).toEqual([made, derived]);
    sealer.rotate(accepted(second));
    expect(sealer.fingerprint('evan')).toBe(made);
    expect(sealer.fingerprints('evan')).toEqual([made, derived]);
  });

  it('are made by no key that is none', () => {
    for (const keys of [[], ['short'], [newKey(), '']])
      expect(() => createSealer({ dataKey: accepted(first) }).hashBy(keys)).toThrow(
        expect.objectContaining({ code: 'settings' }),
      );
  });
});
