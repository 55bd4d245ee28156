import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../../src/adapters/sealer/sealer.ts';
import type { SealContext } from '../../../src/core/ports.ts';
import { sealerContract } from '../../contracts/sealer.ts';

const newKey = (): string => randomBytes(32).toString('base64');
const only = (key: string) => ({ current: key, accepted: [key] });
const context: SealContext = { tenant: 'T1', person: 'U1', purpose: 'reply' };

const contractKey = newKey();
sealerContract('the AES-GCM sealer', () => createSealer({ dataKey: only(contractKey) }));

describe('the AES-GCM sealer through a rotation', () => {
  it('opens what the old key sealed as long as that is accepted, and seals with the new one', () => {
    const [old, fresh] = [newKey(), newKey()];
    const before = createSealer({ dataKey: only(old) }).seal(context, 'words');
    const during = createSealer({ dataKey: { current: fresh, accepted: [fresh, old] } });
    expect(during.open(context, before)).toBe('words');
    const after = createSealer({ dataKey: only(fresh) });
    expect(after.open(context, during.seal(context, 'newer'))).toBe('newer');
    expect(after.open(context, before)).toBeNull();
  });

  it('takes a new key while it runs, and keeps the old one where the new one is no key', () => {
    const [old, fresh] = [newKey(), newKey()];
    const sealer = createSealer({ dataKey: only(old) });
    const before = sealer.seal(context, 'words');
    expect(() => sealer.rotate(only('nonsense'))).toThrow(expect.objectContaining({ code: 'settings' }));
    expect(sealer.open(context, before)).toBe('words');
    sealer.rotate({ current: fresh, accepted: [fresh, old] });
    expect(sealer.open(context, before)).toBe('words');
    expect(createSealer({ dataKey: only(fresh) }).open(context, sealer.seal(context, 'newer'))).toBe('newer');
  });
});

describe('the AES-GCM sealer', () => {
  it('still opens what version s1 sealed', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    const sealed =
      's1.7eUtTRZa.VYgT_-xNUQmhK-tXc46JLN1qOcX8Dkn58_0JQfn8HdWvfaSJmjncYi1P7_ssxfa0vQE0rtBXRMP0s-WM-usFXD8WzoHZB98Fw7k9smcl_6_rgOO6N8QR09NrDQz_aWYtd4o';
    expect(createSealer({ dataKey: only(key) }).open(context, sealed)).toBe('kept since version s1');
  });

  it('refuses a data key that is not 32 bytes of base64, says how to make one, and does not repeat it', () => {
    const wrong = ['', 'short', randomBytes(16).toString('base64'), randomBytes(33).toString('base64')];
    wrong.push(randomBytes(32).toString('hex'), `${newKey()}\n`, `${newKey().slice(0, 42)}!=`);
    for (const key of wrong) {
      const create = (): unknown => createSealer({ dataKey: only(key) });
      expect(create).toThrow(expect.objectContaining({ code: 'settings' }));
      expect(create).toThrow(/openssl rand -base64 32/);
      if (key.length > 5) expect(create).not.toThrow(new RegExp(key.slice(0, 12).replace(/[^A-Za-z0-9]/g, '.')));
    }
  });

  it('fingerprints with a key of its own, so that nobody can hash a list of names and compare', () => {
    const [a, b] = [newKey(), newKey()].map((key) => createSealer({ dataKey: only(key) }).fingerprint('evan'));
    expect(a).not.toBe(b);
    expect(a).not.toBe(createHash('sha256').update('evan').digest('hex').slice(0, 32));
  });
});
