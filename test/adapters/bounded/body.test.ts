import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parsedJson, readBytes, readText } from '../../../src/adapters/bounded/body.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const answered = async (listener: RequestListener): Promise<Response> => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
};

describe('reading an answer', () => {
  it('takes all of one that is as long as the bound, and nothing of a longer one', async () => {
    const fits = await answered((_, response) => response.end('x'.repeat(1_000)));
    expect((await readBytes(fits, 1_000))?.toString()).toBe('x'.repeat(1_000));
    const longer = await answered((_, response) => response.end('x'.repeat(1_001)));
    expect(await readBytes(longer, 1_000)).toBeNull();
  });

  it('hangs up on one that never ends', async () => {
    let gone = (): void => undefined;
    const hungUp = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const endless = await answered((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more).on('close', gone);
      more();
    });
    expect(await readText(endless, 50_000)).toBeNull();
    await hungUp;
  });

  it('finds nothing where there is no body', async () => {
    const empty = await answered((_, response) => response.writeHead(204).end());
    expect(await readText(empty, 10)).toBe('');
  });

  it('takes no text that is not UTF-8, whose bytes may still be had', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    expect(await readText(await answered((_, response) => response.end(bytes)), 10)).toBeNull();
    expect(await readBytes(await answered((_, response) => response.end(bytes)), 10)).toEqual(bytes);
    expect(await readText(await answered((_, response) => response.end('grüß Gott')), 100)).toBe('grüß Gott');
  });
});

describe('reading JSON', () => {
  it('tells no JSON from null', () => {
    expect(parsedJson('null')).toBeNull();
    expect(parsedJson('{"a":1}')).toEqual({ a: 1 });
    for (const text of ['', '{', 'no', '{"a":1} x']) expect(parsedJson(text)).toBeUndefined();
  });
});
