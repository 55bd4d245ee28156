import { inspect } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createSyslog, type SyslogOptions, type SyslogTls } from '../../../src/adapters/syslog/syslog.ts';
import type { AuditCopy } from '../../../src/core/audit-copy-ports.ts';
import { checkpointLines, entryLines, type StreamFormat } from '../../../src/core/audit-stream.ts';
import { createSyslogStandIn, type SyslogStandIn } from '../../stand-ins/syslog.ts';
import { type Authority, createAuthority, type Issued } from '../../support/certificates.ts';
import { until } from '../../support/until.ts';

let authority: Authority;
let server: Issued;
beforeAll(async () => {
  authority = await createAuthority();
  server = await authority.issue();
});

const open: { copies: AuditCopy[]; receivers: SyslogStandIn[] } = { copies: [], receivers: [] };
afterEach(async () => {
  for (const copy of open.copies.splice(0)) await copy.close({ graceMs: 0 });
  for (const receiver of open.receivers.splice(0)) {
    await receiver.close();
    expect(receiver.offences()).toEqual([]);
  }
});
const receiving = async (o: Partial<Parameters<typeof createSyslogStandIn>[0]> = {}): Promise<SyslogStandIn> => {
  const receiver = await createSyslogStandIn({ ...server, ...o });
  open.receivers.push(receiver);
  return receiver;
};
const sending = (
  port: number,
  o: { tls?: SyslogTls; format?: StreamFormat } & Partial<Omit<SyslogOptions, 'tls'>> = {},
): AuditCopy => {
  const { tls = { ca: authority.cert }, format = 'native', ...over } = o;
  const lines = { format, hostname: 'machine', version: '1.2.3' };
  const copy = createSyslog({
    host: '127.0.0.1',
    port,
    tls: async () => tls,
    entryLines: (origin, entry) => entryLines(origin, entry, lines),
    noteLines: (origin, note) => checkpointLines(origin, note, 0, lines),
    ...over,
  });
  open.copies.push(copy);
  return copy;
};

const entry = (index: number, more: object = {}) => ({
  index,
  json: JSON.stringify({ at: 1_800_000_000_000 + index, kind: 'stop', ...more }),
});
const write = (copy: AuditCopy, indexes: readonly number[], more: object = {}): Promise<void> =>
  copy.write({ origin: 'slot-0', entries: indexes.map((index) => entry(index, more)), note: null });
const indexesAt = (receiver: SyslogStandIn): readonly number[] =>
  receiver.messages.map(({ msg }) => JSON.parse(msg).seq);
const arrived = (receiver: SyslogStandIn, count: number): Promise<unknown> =>
  until(() => receiver.messages.length >= count);
const shown = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no refusal',
    (error: unknown) => inspect(error, { depth: 10, showHidden: true }),
  );

describe('entries', () => {
  it('arrive in order, each as one message over one connection, and behind them their checkpoint', async () => {
    const receiver = await receiving();
    const copy = sending(receiver.port);
    await copy.write({ origin: 'slot-0', entries: [entry(0), entry(1)], note: 'the\nnote \u2014' });
    await write(copy, [2]);
    await arrived(receiver, 4);
    expect(
      receiver.messages.map(({ procid, msgid, structured, msg }) => [procid, msgid, structured, JSON.parse(msg)]),
    ).toEqual([
      [
        'slot-0',
        'stop',
        '[meta sequenceId="1"]',
        { seq: 0, origin: 'slot-0', entry: { at: 1_800_000_000_000, kind: 'stop' } },
      ],
      [
        'slot-0',
        'stop',
        '[meta sequenceId="2"]',
        { seq: 1, origin: 'slot-0', entry: { at: 1_800_000_000_001, kind: 'stop' } },
      ],
      ['slot-0', 'checkpoint', '-', { note: 'the\nnote \u2014', origin: 'slot-0' }],
      [
        'slot-0',
        'stop',
        '[meta sequenceId="3"]',
        { seq: 2, origin: 'slot-0', entry: { at: 1_800_000_000_002, kind: 'stop' } },
      ],
    ]);
    expect(receiver.connections()).toBe(1);
  });

  it('are events of OCSF where that is asked for, which name their place, and have no checkpoints', async () => {
    const receiver = await receiving();
    await sending(receiver.port, { format: 'ocsf' }).write({ origin: 'slot-0', entries: [entry(7)], note: 'note' });
    await arrived(receiver, 1);
    expect(receiver.messages.map(({ msg }) => JSON.parse(msg))).toEqual([
      expect.objectContaining({
        class_uid: expect.any(Number),
        metadata: expect.objectContaining({
          uid: 'slot-0/7',
          event_code: 'stop',
          product: expect.objectContaining({ version: '1.2.3' }),
        }),
      }),
    ]);
  });

  it('by the ten thousand keep their order, and long ones come in parts', async () => {
    const receiver = await receiving();
    const copy = sending(receiver.port);
    const indexes = Array.from({ length: 10_000 }, (_, i) => i);
    await write(copy, indexes);
    await arrived(receiver, indexes.length);
    expect(indexesAt(receiver)).toEqual(indexes);
    await write(copy, [10_000], { long: '\u00fc'.repeat(20_000) });
    await until(
      () =>
        JSON.parse(receiver.messages.at(-1)?.msg ?? '{}').part === JSON.parse(receiver.messages.at(-1)?.msg ?? '{}').of,
    );
    const parts = receiver.messages.slice(10_000).map(({ msg }) => JSON.parse(msg));
    expect(parts.length).toBeGreaterThan(10);
    expect(JSON.parse(parts.map(({ text }) => text).join('')).entry.long).toBe('\u00fc'.repeat(20_000));
  });

  it('that no log has yet are not sent', async () => {
    const receiver = await receiving();
    const copy = sending(receiver.port);
    await copy.write({ origin: 'slot-0', entries: [{ index: null, json: '{"kind":"stop"}' }, entry(1)], note: null });
    await arrived(receiver, 1);
    expect(indexesAt(receiver)).toEqual([1]);
  });

  it('are known to have arrived where the receiver ends its side once ours has ended', async () => {
    const receiver = await receiving();
    const copy = sending(receiver.port);
    await write(copy, [0, 1, 2]);
    expect(await copy.close({ graceMs: 10_000 })).toBe(true);
    expect(indexesAt(receiver)).toEqual([0, 1, 2]);
    expect(copy.breaks()).toBe(0);
  });
});

describe('a receiver', () => {
  it('that ends the connection is connected to anew, and it is told that something may be lost', async () => {
    const receiver = await receiving();
    const copy = sending(receiver.port);
    await write(copy, [0]);
    await arrived(receiver, 1);
    for (const [at, how] of (['end', 'reset'] as const).entries()) {
      receiver.cut(how);
      await until(() => copy.breaks() === at + 1);
      await write(copy, [at + 1]);
      await arrived(receiver, at + 2);
    }
    expect(indexesAt(receiver)).toEqual([0, 1, 2]);
    expect(receiver.connections()).toBe(3);
  });

  it('that does not read holds a write up until its deadline, and nothing is piled up', async () => {
    const receiver = await receiving();
    const copy = sending(receiver.port, { writeMs: 2_000 });
    await write(copy, [0]);
    await arrived(receiver, 1);
    receiver.reads(false);
    // More than any buffer on the way takes.
    const many = Array.from({ length: 60_000 }, (_, i) => i + 1);
    expect(await shown(write(copy, many, { long: 'x'.repeat(500) }))).toContain('took nothing in time');
    expect(copy.breaks()).toBe(1);
    receiver.reads(true);
    await write(copy, [99_999]);
    // What the first connection had brought may be read behind it.
    await until(() => indexesAt(receiver).includes(99_999));
  });

  it('that is away is said to be, in its code', async () => {
    const receiver = await receiving();
    const { port } = receiver;
    await receiver.close();
    const said = await shown(write(sending(port), [0], { secret: 'HUSH' }));
    expect(said).toContain("code: 'audit-copy-unavailable'");
    expect(said).toContain(`syslog+tls://127.0.0.1:${port}`);
    expect(said).toContain('ECONNREFUSED');
    expect(said).not.toContain('HUSH');
  });

  it('that never says hello is given up', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer((socket) => void socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await shown(write(sending(port, { writeMs: 200 }), [0]))).toContain('took nothing in time');
    silent.close();
  });
});

describe('a certificate', () => {
  it.each<[string, () => Promise<{ own: Issued; tls?: SyslogTls; host?: string }>]>([
    ['of a stranger', async () => ({ own: await (await createAuthority()).issue() })],
    ['for another name', async () => ({ own: await authority.issue({ names: ['other.example.com'] }) })],
    ['that has ended', async () => ({ own: await authority.issue({ from: -2 * 86_400_000, until: -86_400_000 }) })],
    [
      'for another name than was given',
      async () => ({ own: server, tls: { ca: authority.cert, servername: 'siem.example.com' } }),
    ],
    ['where the machine trusts nobody like that', async () => ({ own: server, tls: {} })],
  ])('%s is refused, and nothing is sent', async (_what, make) => {
    const { own, tls } = await make();
    const receiver = await receiving(own);
    const said = await shown(write(sending(receiver.port, tls === undefined ? {} : { tls }), [0], { secret: 'HUSH' }));
    expect(said).toContain('SOTTO_SYSLOG_CA');
    expect(receiver.messages).toEqual([]);
    expect(said).not.toContain('HUSH');
  });

  it('for the name that was given is taken', async () => {
    const receiver = await receiving(await authority.issue({ names: ['siem.example.com'] }));
    await write(sending(receiver.port, { tls: { ca: authority.cert, servername: 'siem.example.com' } }), [0]);
    await arrived(receiver, 1);
  });

  it('of ours is shown where it is asked for; without one nothing arrives and that is noticed', async () => {
    const receiver = await receiving({ clientCa: authority.cert });
    const bare = sending(receiver.port);
    // By TLS 1.3 a sender hears of it only behind its own first words.
    const refused = await write(bare, [0]).then(
      () => until(() => bare.breaks() === 1),
      () => 'refused',
    );
    expect(refused === 'refused' || bare.breaks() === 1).toBe(true);
    expect(receiver.messages).toEqual([]);
    const own = await authority.issue({ use: 'client', names: ['sotto.example.com'] });
    await write(sending(receiver.port, { tls: { ca: authority.cert, cert: own.cert, key: own.key } }), [1]);
    await arrived(receiver, 1);
  });

  it('over an old version of TLS is not even looked at', async () => {
    const receiver = await receiving({ maxVersion: 'TLSv1.1' });
    expect(await shown(write(sending(receiver.port), [0]))).toContain("code: 'audit-copy-unavailable'");
    expect(receiver.messages).toEqual([]);
  });
});
