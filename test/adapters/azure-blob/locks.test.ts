/** What azurite does not have, between stand-ins: immutability of audit stretches. Nothing of it was tried against a live account. */
import { describe, expect, it } from '@jest/globals';
import { backupPlaceContract } from '../../contracts/backup-place.ts';
import { openStages, YEAR_MS } from './support.ts';

const open = openStages();

backupPlaceContract('a container that locks', async () => {
  const { place, make } = await open();
  return { place, again: async () => make() };
});

const stretch = { kind: 'audit', name: 'one', bytes: Buffer.from('entries') } as const;

describe('an audit stretch', () => {
  it('is locked in the very call that writes it, for as long as the settings say', async () => {
    const now = Date.UTC(2026, 0, 1, 12, 0, 0, 700);
    const { place, blob } = await open({ now: () => now, auditLockMs: 2 * YEAR_MS });
    expect(await place.write(stretch)).toBe('written');
    expect(blob.calls()).toEqual(['container  200', 'put audit/one 201', 'look audit/one 200']);
    expect(Math.abs((blob.lockedUntil('audit/one') ?? 0) - now - 2 * YEAR_MS)).toBeLessThan(1_000);
  });

  it('is kept by Azure until then, whatever an owner of the account tries, and afterwards it need not be', async () => {
    let now = Date.UTC(2026, 0, 1);
    const { place, blob } = await open({ now: () => now });
    await place.write(stretch);
    now += YEAR_MS - 2_000;
    expect(blob.meddle('purge', 'audit/one')).toBe('BlobImmutableDueToPolicy');
    now += 4_000;
    expect(blob.meddle('purge', 'audit/one')).toBeNull();
    expect(await place.list('audit')).toEqual([]);
  });

  it('is found and read as it was written, although somebody covered it or deleted its name', async () => {
    const { place, make, blob } = await open();
    for (const name of ['one', 'one-more', 'two']) await place.write({ ...stretch, name });
    blob.meddle('overwrite', 'audit/one');
    blob.meddle('overwrite', 'audit/one');
    blob.meddle('delete', 'audit/two');
    for (const pageSize of [1, 2, 5_000]) {
      const again = make({ pageSize });
      expect(await again.list('audit')).toEqual(
        ['one', 'one-more', 'two'].map((name) => ({ name, bytes: stretch.bytes.length })),
      );
      for (const name of ['one', 'one-more', 'two'])
        expect(await again.read({ kind: 'audit', name, mostBytes: 100 })).toEqual(stretch.bytes);
    }
    expect(await place.read({ kind: 'audit', name: 'on', mostBytes: 100 })).toBeNull();
  });

  it('is not written where the container cannot lock, and the sentence says how to mend that', async () => {
    const { place, blob } = await open({ locks: false });
    await expect(place.write(stretch)).rejects.toMatchObject({
      code: 'backup-unavailable',
      message: expect.stringMatching(/no version-level immutability.*az storage container-rm create .*--enable-vlw/),
    });
    expect(blob.calls()).toEqual(['container  200']);
  });

  it('is written there all the same where the settings go without, and asks nothing of it', async () => {
    const { make, blob } = await open({ locks: false, rights: ['read', 'write'] });
    expect(await make({ auditLockMs: 0 }).write(stretch)).toBe('written');
    expect(blob.calls()).toEqual(['put audit/one 201']);
    expect(blob.lockedUntil('audit/one')).toBeNull();
  });

  it('needs the right to lock: without it nothing is written, and the sentence names the rights', async () => {
    const { place, blob } = await open({ rights: ['read', 'write', 'delete'] });
    await expect(place.write(stretch)).rejects.toMatchObject({
      code: 'backup-unavailable',
      message: expect.stringContaining('immutableStorage/runAsSuperUser/action'),
    });
    expect(await place.list('audit')).toEqual([]);
    expect(await place.write({ ...stretch, kind: 'state' })).toBe('written');
    expect(blob.lockedUntil('state/one')).toBeNull();
  });

  it('is not believed to be locked where Azure does not say so', async () => {
    const { place, blob } = await open();
    blob.fail({ on: 'put', kind: 'unlocked' });
    await expect(place.write(stretch)).rejects.toMatchObject({
      code: 'backup-unavailable',
      message: expect.stringContaining('does not say that it is locked'),
    });
  });

  it('whose answer was lost is looked at, and found locked', async () => {
    const { place, blob } = await open();
    blob.fail({ on: 'put', kind: 'lost', times: 1 });
    expect(await place.write(stretch)).toBe('written');
    expect(blob.lockedUntil('audit/one')).not.toBeNull();
  });
});

describe('a state archive', () => {
  it('is never locked, and is removed when it is old', async () => {
    const { place, blob } = await open();
    await place.write({ ...stretch, kind: 'state' });
    expect(blob.calls()).toEqual(['put state/one 201']);
    expect(blob.lockedUntil('state/one')).toBeNull();
    await place.remove('one');
    expect(await place.list('state')).toEqual([]);
  });

  it('that Azure keeps by a policy of the container is said not to go, and why', async () => {
    const { place, blob } = await open();
    await place.write({ ...stretch, kind: 'state' });
    blob.fail({ on: 'delete', kind: 'status', status: 409, code: 'BlobImmutableDueToPolicy' });
    await expect(place.remove('one')).rejects.toMatchObject({
      code: 'backup-unavailable',
      message: expect.stringContaining('default policy'),
    });
  });
});
