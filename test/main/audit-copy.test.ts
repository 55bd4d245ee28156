/** What the logs of a data folder hold gets elsewhere: over restarts, of processes that died, and so that it can be proved there. */
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { AuditLog } from '../../src/adapters/audit-log/audit-log.ts';
import { verifyCopy } from '../../src/adapters/audit-log/copies.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { systemRandom } from '../../src/adapters/system/system.ts';
import { entryLine, noteLine } from '../../src/core/audit-copy-lines.ts';
import type { AuditCopy } from '../../src/core/audit-copy-ports.ts';
import { SottoError } from '../../src/core/errors.ts';
import type { Store } from '../../src/core/ports.ts';
import { type OpenAudit, openAudit } from '../../src/main/audit.ts';
import { createCopying } from '../../src/main/audit-copy.ts';
import { handMade, putJournal, textsOf } from '../adapters/audit-log/lay-out.ts';
import { decision, newKey } from '../adapters/audit-log/support.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';

const { secret, publicPem } = newKey();

let root: string;
let store: Store;
let clock: FakeClock;
let opened: OpenAudit[];
let said: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sotto-copied-'));
  store = createSqliteStore({ path: join(root, 'store', 'sotto.db') });
  clock = createFakeClock(Date.now());
  [opened, said] = [[], []];
});
afterEach(async () => {
  for (const audit of opened) await audit.close();
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

/** What lies in it by log, as lines of a copy. */
const createPlace = () => {
  const lines = new Map<string, string[]>();
  const place = { away: false, lines, only: 0 };
  const copy: AuditCopy = {
    name: 'place',
    confirms: true,
    write: async ({ origin, entries, note }) => {
      if (place.away) throw new SottoError('audit-copy-unavailable', 'away');
      const more = [...entries.map(entryLine), ...(note === null ? [] : [noteLine(note)])];
      lines.set(origin, [...(lines.get(origin) ?? []), ...more.map((line) => line.trimEnd())]);
    },
    breaks: () => 0,
    onlyThere: async () => place.only,
    keeps: async () => false,
    close: async () => true,
  };
  return { place, copy };
};

const start = async (copy: AuditCopy | null, stream: AuditCopy | null = null): Promise<OpenAudit> => {
  const note = (event: string) => void said.push(event);
  const audit = await openAudit({
    dataFolder: join(root, 'data'),
    store,
    signingKey: secret,
    clock,
    random: systemRandom(),
    log: { info: note, warn: note, error: note },
    sinks: { copy, stream },
  });
  opened.push(audit);
  return audit;
};
const stop = async (audit: OpenAudit): Promise<void> => {
  opened = opened.filter((each) => each !== audit);
  await audit.close();
};
const append = (audit: OpenAudit, count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => audit.append(decision(i))));
const proved = (lines: ReadonlyMap<string, readonly string[]>, origin: string) =>
  verifyCopy({ origin, lines: lines.get(origin) ?? [], keys: [createPublicKey(publicPem)] });
/** Reading is done by the disk, in its own time. */
const pass = (condition: () => boolean | Promise<boolean>) =>
  until(async () => {
    await clock.advance(1_000);
    return condition();
  });

it('is all of it, through batches, publishing and restarts, and its tree is that of the checkpoints', async () => {
  const { place, copy } = createPlace();
  let audit = await start(copy);
  for (const count of [1, 400, 2_700]) await append(audit, count);
  await pass(() => audit.behind().copy?.entries === 0);
  expect(await proved(place.lines, 'slot-0')).toMatchObject({ ok: true, entries: 3_101, proved: 3_101 });
  expect(await audit.sent('slot-0')).toBe(3_101);
  await stop(audit);
  audit = await start(copy);
  await append(audit, 50);
  await stop(audit);
  expect(await proved(place.lines, 'slot-0')).toMatchObject({ ok: true, entries: 3_151, proved: 3_151 });
  expect(place.lines.get('slot-0')?.filter((line) => line.startsWith('{"entry"'))).toHaveLength(3_151);
});

it('goes on where a place was away, and appends wait for it never', async () => {
  const { place, copy } = createPlace();
  place.away = true;
  const audit = await start(copy);
  await append(audit, 10);
  await pass(() => audit.behind().copy?.entries === 10);
  expect(await audit.sent('slot-0')).toBe(0);
  await stop(audit);
  place.away = false;
  const next = await start(copy);
  await pass(() => place.lines.has('slot-0'));
  expect(await proved(place.lines, 'slot-0')).toMatchObject({ ok: true, entries: 10, proved: 10 });
  await stop(next);
});

it('is also what a process that is no more had not sent', async () => {
  const { place, copy } = createPlace();
  const [one, other] = [await start(null), await start(null)];
  await append(other, 7);
  await stop(other);
  await stop(one);
  const next = await start(copy);
  await pass(() => place.lines.has('slot-1'));
  expect(await proved(place.lines, 'slot-1')).toMatchObject({ ok: true, entries: 7, proved: 7 });
  await stop(next);
});

it('goes to a copy and to a stream, each by its own cursor', async () => {
  const [{ place, copy }, stream] = [createPlace(), createPlace()];
  stream.place.away = true;
  const audit = await start(copy, { ...stream.copy, name: 'stream' });
  await append(audit, 3);
  await pass(() => audit.behind().copy?.entries === 0 && audit.behind().stream?.entries === 3);
  expect(place.lines.get('slot-0')).toHaveLength(4);
  expect(await audit.sent('slot-0')).toBe(0);
  stream.place.away = false;
  await pass(() => audit.behind().stream?.entries === 0);
  expect(stream.place.lines.get('slot-0')).toHaveLength(4);
  await stop(audit);
});

it('says at the start what only the copy has, and that nothing keeps it from being changed', async () => {
  const { place, copy } = createPlace();
  place.only = 2;
  await start(copy);
  await until(() => said.includes('audit-copy.only-there') && said.includes('audit-copy.changeable'));
});

it('where there is no other place, nothing is kept for one', async () => {
  const audit = await start(null);
  await append(audit, 3);
  expect(audit.behind()).toEqual({});
  expect(await audit.sent('slot-0')).toBe(Number.POSITIVE_INFINITY);
});

it('never has what is not on stable storage, though it can be read', async () => {
  const data = join(root, 'data');
  const own = handMade({
    origin: 'slot-0',
    key: secret.current,
    texts: textsOf(Array.from({ length: 9 }, (_, i) => decision(i))),
  });
  putJournal(join(data, 'audit', 'slot-0'), own, 0, 9, 3);
  const { place, copy } = createPlace();
  const note = () => undefined;
  let durable = 6;
  const copying = createCopying({
    dataFolder: data,
    origin: 'slot-0',
    sinks: { copy, stream: null },
    closed: async () => [],
    clock,
    log: { info: note, warn: note, error: note },
  });
  copying.start({ size: () => durable } as AuditLog);
  const sent = () => place.lines.get('slot-0')?.filter((line) => line.startsWith('{"entry"')).length ?? 0;
  await pass(() => sent() > 0);
  await pass(() => copying.behind().copy?.entries === 0);
  expect(sent()).toBe(6);
  durable = 9;
  await pass(() => sent() > 6);
  await copying.stop({ graceMs: 1_000 });
  expect(sent()).toBe(9);
});
