import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { raw, started } from '../../http/support.ts';
import { BODY, bytesOf, type HookStage, openHook, STANDARD, secretOf, standardHeaders, WHSEC } from './stage.ts';

const servers: Awaited<ReturnType<typeof started>>[] = [];
const opened = async (more = ''): Promise<{ readonly stage: HookStage; readonly url: string }> => {
  const stage = openHook({ proof: STANDARD, more });
  stage.secrets.set('hook-secret', secretOf(WHSEC));
  const server = await started({ routes: stage.hooks.routes, limits: { headersMs: 300, requestMs: 600 } });
  servers.push(server);
  return { stage, url: server.url };
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close({ graceMs: 50 })));
});

const BODY_LIMIT = 2_048;
const NOWHERE = '    from: [198.51.100.0/24]\n';

/** Its head, as far as the length; proved where it is of these bytes. */
const head = (stage: HookStage, body: Buffer, more: Record<string, string> = {}): string => {
  const headers = { host: 'a', connection: 'close', ...standardHeaders({ at: stage.clock.now(), body }), ...more };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /hooks/ticket-closed HTTP/1.1\r\n${lines.join('')}`;
};
const chunk = (bytes: Buffer): string => `${bytes.length.toString(16)}\r\n${bytes.toString('latin1')}\r\n`;
const statusOf = (answer: string): string => answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length);

describe('a report over a connection', () => {
  it('is taken in chunks, however small, as it is in one piece', async () => {
    const { stage, url } = await opened();
    const body = bytesOf(BODY);
    const chunks = Array.from(body, (byte) => chunk(Buffer.of(byte))).join('');
    const answer = await raw(url, `${head(stage, body)}transfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`);
    expect([statusOf(answer), stage.taken.length]).toEqual(['200', 1]);
    expect(
      statusOf(await raw(url, `${head(stage, body)}content-length: ${body.length}\r\n\r\n${body.toString('latin1')}`)),
    ).toBe('200');
  });

  it('is not read beyond its length, in chunks that never end, and asks the vault for nothing', async () => {
    const { stage, url } = await opened();
    const body = Buffer.alloc(BODY_LIMIT + 1, ' ');
    const answer = await raw(url, `${head(stage, body)}transfer-encoding: chunked\r\n\r\n${chunk(body)}`);
    expect([statusOf(answer), stage.taken, stage.asked]).toEqual(['413', [], 0]);
  });

  it('is not unpacked where it is said to be packed on its way', async () => {
    const { stage, url } = await opened();
    const packed = gzipSync(bytesOf(BODY));
    const through = async (coding: string): Promise<string> => {
      const bytes = `${head(stage, packed)}transfer-encoding: ${coding}\r\n\r\n${chunk(packed)}0\r\n\r\n`;
      return statusOf(await raw(url, Buffer.from(bytes, 'latin1'), 2_000));
    };
    // Proved as it came, and no JSON.
    expect(await through('gzip, chunked')).toBe('400');
    expect([stage.rejected, stage.asked]).toEqual([['body-malformed'], 1]);
    for (const coding of ['gzip', 'chunked, identity', 'chunked, gzip'])
      expect([coding, await through(coding), stage.asked]).toEqual([coding, '400', 1]);
    expect(stage.taken).toEqual([]);
  });

  it('that comes a byte at a time is cut off, from a stranger as well, who is answered before', async () => {
    for (const [more, status, asked] of [
      ['', '408', 0],
      [NOWHERE, '403', 0],
    ] as const) {
      const { stage, url } = await opened(more);
      const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
      let answer = '';
      socket.on('data', (data) => {
        answer += data.toString('latin1');
      });
      socket.on('error', () => undefined);
      const closed = once(socket, 'close');
      socket.write(`${head(stage, bytesOf(BODY), { connection: 'keep-alive' })}content-length: 2000\r\n\r\n`);
      const drip = setInterval(() => socket.write('a'), 50);
      await closed;
      clearInterval(drip);
      expect([statusOf(answer), stage.asked, stage.taken]).toEqual([status, asked, []]);
    }
  });

  it('that is turned away before it is read becomes no second one by what stands in it', async () => {
    const { stage, url } = await opened(NOWHERE);
    const inner = `${head(stage, bytesOf(BODY))}content-length: 2\r\n\r\n{}`;
    const outer = head(stage, bytesOf(BODY), { connection: 'keep-alive' });
    const answer = await raw(url, `${outer}content-length: ${inner.length}\r\n\r\n${inner}`, 2_000);
    expect(answer.match(/HTTP\/1\.1 403/g)).toHaveLength(1);
    expect(stage.rejected).toEqual(['origin']);
  });
});
