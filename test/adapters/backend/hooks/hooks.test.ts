import { gzipSync } from 'node:zlib';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  BODY,
  bytesOf,
  HMAC,
  HMAC_SECRET,
  type HookStage,
  hmacHeaders,
  OTHER_WHSEC,
  openHook,
  STANDARD,
  secretOf,
  standardHeaders,
  WHSEC,
} from './stage.ts';

/** Each way of proof by a secret that both sides have, with how a request is made by it. */
const WAYS = [
  { name: 'Standard Webhooks', proof: STANDARD, secret: WHSEC, other: OTHER_WHSEC, headers: standardHeaders },
  {
    name: 'an HMAC',
    proof: HMAC,
    secret: HMAC_SECRET,
    other: 'another-secret-of-the-same-length-',
    headers: hmacHeaders,
  },
] as const;

type Way = (typeof WAYS)[number];

const opened = (way: Way, more?: string): HookStage => {
  const stage = openHook({ proof: way.proof, ...(more === undefined ? {} : { more }) });
  stage.secrets.set('hook-secret', secretOf(way.secret));
  return stage;
};
const soundly = (stage: HookStage, way: Way, body: Buffer = bytesOf(BODY)) => ({
  headers: way.headers({ at: stage.clock.now(), body }),
  body,
});

describe.each(WAYS)('a webhook proved by $name', (way) => {
  it('takes what is proved, and of it the declared fields alone', async () => {
    const stage = opened(way);
    expect(await stage.send(soundly(stage, way))).toEqual({ status: 200 });
    expect(stage.taken).toMatchObject([
      {
        hook: 'ticket-closed',
        record: {
          subject: 'evan',
          fields: {
            number: { type: 'text', value: 'INC-77' },
            closed: { type: 'date', value: '2026-10-01' },
            state: { type: 'choice', words: { en: 'closed', de: 'geschlossen' } },
          },
        },
      },
    ]);
    expect(JSON.stringify(stage.taken)).not.toContain('not declared');
    expect(stage.rejected).toEqual([]);
    expect(await stage.metrics.render()).toContain('hook_requests');
  });

  it('is known by its id in the body where the description says where, and else by its proof', async () => {
    const byBody = opened(way, '    id: event\n');
    await byBody.send(soundly(byBody, way));
    await byBody.clock.advance(5_000);
    await byBody.send(soundly(byBody, way));
    const [first, second] = byBody.taken;
    expect([first?.id, second?.id]).toEqual(['evt-1', 'evt-1']);
    // Another time, and so another request.
    expect(first?.proof).not.toBe(second?.proof);
    const byProof = opened(way);
    await byProof.send(soundly(byProof, way));
    await byProof.send(soundly(byProof, way));
    expect(new Set(byProof.taken.map(({ id, proof }) => `${id} ${proof}`)).size).toBe(1);
    const without = { ...BODY, event: undefined };
    expect(await byBody.send(soundly(byBody, way, bytesOf(without)))).toMatchObject({ status: 400 });
  });

  it('accepts both secrets while one is changed, and the old one no longer once it is out', async () => {
    const stage = opened(way);
    const signedBy = (secret: string) => {
      const body = bytesOf(BODY);
      return { headers: way.headers({ at: stage.clock.now(), body, secret }), body };
    };
    stage.secrets.set('hook-secret', secretOf(way.other, way.secret));
    expect((await stage.send(signedBy(way.secret))).status).toBe(200);
    expect((await stage.send(signedBy(way.other))).status).toBe(200);
    stage.secrets.set('hook-secret', secretOf(way.other));
    expect((await stage.send(signedBy(way.secret))).status).toBe(401);
  });

  it('is refused as a replay where the very same was taken before, and asked for again where it could not be kept', async () => {
    const stage = opened(way);
    stage.outcome = 'replay';
    expect(await stage.send(soundly(stage, way))).toEqual({ status: 409, headers: {} });
    expect(stage.rejected).toEqual(['replay']);
    stage.outcome = 'repeat';
    expect(await stage.send(soundly(stage, way))).toEqual({ status: 200 });
    stage.outcome = 'unavailable';
    expect(await stage.send(soundly(stage, way))).toMatchObject({ status: 503 });
    stage.secrets.set('hook-secret', 'away');
    expect(await stage.send(soundly(stage, way))).toMatchObject({ status: 503 });
    stage.secrets.delete('hook-secret');
    expect(await stage.send(soundly(stage, way))).toMatchObject({ status: 503 });
  });

  it('keeps its window to the second, in both directions', async () => {
    const stage = opened(way, '    windowSeconds: 60\n');
    const now = Math.floor(stage.clock.now() / 1_000) * 1_000;
    const at = async (offset: number): Promise<number> => {
      const body = bytesOf(BODY);
      return (await stage.send({ headers: way.headers({ at: now + offset, body }), body })).status;
    };
    await stage.clock.advance(now + 1_000 - stage.clock.now());
    expect(await at(-59_000)).toBe(200);
    expect(await at(61_000)).toBe(200);
    expect(await at(-60_000)).toBe(401);
    expect(await at(62_000)).toBe(401);
    expect(stage.rejected).toEqual(['stale', 'early']);
  });

  /** What each attack makes of a sound request, and what must come of it. Nothing of it may reach whoever takes reports. */
  const ATTACKS: readonly (readonly [
    string,
    number,
    (sound: ReturnType<typeof soundly>, stage: HookStage) => Parameters<HookStage['send']>[0],
  ])[] = [
    ['nothing but a body', 401, ({ body }) => ({ body, headers: { 'content-type': 'application/json' } })],
    [
      'a proof by another secret',
      401,
      ({ body }, { clock }) => ({
        body,
        headers: way.headers({ at: clock.now(), body, secret: way.other }),
      }),
    ],
    ['another body', 401, ({ headers }) => ({ headers, body: bytesOf({ ...BODY, about: 'mona' }) })],
    ['a byte more', 401, ({ headers, body }) => ({ headers, body: Buffer.concat([body, Buffer.from(' ')]) })],
    ['no body', 401, ({ headers }) => ({ headers, body: Buffer.alloc(0) })],
    [
      'an old time',
      401,
      (_, { clock }) => {
        const body = bytesOf(BODY);
        return { body, headers: way.headers({ at: clock.now() - 301_000, body }) };
      },
    ],
    [
      'a time to come',
      401,
      (_, { clock }) => {
        const body = bytesOf(BODY);
        return { body, headers: way.headers({ at: clock.now() + 302_000, body }) };
      },
    ],
    ['plain http', 403, (sound) => ({ ...sound, caller: { address: '198.51.100.7', secure: false } })],
    ['nobody who looked how it came', 403, (sound) => ({ ...sound, caller: undefined })],
    ['no type', 415, ({ headers, body }) => ({ body, headers: { ...headers, 'content-type': undefined } })],
    [
      'the type of a form',
      415,
      ({ headers, body }) => ({
        body,
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ],
    ['no JSON', 400, (_, stage) => soundly(stage, way, bytesOf('{"about":'))],
    ['a list', 400, (_, stage) => soundly(stage, way, bytesOf([BODY]))],
    ['null', 400, (_, stage) => soundly(stage, way, bytesOf('null'))],
    ['what is not UTF-8', 400, (_, stage) => soundly(stage, way, Buffer.from([0x7b, 0xff, 0x7d]))],
    ['a nested body', 400, (_, stage) => soundly(stage, way, bytesOf(`{"a":${'['.repeat(900)}${']'.repeat(900)}}`))],
    ['nobody', 400, (_, stage) => soundly(stage, way, bytesOf({ ...BODY, about: undefined }))],
    ['several people', 400, (_, stage) => soundly(stage, way, bytesOf({ ...BODY, about: ['evan', 'mona'] }))],
    ['a subject with more in it', 400, (_, stage) => soundly(stage, way, bytesOf({ ...BODY, about: 'evan"}' }))],
    ['a field that is missing', 400, (_, stage) => soundly(stage, way, bytesOf({ ...BODY, ticket: {} }))],
    [
      'a code that is not declared',
      400,
      (_, stage) => soundly(stage, way, bytesOf({ ...BODY, ticket: { ...BODY.ticket, state: 9 } })),
    ],
    ['a prototype', 400, (_, stage) => soundly(stage, way, bytesOf(`{"__proto__":${JSON.stringify(BODY)}}`))],
  ];
  it.each(ATTACKS)('refuses %s with %s', async (_, status, attack) => {
    const stage = opened(way);
    const answer = await stage.send(attack(soundly(stage, way), stage));
    expect(answer).toEqual({ status, headers: {} });
    expect(stage.taken).toEqual([]);
    expect(stage.rejected).toHaveLength(1);
  });

  it('refuses every header of the proof that is missing, empty, doubled or cut', async () => {
    const stage = opened(way);
    const { headers, body } = soundly(stage, way);
    let tried = 0;
    for (const [name, value] of Object.entries(headers)) {
      if (name === 'content-type') continue;
      for (const other of [
        undefined,
        '',
        `${value}, ${value}`,
        value.slice(0, -1),
        `${value}0`,
        ` ${value}`,
        value.slice(1),
      ]) {
        const answer = await stage.send({ headers: { ...headers, [name]: other }, body });
        expect([name, other, answer.status]).toEqual([name, other, 401]);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThanOrEqual(14);
    expect(stage.taken).toEqual([]);
  });

  it('is taken from the addresses that the description names and from no other, before the vault is asked for anything', async () => {
    const stage = opened(way, '    from: [198.51.100.0/24, 2001:db8::/32]\n');
    const from = async (address: string): Promise<number> =>
      (await stage.send({ ...soundly(stage, way), caller: { address, secure: true } })).status;
    for (const address of ['198.51.100.7', '198.51.100.255', '2001:db8:1::9']) expect(await from(address)).toBe(200);
    const { asked } = stage;
    for (const address of ['198.51.101.7', '127.0.0.1', '2001:db9::1', '::1', '', 'nonsense', '198.51.100.7, 1.1.1.1'])
      expect(await from(address)).toBe(403);
    expect(stage.asked).toBe(asked);
    expect(new Set(stage.rejected)).toEqual(new Set(['origin']));
    expect(stage.taken).toHaveLength(3);
  });

  it('turns away by its address before anything is read, once on record, and nobody else', async () => {
    const stage = opened(way, '    from: [198.51.100.0/24]\n');
    const { route } = stage;
    expect(route.turnedAway?.({ address: '198.51.100.7', secure: true })).toBeNull();
    expect(stage.rejected).toEqual([]);
    expect(route.turnedAway?.({ address: '198.51.101.7', secure: true })).toEqual({ status: 403, headers: {} });
    expect(route.turnedAway?.({ address: '198.51.100.7', secure: false })).toEqual({ status: 403, headers: {} });
    expect(route.turnedAway?.(undefined)).toEqual({ status: 403, headers: {} });
    expect(stage.rejected).toEqual(['origin', 'not-https', 'not-https']);
    expect(await stage.metrics.render()).toMatch(/hook_requests[^\n]*status="403"[^\n]* 3/);
  });

  it('takes so many a minute as its system may be asked, and no more', async () => {
    const stage = opened(way);
    const send = async (): Promise<number> => (await stage.send(soundly(stage, way))).status;
    for (let each = 0; each < 1_000; each++) expect(await send()).toBe(200);
    expect(await stage.send(soundly(stage, way))).toEqual({ status: 429, headers: { 'retry-after': '60' } });
    // What is not proved takes nothing of it.
    await stage.clock.advance(60_000);
    for (let each = 0; each < 1_001; each++) await stage.send({ body: bytesOf(BODY) });
    expect(await send()).toBe(200);
  });

  it('counts what is proved and cannot be read, before it is read, and begins anew where the clock was set back', async () => {
    const stage = opened(way);
    const torn = bytesOf('{"about":');
    for (let each = 0; each < 1_000; each++) expect((await stage.send(soundly(stage, way, torn))).status).toBe(400);
    expect((await stage.send(soundly(stage, way, torn))).status).toBe(429);
    const back = jest.spyOn(stage.clock, 'now').mockReturnValue(stage.clock.now() - 3_600_000);
    expect((await stage.send(soundly(stage, way))).status).toBe(200);
    back.mockRestore();
  });

  it('unpacks nothing, whatever it says that it is', async () => {
    const stage = opened(way);
    const encoded = async (body: Buffer, encoding: string): Promise<number> => {
      const { headers } = soundly(stage, way, body);
      return (await stage.send({ headers: { ...headers, 'content-encoding': encoding }, body })).status;
    };
    for (const encoding of ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'identity, gzip', 'gzip, identity'])
      for (const body of [bytesOf(BODY), gzipSync(bytesOf(BODY)), gzipSync(Buffer.alloc(1_000_000, ' '))])
        expect([encoding, await encoded(body, encoding)]).toEqual([encoding, 415]);
    expect([stage.taken, new Set(stage.rejected)]).toEqual([[], new Set(['body-type'])]);
    expect(await encoded(bytesOf(BODY), 'identity')).toBe(200);
  });

  it('keeps the length of an id and the depth of a body to the letter', async () => {
    const stage = opened(way, '    id: event\n');
    const status = async (body: unknown): Promise<number> =>
      (await stage.send(soundly(stage, way, bytesOf(body)))).status;
    expect(await status({ ...BODY, event: 'e'.repeat(200) })).toBe(200);
    expect(await status({ ...BODY, event: 'e'.repeat(201) })).toBe(400);
    expect(await status(JSON.stringify({ ...BODY, event: 'half' }).replace('half', '\\ud83d'))).toBe(400);
    expect(await status({ ...BODY, more: [[[[]]]] })).toBe(200);
    expect(await status({ ...BODY, more: [[[[[]]]]] })).toBe(400);
    expect(new Set(stage.rejected)).toEqual(new Set(['fields', 'body-deep']));
  });

  it('takes none of 50,000 generated bodies and headers without its proof, and crashes at none', async () => {
    const stage = opened(way);
    const { headers, body } = soundly(stage, way);
    const names = Object.keys(headers);
    const value = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.constantFrom(...Object.values(headers)),
      fc.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
      fc.stringMatching(/^sha256=[0-9a-f]{64}$/),
      fc.integer({ min: 1, max: 9_999_999_999 }).map(String),
    );
    const forged = fc.record({
      headers: fc.dictionary(fc.constantFrom(...names), value),
      body: fc.oneof(
        fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        fc.constant(body),
      ),
    });
    const isSound = (request: { readonly headers: Record<string, string>; readonly body: Buffer }): boolean =>
      request.body.equals(body) &&
      names.every((name) => name === 'content-type' || request.headers[name] === Reflect.get(headers, name));
    await fc.assert(
      fc.asyncProperty(forged, async (request) => {
        const { status } = await stage.send(request);
        if (!isSound(request)) expect(status).toBe(401);
      }),
      { numRuns: 50_000 },
    );
    for (const { proof } of stage.taken) expect(proof).toBeTruthy();
  });
});

describe('an HMAC as a description has it', () => {
  it.each([
    ['sha256', 'base64', '{timestamp}{body}'],
    ['sha512', 'hex', 'v0:{timestamp}:{body}'],
    ['sha512', 'base64', '{timestamp}:{body}'],
  ] as const)('is read as %s in %s over %s, and in no other way', async (algorithm, encoding, signed) => {
    const stage = openHook({
      proof: `hmac:
  secret: hook-secret
  header: x-signature
  algorithm: ${algorithm}
  encoding: ${encoding}
  signed: "${signed}"
  timestamp: { header: x-sent-at }`,
    });
    stage.secrets.set('hook-secret', secretOf(HMAC_SECRET));
    const body = bytesOf(BODY);
    const at = stage.clock.now();
    const own = { algorithm, encoding, signed, prefix: '' };
    const send = async (o: Partial<Parameters<typeof hmacHeaders>[0]>): Promise<number> =>
      (await stage.send({ headers: hmacHeaders({ at, body, ...own, ...o }), body })).status;
    expect(await send({})).toBe(200);
    expect(await send({ algorithm: algorithm === 'sha256' ? 'sha512' : 'sha256' })).toBe(401);
    expect(await send({ encoding: encoding === 'hex' ? 'base64' : 'hex' })).toBe(401);
    expect(await send({ signed: '{timestamp}.{body}' })).toBe(401);
    expect(await send({ prefix: 'sha256=' })).toBe(401);
  });

  it('is not made good by a secret that is too short to be one', async () => {
    const stage = openHook({ proof: HMAC });
    const body = bytesOf(BODY);
    for (const secret of ['', 'short', 'fifteen-letters']) {
      stage.secrets.set('hook-secret', secretOf(secret));
      const headers = hmacHeaders({ at: stage.clock.now(), body, secret });
      expect((await stage.send({ headers, body })).status).toBe(401);
    }
  });
});

describe('what stands in a report', () => {
  it('reads 100,000 generated bodies that are proved without a crash, and gives nothing that is not declared', async () => {
    const [way] = WAYS;
    const stage = opened(way, '    id: event\n');
    const leaf = fc.oneof(fc.string({ maxLength: 30 }), fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
    const near = fc.record(
      {
        event: fc.oneof(leaf, fc.constant('evt')),
        about: fc.oneof(leaf, fc.constant('evan')),
        ticket: fc.oneof(
          leaf,
          fc.record(
            {
              number: fc.oneof(leaf, fc.constant('INC-1')),
              closed: fc.oneof(leaf, fc.constant('2026-01-01')),
              state: fc.oneof(leaf, fc.constant(3)),
              more: leaf,
            },
            { requiredKeys: [] },
          ),
        ),
        more: leaf,
      },
      { requiredKeys: [] },
    );
    const body = fc.oneof(
      near.map(bytesOf),
      fc.json({ maxDepth: 6 }).map(bytesOf),
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    );
    let tookSome = 0;
    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        // A minute of its own each, for this is about reading.
        await stage.clock.advance(60_000);
        const { status } = await stage.send(soundly(stage, way, bytes));
        expect([200, 400]).toContain(status);
        for (const { record } of stage.taken.splice(0)) {
          tookSome += 1;
          expect(Object.keys(record.fields).toSorted()).toEqual(['closed', 'number', 'state']);
          expect(record.subject).toMatch(/^[A-Za-z0-9._@+-]{1,200}$/);
        }
      }),
      { numRuns: 100_000 },
    );
    expect(tookSome).toBeGreaterThan(0);
  });
});

describe('what a start needs of webhooks', () => {
  it('is every secret, each of a kind that can prove something', async () => {
    const faults = async (proof: string, secret: string | undefined): Promise<string> => {
      const stage = openHook({ proof });
      if (secret !== undefined) stage.secrets.set('hook-secret', secretOf(secret));
      return (await stage.hooks.faults()).join('\n');
    };
    const jwt = `jwt:
  issuer: https://tickets.example
  audience: sotto
  keys: { secret: hook-secret }
  digest: body_sha256`;
    expect(await faults(STANDARD, WHSEC)).toBe('');
    expect(await faults(HMAC, HMAC_SECRET)).toBe('');
    for (const proof of [STANDARD, HMAC, jwt]) expect(await faults(proof, undefined)).toContain('hook-secret');
    expect(await faults(STANDARD, 'of words, and long enough')).toContain('24 to 64 random bytes');
    expect(await faults(HMAC, 'short')).toContain('shorter than 16 characters');
    expect(await faults(jwt, HMAC_SECRET)).toContain('no public key');
    for (const secret of ['of words, and long enough', 'short'])
      expect(await faults(STANDARD, secret)).not.toContain(secret);
  });
});
