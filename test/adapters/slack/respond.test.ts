import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { respondTo, responseHosts } from '../../../src/adapters/slack/respond.ts';
import { createUsedAddresses } from '../../../src/adapters/slack/used-addresses.ts';
import { openSlack, type SlackBench } from './support.ts';

const MINUTE = 60_000;
const card = (text: string) => ({ text, note: null, buttons: [], fallback: null });

let server: Server | null = null;
let bench: SlackBench | null = null;
afterEach(async () => {
  await bench?.close();
  await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
  [server, bench] = [null, null];
});

/** An address that answers with this status, or not at all; where it is left for another, that one takes everything. */
const answering = async (status: number | null): Promise<{ readonly url: string; readonly heard: () => number }> => {
  let heard = 0;
  const listening = createServer(({ url }, response) => {
    heard += 1;
    if (url === '/elsewhere') response.writeHead(200).end();
    else if (status !== null) response.writeHead(status, { location: '/elsewhere' }).end('words of Slack');
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  listening.unref();
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/x`, heard: () => heard };
};

describe('R29 what is said at the address of a press', () => {
  it('R29 goes to Slack by https, or to the stand-in, and nowhere else', () => {
    const may = responseHosts('http://127.0.0.1:4000/standin/slack/api/');
    const [yes, no] = [responseHosts(null), false];
    expect(yes('https://hooks.slack.com/actions/T/1/x')).toBe(true);
    expect(may('http://127.0.0.1:4000/standin/slack/response/1')).toBe(true);
    for (const url of [
      'http://hooks.slack.com/x',
      'https://hooks.slack.com:444/x',
      'https://hooks.slack.com.example/x',
      'https://hooks.slack.com@example.com/x',
      'http://127.0.0.1:4001/x',
      'https://slack.com/x',
      'javascript:x',
      '',
    ])
      expect({ url, may: yes(url) || may(url) }).toEqual({ url, may: no });
  });

  it.each([400, 404, 500, 302, 307])('R29 that is answered %s was not said, and nothing is thrown', async (status) => {
    const { url, heard } = await answering(status);
    expect(await respondTo({ url, card: card('x'), mayRespondTo: () => true })).toBe(false);
    expect(heard()).toBe(1);
  });

  it('R29 that is not answered in time was not said', async () => {
    const { url } = await answering(null);
    const began = performance.now();
    expect(await respondTo({ url, card: card('x'), mayRespondTo: () => true })).toBe(false);
    expect(performance.now() - began).toBeLessThan(5_000);
    server?.closeAllConnections();
  });

  it('R29 is said five times at one address at most, in half an hour', () => {
    let now = 0;
    const addresses = createUsedAddresses({ now: () => now });
    const uses = (url: string, times: number) => Array.from({ length: times }, () => addresses.use(url));
    expect(uses('https://hooks.slack.com/a', 7)).toEqual([true, true, true, true, true, false, false]);
    expect(uses('https://hooks.slack.com/b', 1)).toEqual([true]);
    now = 29 * MINUTE;
    expect(addresses.use('https://hooks.slack.com/a')).toBe(false);
  });

  it('R29 and no more by the platform, whose address is Slack’s to refuse and is in no log', async () => {
    bench = await openSlack();
    const { slack, standIn, logged, unsafeApiUrl } = bench;
    const to = `${new URL(unsafeApiUrl).origin}/standin/slack/response/never-issued`;
    for (let n = 0; n < 8; n++) await slack.platform.respond({ to, card: card('my secret salary') });
    expect(standIn.history().filter(({ bot }) => bot !== null)).toEqual([]);
    expect(logged.join('\n')).not.toMatch(/never-issued|salary|response\//);
  });
});
