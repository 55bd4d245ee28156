import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { sealedReferences } from '../../src/main/references.ts';
import { createPlainStore } from '../simulation/store/store.ts';

const newKey = (): string => randomBytes(32).toString('base64');
const accepted = (...keys: readonly string[]) => ({ current: keys[0] ?? '', accepted: keys });

describe('where chats are reached', () => {
  it('is said to be sealed under another key once the data key has changed, though hashes stay as they are', () => {
    const [one, two] = [newKey(), newKey()];
    const sealer = createSealer({ dataKey: accepted(one) });
    sealer.hashBy([newKey()]);
    const references = sealedReferences({ store: createPlainStore(), sealer, clock: { now: () => 0 } });
    const before = references.sealedUnder();
    sealer.rotate(accepted(one, two));
    expect(references.sealedUnder()).toBe(before);
    sealer.rotate(accepted(two, one));
    expect(references.sealedUnder()).not.toBe(before);
  });

  it('opens for its own tenant and chat alone', async () => {
    const key = newKey();
    const store = createPlainStore();
    const sealer = createSealer({ dataKey: accepted(key) });
    const references = sealedReferences({ store, sealer, clock: { now: () => 0 } });
    await references.keep({ tenant: 'T1', key: 'a', owner: 'u1', value: 'https://one.example' });
    await references.keep({ tenant: 'T1', key: 'b', owner: '', value: 'https://two.example' });
    expect(await references.find({ tenant: 'T1', key: 'a' })).toBe('https://one.example');
    const moved = await store.references.find({ tenant: 'T1', key: 'b', now: 0 });
    await store.references.keep({ tenant: 'T1', key: 'a', owner: '', value: moved ?? '', until: 1 });
    expect(await references.find({ tenant: 'T1', key: 'a' })).toBeNull();
  });
});
