import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { headerOf, openArchive, sealArchive } from '../../../src/adapters/archive/archive.ts';
import { takeAll } from '../../contracts/snapshots.ts';
import type { MemoryPlace } from '../../support/memory-place.ts';
import { publishIn } from '../../support/restricting.ts';
import { eachAnew, refusalOf, restriction } from './scene.ts';
import { emptyData, isUntouched, type Machine, newDataKey, restoring, SIGNING, secretOf, storeIn } from './support.ts';

let machine: Machine;
let place: MemoryPlace;
let empty: string;
eachAnew((scene) => {
  ({ machine, place, empty } = scene);
});

const refusal = (over?: Parameters<typeof restoring>[3], places?: readonly MemoryPlace[]) =>
  refusalOf({ machine, place, empty }, over, places);

describe('a restore is refused, and nothing is touched,', () => {
  it('where the folder or the store is not empty', async () => {
    await machine.backUp(place);
    mkdirSync(empty, { recursive: true });
    writeFileSync(join(empty, 'other'), 'mine');
    await expect(restoring(machine, [place], empty)).rejects.toMatchObject({ code: 'usage' });
    expect(readdirSync(empty)).toEqual(['other']);

    const other = emptyData();
    const used = storeIn(emptyData());
    await publishIn(used.restrictions, { restriction: restriction('mine') });
    const before = await takeAll(used);
    const openStore = async () => ({ ...used, close: async () => undefined });
    await expect(restoring(machine, [place], other, { openStore })).rejects.toThrow(/SOTTO_STORE.*not empty/);
    expect(isUntouched(other)).toBe(true);
    expect(await takeAll(used)).toEqual(before);
    await used.close();
  });

  it('where there is no archive, or none of that name', async () => {
    expect((await refusal()).code).toBe('usage');
    await machine.backUp(place);
    expect((await refusal({ at: 'nothing' })).message).toContain('There is no archive nothing');
  });

  it('with another data key, saying so', async () => {
    await machine.backUp(place);
    const error = await refusal({ dataKey: secretOf(newDataKey(), newDataKey()) });
    expect(error).toMatchObject({ code: 'backup-invalid', message: expect.stringContaining('another data key') });
  });

  it('where the archive is altered, cut, of a newer version, or renamed', async () => {
    const name = await machine.backUp(place);
    const good = place.held.state.get(name) ?? Buffer.alloc(0);
    const altered = Buffer.from(good);
    altered[good.length - 20] = (altered[good.length - 20] ?? 0) ^ 1;
    const newer = Buffer.from(good);
    newer.writeUInt16BE(9, 'sotto-backup'.length);
    for (const [bytes, says] of [
      [altered, 'altered or cut'],
      [good.subarray(0, -1), 'altered or cut'],
      [good.subarray(0, 30), 'altered or cut'],
      [newer, 'is of format 9'],
    ] as const) {
      place.held.state.set(name, Buffer.from(bytes));
      expect(await refusal()).toMatchObject({ code: 'backup-invalid', message: expect.stringContaining(says) });
    }
    place.held.state.clear();
    place.held.state.set(name.replace(/\d{16}$/, '0000000000000009'), good);
    expect((await refusal()).message).toContain('not what its name says');
  });

  it('where a stretch of the audit log is missing, altered, or sealed over entries that nobody signed', async () => {
    await machine.backUp(place);
    await machine.note();
    await machine.backUp(place);
    await machine.note();
    await machine.backUp(place);
    const stretches = [...place.held.audit];
    expect(stretches).toHaveLength(3);
    const [, [second, bytes] = ['', Buffer.alloc(0)], [last] = ['']] = stretches;
    place.held.audit.delete(second);
    expect((await refusal()).message).toContain('leave out its entries');
    place.held.audit.set(second, bytes.subarray(0, -3));
    expect((await refusal()).message).toContain('altered or cut');
    place.held.audit.set(second, bytes);
    const end = place.held.audit.get(last);
    place.held.audit.delete(last);
    expect((await refusal()).message).toContain('held 3 entries when the archive was made');
    place.held.audit.set(last, end ?? Buffer.alloc(0));

    const keys = await machine.stretchKeys();
    const { key: _, ...header } = headerOf({ name: second, bytes });
    const pieces: Buffer[] = [];
    for await (const piece of (await openArchive({ name: second, bytes, dataKey: keys })).body()) pieces.push(piece);
    const forged = Buffer.from(
      Buffer.concat(pieces).toString('latin1').replace('"kind":"stop"', '"kind":"stap"'),
      'latin1',
    );
    place.held.audit.set(second, await sealArchive({ dataKey: keys, body: [forged], header: () => header }));
    expect((await refusal()).message).toContain('does not come back as it was signed (entry 1:');
  });

  it('where no key of the vault, nor one that it replaced, signed the audit log: its own say-so is none', async () => {
    await machine.backUp(place);
    const signingKey = secretOf(
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    );
    expect((await refusal({ signingKey })).message).toContain('does not come back as it was signed');
    const accepted = [signingKey.current, SIGNING.current];
    expect(await restoring(machine, [place], empty, { signingKey: { ...signingKey, accepted } })).toMatchObject({
      logs: [{ entries: 1 }],
    });
  });

  it('where the restrictions are not the approved ones', async () => {
    await publishIn(machine.store.restrictions, { restriction: restriction('a') });
    const name = await machine.backUp(place);
    const header = headerOf({ name, bytes: place.held.state.get(name) ?? Buffer.alloc(0) });
    const hash = header.kind === 'state' ? header.restrictions.hash : '';
    expect((await refusal({ approved: '0'.repeat(64) })).message).toContain(hash);
    expect((await refusal({ approved: hash.slice(0, 15) })).code).toBe('usage');
    expect((await refusal({ approved: 'nonsense' })).code).toBe('usage');
    expect(await restoring(machine, [place], empty, { approved: hash.slice(0, 16) })).toMatchObject({
      restrictions: { hash },
    });
  });
});
