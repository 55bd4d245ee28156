/**
 * OWASP API7:2023. Where a call goes is said by a description that the company wrote. Nothing that a person says, that a system answers or
 * that whoever runs a zone of names decides leads it anywhere else.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { liesIn, mayCall, mayLieAt } from '../../src/adapters/backend/calling/addresses.ts';
import { createSend } from '../../src/adapters/backend/calling/send.ts';
import { parseDescription } from '../../src/adapters/backend/description.ts';
import { createRestBackend } from '../../src/adapters/backend/rest.ts';
import { createPagedSystems, pagesSaid, rowsOf } from '../support/paged-system.ts';

const limits = { concurrent: 4, waiting: 4, perMinute: 60, personPerMinute: 60, bytes: 4_096, records: 10, depth: 8 };

const folder = mkdtempSync(join(tmpdir(), 'sotto-ssrf-'));
const asked: IncomingMessage[] = [];
const server = createServer((request, response) => {
  asked.push(request);
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"person":"evan","a":"b"}');
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
});
afterEach(() => void asked.splice(0));
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const PRIVATE = [
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '100.127.255.255',
  'fc00::1',
  'fd12:3456::1',
  '::ffff:10.0.0.1',
  '::ffff:a00:1',
  '64:ff9b::a00:1',
];
const LOOPBACK = ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1'];
const NEVER = [
  '0.0.0.0',
  '::',
  '169.254.169.254',
  '169.254.170.2',
  '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  '::ffff:a9fe:a9fe',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '224.0.0.1',
  '255.255.255.255',
  '240.0.0.1',
  '192.0.2.1',
  '198.51.100.1',
  '203.0.113.1',
  '198.18.0.1',
  '192.88.99.1',
  '2001:db8::1',
  '3fff::1',
  // 6to4 and Teredo of the addresses of this machine and of the cloud's credentials.
  '2002:7f00:1::1',
  '2002:a9fe:a9fe::1',
  '2001:0:a9fe:a9fe::1',
  '::7f00:1',
  '::127.0.0.1',
  '64:ff9b:1::7f00:1',
  '100::1',
  '5f00::1',
  'hr.example.com',
  '',
  '127.1',
  '0x7f000001',
];
const PUBLIC = [
  '93.184.216.34',
  '1.1.1.1',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '::ffff:1.1.1.1',
  '64:ff9b::101:101',
];

const system = (baseUrl: string, network: 'public' | 'private' = 'public') => ({
  baseUrl,
  hosts: [new URL(baseUrl).hostname],
  network,
});

describe('an address', () => {
  it.each([
    ['private', PRIVATE],
    ['loopback', LOOPBACK],
    ['never', NEVER],
    ['public', PUBLIC],
  ] as const)('is known as %s however it is written', (lies, all) => {
    for (const address of all) expect([address, liesIn(address)]).toEqual([address, lies]);
  });

  it('in a private network is one of a system only where its description says so, and this machine or a cloud’s credentials never', () => {
    const outside = system('https://hr.example.com');
    const inside = system('https://hr.example.com', 'private');
    for (const address of PUBLIC)
      expect([address, mayLieAt(address, outside), mayLieAt(address, inside)]).toEqual([address, true, true]);
    for (const address of PRIVATE)
      expect([address, mayLieAt(address, outside), mayLieAt(address, inside)]).toEqual([address, false, true]);
    for (const address of [...LOOPBACK, ...NEVER])
      expect([address, mayLieAt(address, outside), mayLieAt(address, inside)]).toEqual([address, false, false]);
  });

  it('of a system on this machine is on this machine', () => {
    for (const base of ['http://127.0.0.1:3978', 'http://localhost:3978', 'http://[::1]:3978'])
      for (const [address, may] of [
        ...LOOPBACK.map((it) => [it, true] as const),
        ...[...PUBLIC, ...PRIVATE, ...NEVER].map((it) => [it, false] as const),
      ])
        expect([base, address, mayLieAt(address, system(base, 'private'))]).toEqual([base, address, may]);
  });

  it('of IPv4 lies where it lies, whichever way it is put into one of IPv6 (property)', () => {
    const hex = (high: number, low: number): string => ((high << 8) | low).toString(16);
    fc.assert(
      fc.property(
        fc.ipV4(),
        fc.constantFrom('::ffff:', '0:0:0:0:0:ffff:', '64:ff9b::'),
        fc.boolean(),
        (four, prefix, dotted) => {
          const [a = 0, b = 0, c = 0, d = 0] = four.split('.').map(Number);
          const six = `${prefix}${dotted ? four : `${hex(a, b)}:${hex(c, d)}`}`;
          expect([six, liesIn(six)]).toEqual([six, liesIn(four)]);
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it('of IPv6 outside of what is routed is never called (property)', () => {
    fc.assert(
      fc.property(fc.ipV6(), (six) => {
        const first = Number.parseInt(/^[0-9a-f]+/i.exec(six)?.[0] ?? '0', 16);
        if (liesIn(six) === 'public' && !/^(?:0*:)+ffff:|^(?:0*:)*ffff:|^64:ff9b:/i.test(six))
          expect([six, first >> 13]).toEqual([six, 1]);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('a call', () => {
  const call = (url: string, base = 'https://hr.example.com', hosts: readonly string[] = []) =>
    mayCall(new URL(url), { ...system(base), hosts: [new URL(base).hostname, ...hosts] });

  it('goes to the hosts of its system alone, by https', () => {
    expect(call('https://hr.example.com/one')).toBe(true);
    expect(call('https://hr.example.com:8443/one')).toBe(true);
    expect(call('https://login.example.com/token', undefined, ['login.example.com'])).toBe(true);
    for (const url of [
      'http://hr.example.com/one',
      'https://hr.example.com.evil.example/one',
      'https://evil.example/hr.example.com',
      'https://hr.example.com@evil.example/',
      'https://user@hr.example.com/',
      'https://hr.example.com./one',
      'https://sub.hr.example.com/one',
      'ftp://hr.example.com/one',
      'file:///etc/passwd',
      'gopher://hr.example.com/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://169.254.169.254/latest/meta-data',
    ])
      expect([url, call(url)]).toEqual([url, false]);
  });

  it('to an address that is written out is looked at like one that a name led to', () => {
    for (const [base, network, may] of [
      ['https://10.0.0.7', 'public', false],
      ['https://10.0.0.7', 'private', true],
      ['https://[fd00::7]', 'public', false],
      ['https://[fd00::7]', 'private', true],
      ['https://169.254.169.254', 'private', false],
      ['https://[::ffff:169.254.169.254]', 'private', false],
      ['https://1.1.1.1', 'public', true],
    ] as const)
      expect([base, network, mayCall(new URL(`${base}/x`), system(base, network))]).toEqual([base, network, may]);
  });

  const sendTo = (base: string, addresses: readonly string[], network: 'public' | 'private' = 'public') =>
    createSend(
      { ...system(base, network), timeoutMs: 2_000, limits },
      { lookUp: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })) },
    );
  const request = (url: string) => ({ method: 'GET', url, headers: {}, body: null }) as const;
  const out = { certificate: null };

  it('is not made where the name leads to an address that is not the system’s, even beside one that is', async () => {
    const base = `https://hr.example.com:${port}`;
    for (const addresses of [
      ['127.0.0.1'],
      ['10.0.0.1'],
      ['93.184.216.34', '127.0.0.1'],
      ['::1'],
      ['169.254.169.254'],
    ]) {
      const sent = await sendTo(base, addresses)(request(`${base}/one`), {
        ...out,
        signal: AbortSignal.timeout(30_000),
      });
      expect([addresses, sent]).toEqual([addresses, { how: 'not-sent', code: 'address-refused' }]);
    }
    expect(asked).toEqual([]);
  });

  it('is looked at when the connection is made, whatever the name led to before', async () => {
    const base = `http://localhost:${port}`;
    let address = '127.0.0.1';
    const send = createSend(
      { ...system(base), timeoutMs: 2_000, limits },
      { lookUp: async () => [{ address, family: 4 }] },
    );
    // Not a GET: each has a connection of its own.
    const post = () =>
      send({ ...request(`${base}/one`), method: 'POST' }, { ...out, signal: AbortSignal.timeout(30_000) });
    expect(await post()).toMatchObject({ how: 'answered' });
    address = '93.184.216.34';
    expect(await post()).toEqual({ how: 'not-sent', code: 'address-refused' });
    expect(asked).toHaveLength(1);
  });

  it('asks for a name once, however many wait for it', async () => {
    let looks = 0;
    let answer = (): void => undefined;
    const ready = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const base = `http://localhost:${port}`;
    const send = createSend(
      { ...system(base), timeoutMs: 30_000, limits },
      {
        lookUp: async () => {
          looks += 1;
          await ready;
          return [{ address: '127.0.0.1', family: 4 }];
        },
      },
    );
    const all = Array.from({ length: 4 }, () =>
      send(request(`${base}/one`), { ...out, signal: AbortSignal.timeout(30_000) }),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    answer();
    for (const sent of await Promise.all(all)) expect(sent).toMatchObject({ how: 'answered' });
    expect(looks).toBe(1);
  });
});

describe('a description', () => {
  const text = (o: { base?: string; more?: string; path?: string }): string =>
    `backend: x\nbaseUrl: ${o.base ?? 'https://hr.example.com'}\n${o.more ?? ''}operations:\n  x.one: { method: GET, path: "${o.path ?? '/one/{subject}'}", data: x, subject: person, fields: { a: text } }\n`;

  it('is refused where it leads elsewhere than to a safe address and its own hosts', () => {
    expect(parseDescription(text({}))).toMatchObject({ ok: true });
    for (const o of [
      { base: 'http://hr.example.com' },
      { base: 'https://user:pass@hr.example.com' },
      { base: 'file:///etc' },
      { base: 'https://hr.example.com?x=1' },
      { path: '//evil.example/{subject}' },
      { path: '/../{subject}' },
      { path: '/{words.a}' },
      { path: 'https://evil.example/{subject}' },
      {
        more: 'signIn: { oauth: { grant: client-credentials, tokenUrl: "https://evil.example/token", clientId: a, secret: s, audience: b } }\n',
      },
    ])
      expect([o, parseDescription(text(o)).ok]).toEqual([o, false]);
  });

  const described = (yaml: string) => {
    const at = mkdtempSync(join(folder, 'x-'));
    writeFileSync(join(at, 'x.yaml'), yaml);
    return createRestBackend({ folder: at });
  };

  it('is called at its own path whatever an id is (property)', async () => {
    const backend = described(
      text({ base: `http://127.0.0.1:${port}` }).replace(
        'operations:',
        'limits: { perMinute: 100000, personPerMinute: 1000 }\noperations:',
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc.constantFrom(
            '../admin',
            '..%2fadmin',
            '@evil.example',
            '?a=b',
            '#',
            '//evil.example',
            '\r\nHost: evil',
            '..',
            '%00',
          ),
        ),
        async (subject) => {
          asked.splice(0);
          await backend.fetch({ operation: 'x.one', subject, asker: 'evan', id: 'q' });
          for (const { url = '', headers } of asked) {
            expect(url).toMatch(/^\/one\/[A-Za-z0-9\-_.!~*'()%]+$/);
            expect(decodeURIComponent(url.slice('/one/'.length))).toBe(subject);
            expect(headers.host).toBe(`127.0.0.1:${port}`);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the next page of a list', () => {
  let systems: Awaited<ReturnType<typeof createPagedSystems>>;
  beforeAll(async () => {
    systems = await createPagedSystems();
  });
  afterAll(() => systems.close());

  it('lies at the address of the description, whatever address the page before gives', async () => {
    for (const link of [
      `http://127.0.0.1:${port}/elsewhere?after=p`,
      'http://169.254.169.254/latest/meta-data?after=p',
      'file:///etc/passwd?after=p',
      '//evil.example/x?after=p',
      '../../admin?after=p&delete=all&person=mona',
      '?after=p#fragment',
    ]) {
      const system = systems.make({ lines: pagesSaid('link', 2, 5) });
      system.answers((_, nth) => [200, { items: rowsOf(1), links: nth === 1 ? { next: link } : {} }]);
      expect([link, (await system.fetch()).ok]).toEqual([link, true]);
      expect([link, system.asked]).toEqual([link, ['/list', '/list?after=p']]);
    }
    expect(asked).toEqual([]);
  });

  it('differs in one value of one parameter, whatever stands where a cursor should (property)', async () => {
    const syntax = fc.constantFrom(
      '&',
      '=',
      '#',
      '?',
      '/',
      '..',
      '%2e',
      '%',
      '+',
      'after',
      'person',
      '\\',
      '@',
      ':',
      '{subject}',
    );
    const cursor = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(syntax, { maxLength: 10 }).map((all) => all.join('')),
      fc.jsonValue({ maxDepth: 1 }),
    );
    for (const kind of ['cursor', 'link'] as const) {
      const system = systems.make({
        lines: [...pagesSaid(kind, 2, 2), 'query: { person: "{asker}" }'],
        head: 'limits: { perMinute: 100000, personPerMinute: 1000 }\n',
      });
      await fc.assert(
        fc.asyncProperty(cursor, async (next) => {
          system.asked.length = 0;
          const given = kind === 'link' && typeof next === 'string' ? `/x?after=${next}` : next;
          system.answers(() => [200, { items: rowsOf(1), meta: { next: given }, links: { next: given } }]);
          await system.fetch();
          for (const one of system.asked) {
            const { pathname, searchParams } = new URL(one, 'http://x');
            expect([pathname, searchParams.getAll('person')]).toEqual(['/list', ['evan']]);
            expect([...searchParams.keys()].filter((name) => name !== 'person' && name !== 'after')).toEqual([]);
            expect(searchParams.getAll('after').length).toBeLessThanOrEqual(1);
          }
        }),
        { numRuns: 200 },
      );
    }
  });
});
