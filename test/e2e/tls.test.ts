/** `sotto serve` as a company runs it with a certificate of its own: from Slack's event to the answer, over https alone. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { request as requestOver } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOver } from '../support/asking.ts';
import {
  type Authority,
  type CertificateFolder,
  createAuthority,
  createCertificateFolder,
} from '../support/certificates.ts';
import { openServing, type Serving } from '../support/serving.ts';
import { until } from '../support/until.ts';

const EVAN = 'U0EVAN0000';

let authority: Authority;
let files: CertificateFolder;
let serving: Serving;
let front: Server;
const passed: { readonly at: number; readonly status: number }[] = [];

/** Passes events on over https as they are, like a proxy that encrypts anew, and trusts no other certificate than the authority's. */
const openFront = async (): Promise<Server> => {
  const server = createServer((incoming, outgoing) => {
    const on = requestOver(
      `${serving.url()}${incoming.url ?? '/'}`,
      { method: incoming.method, headers: incoming.headers, ca: authority.cert, agent: false },
      (answer) => {
        passed.push({ at: Date.now(), status: answer.statusCode ?? 0 });
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    on.on('error', () => {
      passed.push({ at: Date.now(), status: 0 });
      outgoing.writeHead(502).end();
    });
    incoming.pipe(on);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

beforeAll(async () => {
  authority = await createAuthority();
  files = createCertificateFolder();
  files.put(await authority.issue({ until: 20 * 24 * 60 * 60_000 }));
  serving = await openServing({
    expiresSeconds: 60,
    more: { SOTTO_TLS_CERT: files.certFile, SOTTO_TLS_KEY: files.keyFile },
    front: () => `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
  });
  front = await openFront();
  await serving.start();
});
afterAll(async () => {
  await serving.end();
  front.closeAllConnections();
  await new Promise((resolve) => front.close(resolve));
  files.end();
});

describe('Sotto with a certificate of its own', () => {
  it('answers a question that came over https', async () => {
    expect(serving.url()).toMatch(/^https:/);
    await serving.slack.say({ user: EVAN, text: 'how many days of leave do I have left?' });
    await until(() => serving.shownTo(EVAN).some((text) => text.includes('leave')), 30_000);
    expect(new Set(passed.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('says nothing to plain http', async () => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(serving.url()).port) });
    let said = '';
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.write('POST /slack/events HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n');
    await once(socket, 'close');
    expect(said).not.toContain('HTTP');
  });

  it('tells operators when it ends: as a figure, and once in the log from thirty days before', async () => {
    const metrics = await (await fetch(`${serving.opsUrl()}/metrics`)).text();
    const [, seconds] = /sotto_certificate_\w+\{\w+="\w+"\} (\d+)/.exec(metrics) ?? [];
    expect(Number(seconds) / 86_400).toBeCloseTo(20, 1);
    expect(serving.output().match(/certificate\.ends-soon/g)).toHaveLength(1);
  });

  it('shows a renewed one without a restart, while questions keep coming', async () => {
    const before = await askOver(`${serving.url()}/health/live`, { ca: authority.cert, agent: false });
    const begun = passed.length;
    let asking = true;
    const asked = (async () => {
      while (asking) {
        await serving.slack.say({ user: EVAN, text: 'how many days of leave do I have left?' });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    for (let renewals = 1; renewals <= 3; renewals++) {
      files.put(await authority.issue());
      await until(() => serving.output().match(/certificate\.changed/g)?.length === renewals, 30_000);
    }
    asking = false;
    await asked;
    const after = await askOver(`${serving.url()}/health/live`, { ca: authority.cert, agent: false });
    expect(after.serial).not.toBe(before.serial);
    const during = passed.slice(begun).map(({ status }) => status);
    expect(during.length).toBeGreaterThan(10);
    expect(new Set(during)).toEqual(new Set([200]));
  });

  it('ends as quickly as ever', async () => {
    expect(await serving.stop()).toMatchObject({ status: 0 });
  });
});
