import { createPrivateKey, createPublicKey } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { headerOf, openArchive, sealArchive } from '../../../src/adapters/archive/archive.ts';
import { canonicalJson } from '../../../src/adapters/audit-log/canonical.ts';
import { signCheckpoint } from '../../../src/adapters/audit-log/checkpoint.ts';
import { encodeBatch } from '../../../src/adapters/audit-log/journal.ts';
import { growTree, leafHash, nodeHash } from '../../../src/adapters/audit-log/merkle.ts';
import { readStretchBody } from '../../../src/adapters/audit-log/stretch-body.ts';
import { verifyAuditLogs } from '../../../src/adapters/audit-log/verify.ts';
import { systemRandom } from '../../../src/adapters/system/system.ts';
import type { Secret } from '../../../src/core/ports.ts';
import { openAudit } from '../../../src/main/audit.ts';
import { stretchName } from '../../../src/main/backup/names.ts';
import type { MemoryPlace } from '../../support/memory-place.ts';
import { PLAIN_RESTRICTION, publishIn } from '../../support/restricting.ts';
import { stopAt } from '../../support/stop-entry.ts';
import {
  emptyData,
  isUntouched,
  lookInto,
  type Machine,
  newPlace,
  newSigningKey,
  openMachine,
  restoring,
  SIGNING,
} from './support.ts';

let machine: Machine;
let place: MemoryPlace;
let empty: string;
let stretches: readonly string[];
let stretchKeys: Secret;
beforeEach(async () => {
  machine = await openMachine();
  place = newPlace();
  empty = emptyData();
  const restriction = {
    ...PLAIN_RESTRICTION,
    id: 'a',
    title: 'a',
    forbids: ['salary'],
  };
  await publishIn(machine.store.restrictions, { restriction });
  for (let n = 0; n < 3; n++) {
    await machine.note();
    await machine.backUp(place);
  }
  stretchKeys = await machine.stretchKeys();
  await machine.stop();
  stretches = [...place.held.audit.keys()];
  expect(stretches).toHaveLength(3);
});

const refuses = async (places: readonly MemoryPlace[] = [place]): Promise<void> => {
  await expect(restoring(machine, places, empty)).rejects.toMatchObject({
    code: 'backup-invalid',
    message: expect.stringContaining('--paused'),
  });
  expect(isUntouched(empty)).toBe(true);
};

/** What is restricted is back, nobody is answered, and it can be served: no log is missed that was not put back. */
const isServed = async (): Promise<void> => {
  await lookInto(empty, async ({ restrictions, standing }) => {
    expect((await restrictions.current()).restrictions).toMatchObject([{ id: 'a' }]);
    expect((await standing.current()).paused).toMatchObject({ by: 'restore' });
  });
  const again = await openMachine({ data: empty, dataKey: machine.dataKey });
  await again.note();
  await again.stop();
};

const sound = async (key = SIGNING.current): Promise<readonly (readonly [string, boolean, number])[]> =>
  (await verifyAuditLogs({ folder: join(empty, 'audit'), publicKey: createPublicKey(key) })).map(
    ({ origin, ok, entries }) => [origin, ok, entries] as const,
  );

describe('with --paused what is restricted comes back', () => {
  it('beside an audit log of which a stretch is gone, which comes back up to there', async () => {
    place.held.audit.delete(stretches[1] ?? '');
    await refuses();
    const { logs, notes } = await restoring(machine, [place], empty, { paused: true });
    expect(logs).toMatchObject([{ origin: 'slot-0', entries: 1 }]);
    expect(notes.filter((note) => note.includes('slot-0'))).toEqual([
      expect.stringMatching(/slot-0 held 3 entries when the archive was made.*1 of them come back/),
    ]);
    expect(await sound()).toEqual([['slot-0', true, 1]]);
    await isServed();
  });

  it('beside one of which a stretch was changed by whoever had its keys, which comes back up to the last checkpoint before that', async () => {
    const name = stretches[1] ?? '';
    const bytes = place.held.audit.get(name) ?? Buffer.alloc(0);
    const { key: _, ...header } = headerOf({ name, bytes });
    const pieces: Buffer[] = [];
    for await (const piece of (await openArchive({ name, bytes, dataKey: stretchKeys })).body()) pieces.push(piece);
    const forged = Buffer.concat(pieces).toString('latin1').replace('"kind":"stop"', '"kind":"stap"');
    const body = [Buffer.from(forged, 'latin1')];
    place.held.audit.set(name, await sealArchive({ dataKey: stretchKeys, body, header: () => header }));
    await refuses();
    const { logs, notes } = await restoring(machine, [place], empty, { paused: true });
    expect(logs).toMatchObject([{ origin: 'slot-0', entries: 1 }]);
    expect(notes.join('\n')).toMatch(/1 of them come back[\s\S]*slot-0 does not come back as it was signed \(entry 1:/);
    expect(await sound()).toEqual([['slot-0', true, 1]]);
    await isServed();
  });

  it('beside one that was written anew by whoever had the keys of its stretches and not the one that signs', async () => {
    const key = createPrivateKey(newSigningKey().current);
    const tree = growTree();
    for (const [at, name] of stretches.entries()) {
      const bytes = place.held.audit.get(name) ?? Buffer.alloc(0);
      const { key: _, ...header } = headerOf({ name, bytes });
      if (header.kind !== 'audit') throw new Error('it is a stretch');
      const pieces: Buffer[] = [];
      for await (const piece of (await openArchive({ name, bytes, dataKey: stretchKeys })).body()) pieces.push(piece);
      const whole = readStretchBody(Buffer.concat(pieces), { holds: 'entries', leaves: 1 });
      const [text = ''] = whole?.spans.map(({ start, end }) => whole.bytes.toString('utf8', start, end)) ?? [];
      const forged = at === 0 ? text : text.replace('"kind":"stop"', '"kind":"stap"');
      tree.push(leafHash(Buffer.from(forged)));
      if (at === 0) continue;
      const root = tree.root();
      const body = [encodeBatch([forged], signCheckpoint({ origin: 'slot-0', size: tree.size(), root }, key))];
      // Its verifier is told of the key.
      const publicKeys = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
      const told = { ...header, root: root.toString('hex'), publicKeys };
      place.held.audit.set(name, await sealArchive({ dataKey: stretchKeys, body, header: () => told }));
    }
    // In the archive of what stands, too.
    await refuses();
    const { logs, notes } = await restoring(machine, [place], empty, { paused: true });
    expect(logs).toMatchObject([{ origin: 'slot-0', entries: 1 }]);
    expect(notes.join('\n')).toMatch(/slot-0 does not come back as it was signed[\s\S]*its first 1 entries/);
    expect(await sound()).toEqual([['slot-0', true, 1]]);
    await isServed();
  });

  it('beside one that has two histories, of which the one comes back that the archive knows, and it is said', async () => {
    const name = stretches[2] ?? '';
    const bytes = place.held.audit.get(name) ?? Buffer.alloc(0);
    const { key: _, ...header } = headerOf({ name, bytes });
    if (header.kind !== 'audit') throw new Error('it is a stretch');
    const texts = [0, 1].map((seq) => canonicalJson({ entry: { kind: 'stop', at: 1 }, seq }));
    const root = nodeHash(...(texts.map((text) => leafHash(Buffer.from(text))) as [Buffer, Buffer]));
    // By the very key that signs, as on a machine that was copied.
    const key = createPrivateKey(SIGNING.current);
    const body = [encodeBatch(texts, signCheckpoint({ origin: 'slot-0', size: 2, root }, key))];
    const told = { ...header, from: 0, to: 2, root: root.toString('hex') };
    const second = newPlace('second');
    const other = stretchName({ lineage: header.lineage, origin: 'slot-0', from: 0, to: 2 });
    for (const [state, archive] of place.held.state) second.held.state.set(state, archive);
    for (const [stretch, archive] of place.held.audit) second.held.audit.set(stretch, archive);
    second.held.audit.set(other, await sealArchive({ dataKey: stretchKeys, body, header: () => told }));
    await refuses([place, second]);
    const { logs, notes } = await restoring(machine, [place, second], empty, { paused: true });
    expect(notes.join('\n')).toContain('two histories');
    expect(logs).toMatchObject([{ origin: 'slot-0', entries: 3 }]);
    expect(await sound()).toEqual([['slot-0', true, 3]]);
    await isServed();
  });

  it.each(['gone', 'spoilt'])('without one whose beginning is %s, which is said', async (how) => {
    if (how === 'gone') place.held.audit.delete(stretches[0] ?? '');
    else place.held.audit.set(stretches[0] ?? '', Buffer.from('spoilt'));
    await refuses();
    const { logs, notes } = await restoring(machine, [place], empty, { paused: true });
    expect(logs).toMatchObject([{ origin: 'slot-0', entries: 0 }]);
    expect(notes.join('\n')).toMatch(/slot-0 held 3 entries.*none of them come back/);
    expect(existsSync(join(empty, 'audit', 'slot-0'))).toBe(false);
    await isServed();
  });

  it('without one that no key of the vault vouches for', async () => {
    const signingKey = newSigningKey();
    const { notes } = await restoring(machine, [place], empty, { signingKey, paused: true });
    expect(notes.join('\n')).toMatch(/slot-0 does not come back as it was signed[\s\S]*left out/);
    expect(readdirSync(join(empty, 'audit'))).toEqual([]);
    await isServed();
  });

  it('beside one that another log says went on: the other comes back whole, and goes on to say so', async () => {
    const next = newSigningKey().current;
    const signingKey = { current: next, accepted: [next, SIGNING.current] };
    const two = await openMachine();
    await two.note();
    await two.backUp(place);
    await two.note();
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const { store, clock, data: dataFolder } = two;
    const other = await openAudit({
      dataFolder,
      store,
      clock,
      signingKey,
      random: systemRandom(),
      log: quiet,
    });
    await two.audit.close();
    clock.at += 3_600_000;
    await other.append(stopAt(clock.at));
    await other.keep();
    const at = await two.backUp(place);
    await other.close();
    await two.stop();
    const torn = [...place.held.audit.keys()].findLast((name) => name.includes(`${two.taking.lineage}.slot-0.`));
    place.held.audit.delete(torn ?? '');
    await expect(restoring(two, [place], empty, { at, signingKey })).rejects.toMatchObject({ code: 'backup-invalid' });
    const { logs } = await restoring(two, [place], empty, { at, signingKey, paused: true });
    expect(logs).toMatchObject([
      { origin: 'slot-0', entries: 1, lost: 1 },
      { origin: 'slot-1', lost: 0 },
    ]);
    expect(await sound(next)).toMatchObject([
      ['slot-0', false, 1],
      ['slot-1', true, logs[1]?.entries],
    ]);
    const again = await openMachine({ data: empty, dataKey: two.dataKey });
    await again.stop();
  });
});
