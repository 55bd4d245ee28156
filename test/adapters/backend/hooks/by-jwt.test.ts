import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import type { Send, Sent } from '../../../../src/adapters/backend/calling/types.ts';
import { BODY, bytesOf, type HookStage, openHook, secretOf } from './stage.ts';

const ISSUER = 'https://tickets.example';
const AUDIENCE = 'https://sotto.example/hooks/ticket-closed';
const KEYS_AT = 'http://127.0.0.1:9/keys';

const yaml = (keys: string, header = 'authorization'): string => `jwt:
  header: ${header}
  issuer: ${ISSUER}
  audience: ${AUDIENCE}
  keys: ${keys}
  digest: body_sha256`;
const BY_SECRET = yaml('{ secret: hook-secret }');
const BY_SET = yaml(`{ url: "${KEYS_AT}" }`);

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly pem: string;
}
const pairOf = (kind: 'ec' | 'ed' | 'rsa' | 'rsa-short'): Pair => {
  const { publicKey, privateKey } =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : kind === 'ed'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: kind === 'rsa' ? 2_048 : 1_024 });
  return { publicKey, privateKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
};
let own: Pair;
let other: Pair;
beforeAll(() => {
  own = pairOf('ec');
  other = pairOf('ec');
});

const body = bytesOf(BODY);
const digestOf = (of: Buffer, encoding: 'hex' | 'base64url' = 'hex') =>
  createHash('sha256').update(of).digest(encoding);

const tokenBy = (
  stage: HookStage,
  o: {
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly key?: KeyObject | Uint8Array;
    readonly alg?: string;
    readonly kid?: string;
  } = {},
): Promise<string> => {
  const now = Math.floor(stage.clock.now() / 1_000);
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    iat: now,
    exp: now + 60,
    jti: 'j-1',
    body_sha256: digestOf(body),
    ...o.claims,
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: o.alg ?? 'ES256', ...(o.kid === undefined ? {} : { kid: o.kid }) })
    .sign(o.key ?? own.privateKey);
};
const send = async (stage: HookStage, token: string, bytes: Buffer = body) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (await stage.send({ headers, body: bytes })).status;
};
const bySecret = (...pems: readonly string[]): HookStage => {
  const stage = openHook({ proof: BY_SECRET });
  stage.secrets.set('hook-secret', secretOf(...(pems.length === 0 ? [own.pem] : pems)));
  return stage;
};

describe('a webhook proved by a token', () => {
  it('takes what is signed, for us, by whom it should be, and vouches for this body', async () => {
    const stage = bySecret();
    expect(await send(stage, await tokenBy(stage))).toBe(200);
    expect(stage.taken).toMatchObject([{ id: 'j-1', at: Math.floor(stage.clock.now() / 1_000) * 1_000 }]);
    expect(await send(stage, await tokenBy(stage, { claims: { body_sha256: digestOf(body, 'base64url') } }))).toBe(200);
    expect(await send(stage, await tokenBy(stage, { claims: { body_sha256: digestOf(body).toUpperCase() } }))).toBe(
      200,
    );
    // Without an id of its own, what it signs is its id.
    const nameless = await tokenBy(stage, { claims: { jti: undefined } });
    expect(await send(stage, nameless)).toBe(200);
    expect(stage.taken.at(-1)?.id).toBe(stage.taken.at(-1)?.proof);
  });

  it.each(['ed', 'rsa'] as const)('takes a key of %s as well', async (kind) => {
    const pair = pairOf(kind);
    const stage = bySecret(pair.pem);
    const alg = kind === 'ed' ? 'EdDSA' : 'PS256';
    expect(await send(stage, await tokenBy(stage, { key: pair.privateKey, alg }))).toBe(200);
  });

  it('takes both keys while one is changed', async () => {
    const stage = bySecret(other.pem, own.pem);
    expect(await send(stage, await tokenBy(stage))).toBe(200);
    expect(await send(stage, await tokenBy(stage, { key: other.privateKey }))).toBe(200);
    stage.secrets.set('hook-secret', secretOf(other.pem));
    expect(await send(stage, await tokenBy(stage))).toBe(401);
  });

  const seconds = (stage: HookStage, offset: number): number => Math.floor(stage.clock.now() / 1_000) + offset;
  const REFUSED: readonly (readonly [string, string, (stage: HookStage) => Promise<string>])[] = [
    ['another key', 'proof-mismatch', (stage) => tokenBy(stage, { key: other.privateKey })],
    ['another issuer', 'proof-issuer', (stage) => tokenBy(stage, { claims: { iss: 'https://other.example' } })],
    ['no issuer', 'proof-issuer', (stage) => tokenBy(stage, { claims: { iss: undefined } })],
    ['another audience', 'proof-audience', (stage) => tokenBy(stage, { claims: { aud: 'https://other.example' } })],
    ['no audience', 'proof-audience', (stage) => tokenBy(stage, { claims: { aud: undefined } })],
    ['an end that is over', 'proof-ended', (stage) => tokenBy(stage, { claims: { exp: seconds(stage, -61) } })],
    ['no end', 'proof-ended', (stage) => tokenBy(stage, { claims: { exp: undefined } })],
    ['no time', 'proof-ended', (stage) => tokenBy(stage, { claims: { iat: undefined } })],
    [
      'a time to begin that is to come',
      'proof-ended',
      (stage) => tokenBy(stage, { claims: { nbf: seconds(stage, 120) } }),
    ],
    [
      'an old time and a late end',
      'stale',
      (stage) => tokenBy(stage, { claims: { iat: seconds(stage, -302), exp: seconds(stage, 3_600) } }),
    ],
    [
      'a time to come',
      'early',
      (stage) => tokenBy(stage, { claims: { iat: seconds(stage, 302), exp: seconds(stage, 900) } }),
    ],
    ['no digest', 'proof-digest', (stage) => tokenBy(stage, { claims: { body_sha256: undefined } })],
    [
      'a digest of another body',
      'proof-digest',
      (stage) => tokenBy(stage, { claims: { body_sha256: digestOf(Buffer.from('{}')) } }),
    ],
    [
      'a digest that is a list',
      'proof-digest',
      (stage) => tokenBy(stage, { claims: { body_sha256: [digestOf(body)] } }),
    ],
    [
      'a digest that is cut',
      'proof-digest',
      (stage) => tokenBy(stage, { claims: { body_sha256: digestOf(body).slice(0, 62) } }),
    ],
    [
      'no signature',
      'proof-malformed',
      async (stage) => {
        const now = seconds(stage, 0);
        return new UnsecuredJWT({
          iss: ISSUER,
          aud: AUDIENCE,
          iat: now,
          exp: now + 60,
          body_sha256: digestOf(body),
        }).encode();
      },
    ],
    // The public key as if it were a secret that both sides have.
    [
      'an HMAC by the public key',
      'proof-malformed',
      (stage) => tokenBy(stage, { key: Buffer.from(own.pem), alg: 'HS256' }),
    ],
    ['a token that is cut', 'proof-mismatch', async (stage) => (await tokenBy(stage)).slice(0, -3)],
    ['a token that is none', 'proof-malformed', async () => 'a.b.c'],
    ['a token of 9,000 characters', 'proof-malformed', async () => 'a'.repeat(9_000)],
  ];
  it.each(REFUSED)('refuses %s (%s)', async (_, reason, made) => {
    const stage = bySecret();
    expect(await send(stage, await made(stage))).toBe(401);
    expect(stage.taken).toEqual([]);
    expect(stage.rejected).toEqual([reason]);
  });

  it('refuses another body, no header, and a header that is no bearer', async () => {
    const stage = bySecret();
    const token = await tokenBy(stage);
    expect(await send(stage, token, bytesOf({ ...BODY, about: 'mona' }))).toBe(401);
    for (const authorization of [undefined, '', token, `Basic ${token}`, `Bearer ${token}, Bearer ${token}`]) {
      const headers = { authorization, 'content-type': 'application/json' };
      expect((await stage.send({ headers, body })).status).toBe(401);
    }
    expect(stage.taken).toEqual([]);
  });

  it('is no longer than 8,000 characters, however well it is signed', async () => {
    const stage = bySecret();
    /** Three bytes are four characters, two are three, and no number of them is one more: header and payload together make any length. */
    const ofLength = async (length: number): Promise<string> => {
      for (const kid of ['a', 'aa', 'aaa']) {
        const bare = (await tokenBy(stage, { kid, claims: { filler: '' } })).length;
        for (let filler = Math.floor(((length - bare) * 3) / 4) - 3; ; filler++) {
          const token = await tokenBy(stage, { kid, claims: { filler: 'x'.repeat(filler) } });
          if (token.length === length) return token;
          if (token.length > length) break;
        }
      }
      throw new Error('No token has that length.');
    };
    expect(await send(stage, await ofLength(8_000))).toBe(200);
    expect(await send(stage, await ofLength(8_001))).toBe(401);
    expect(stage.rejected).toEqual(['proof-malformed']);
  });

  it('takes for its id no text that is longer than an id is, nor an empty one', async () => {
    const stage = bySecret();
    for (const jti of ['', 'j'.repeat(201), 7, 'j'.repeat(200)])
      expect(await send(stage, await tokenBy(stage, { claims: { jti } }))).toBe(200);
    expect(stage.taken.map(({ id, proof }) => id === proof)).toEqual([true, true, true, false]);
  });

  /** Order of the group of each curve: of a signature (r, s), (r, n - s) is another one of the same content. */
  const CURVES = [
    ['ES256', 'P-256', 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'],
    [
      'ES384',
      'P-384',
      'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    ],
  ] as const;
  it.each(CURVES)('of %s is a replay, however its signature is written once more', async (alg, namedCurve, order) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
    const stage = bySecret(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const proofs = new Set<string>();
    for (const claims of [{}, { jti: undefined }]) {
      const token = await tokenBy(stage, { key: privateKey, alg, claims });
      const content = token.slice(0, token.lastIndexOf('.') + 1);
      const signature = token.slice(content.length);
      const bytes = Buffer.from(signature, 'base64url');
      const half = bytes.length / 2;
      const s = BigInt(`0x${bytes.subarray(half).toString('hex')}`);
      const turned = (BigInt(`0x${order}`) - s).toString(16).padStart(2 * half, '0');
      const other = Buffer.concat([bytes.subarray(0, half), Buffer.from(turned, 'hex')]).toString('base64url');
      expect(other).not.toBe(signature);
      const [last = ''] = signature.slice(-1);
      // Where its last character has bits to spare, they decode to the same bytes.
      const spare = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
        .split('')
        .map((letter) => signature.slice(0, -1) + letter)
        .filter((text) => !text.endsWith(last) && Buffer.from(text, 'base64url').equals(bytes));
      expect(spare.length).toBe(alg === 'ES256' ? 15 : 0);
      const before = stage.taken.length;
      expect(await send(stage, token)).toBe(200);
      expect(await send(stage, content + other)).toBe(200);
      for (const text of [...spare, `${signature}=`, `${signature}==`, ` ${signature}`])
        await send(stage, content + text);
      const taken = stage.taken.slice(before);
      expect(taken.length).toBeGreaterThanOrEqual(2);
      expect(new Set(taken.map(({ id, proof }) => `${id} ${proof}`)).size).toBe(1);
      for (const { proof } of taken) proofs.add(proof);
    }
    // What signs something else is another.
    expect(proofs.size).toBe(2);
  });

  it('is made good by no key that is too short, and by no private one', async () => {
    const short = pairOf('rsa-short');
    const stage = bySecret(short.pem, own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    // The library that signs refuses such a key as well.
    await expect(tokenBy(stage, { key: short.privateKey, alg: 'RS256' })).rejects.toThrow();
    expect(await send(stage, await tokenBy(stage))).toBe(401);
    expect((await stage.hooks.faults()).join()).toBe('');
    stage.secrets.set('hook-secret', secretOf(own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()));
    expect((await stage.hooks.faults()).join()).toContain('no public key');
  });
});

describe('public keys at an address', () => {
  const answered = (value: unknown): Sent => ({
    how: 'answered',
    status: 200,
    type: 'application/json',
    afterMs: null,
    text: typeof value === 'string' ? value : JSON.stringify(value),
  });
  const jwk = async ({ publicKey }: Pair, kid: string) => ({
    ...(await exportJWK(publicKey)),
    kid,
    alg: 'ES256',
    use: 'sig',
  });

  const openSet = (first: Sent) => {
    const asked: Parameters<Send>[0][] = [];
    const at = { now: first };
    const sendOf = () => async (request: Parameters<Send>[0]) => {
      asked.push(request);
      return at.now;
    };
    return { stage: openHook({ proof: BY_SET, sendOf }), asked, at };
  };

  it('are fetched as everything of the system is, once for all, and anew where a key is not among them', async () => {
    const { stage, asked, at } = openSet(answered({ keys: [await jwk(own, 'one')] }));
    const all = await Promise.all([1, 2, 3].map(async () => send(stage, await tokenBy(stage, { kid: 'one' }))));
    expect([all, asked.length]).toEqual([[200, 200, 200], 1]);
    expect(asked[0]).toMatchObject({ method: 'GET', url: KEYS_AT, body: null });
    at.now = answered({ keys: [await jwk(own, 'one'), await jwk(other, 'two')] });
    expect(await send(stage, await tokenBy(stage, { key: other.privateKey, kid: 'two' }))).toBe(200);
    expect(asked).toHaveLength(2);
    // Whoever invents key ids makes nobody fetch more than once in half a minute.
    for (let each = 0; each < 20; each++)
      expect(await send(stage, await tokenBy(stage, { kid: `no-${each}` }))).toBe(401);
    expect(asked).toHaveLength(2);
    await stage.clock.advance(31_000);
    expect(await send(stage, await tokenBy(stage, { kid: 'no' }))).toBe(401);
    expect(asked).toHaveLength(3);
  });

  it('are none where they stand in an answer that is no 200', async () => {
    for (const status of [201, 302, 404, 500]) {
      const { stage } = openSet({ ...answered({ keys: [await jwk(own, 'one')] }), status } as Sent);
      expect([status, await send(stage, await tokenBy(stage, { kid: 'one' }))]).toEqual([status, 503]);
    }
  });

  it('are asked for anew where the clock was set back, and not never again', async () => {
    const { stage, asked } = openSet(answered({ keys: [await jwk(own, 'one')] }));
    expect(await send(stage, await tokenBy(stage, { kid: 'no-1' }))).toBe(401);
    const before = asked.length;
    const now = stage.clock.now() - 3_600_000;
    const back = jest.spyOn(stage.clock, 'now').mockReturnValue(now);
    expect(await send(stage, await tokenBy(stage, { kid: 'no-2' }))).toBe(401);
    back.mockRestore();
    expect(asked.length).toBeGreaterThan(before);
  });

  it('are asked for once more where the clock was set back behind the last time, and those known are as young', async () => {
    const { stage, asked, at } = openSet(answered({ keys: [await jwk(own, 'one')] }));
    // The last time that they were asked for anew.
    expect(await send(stage, await tokenBy(stage, { kid: 'no' }))).toBe(401);
    const back = jest.spyOn(stage.clock, 'now').mockReturnValue(stage.clock.now() - 3_600_000);
    expect(await send(stage, await tokenBy(stage, { kid: 'one' }))).toBe(200);
    const before = asked.length;
    at.now = answered({ keys: [await jwk(own, 'one'), await jwk(other, 'two')] });
    expect(await send(stage, await tokenBy(stage, { key: other.privateKey, kid: 'two' }))).toBe(200);
    back.mockRestore();
    expect(asked).toHaveLength(before + 1);
  });

  it('count for an hour while nobody answers there, and not for longer', async () => {
    const { stage, at } = openSet(answered({ keys: [await jwk(own, 'one')] }));
    expect(await send(stage, await tokenBy(stage, { kid: 'one' }))).toBe(200);
    at.now = { how: 'lost', code: 'ECONNRESET' };
    await stage.clock.advance(50 * 60_000);
    expect(await send(stage, await tokenBy(stage, { kid: 'one' }))).toBe(200);
    await stage.clock.advance(20 * 60_000);
    expect(await send(stage, await tokenBy(stage, { kid: 'one' }))).toBe(503);
    at.now = answered({ keys: [await jwk(own, 'one')] });
    await stage.clock.advance(60_000);
    expect(await send(stage, await tokenBy(stage, { kid: 'one' }))).toBe(200);
  });

  it.each([
    ['what is no JSON', answered('<html>')],
    ['no keys', answered({ keys: [] })],
    ['more keys than anybody has', answered({ keys: Array.from({ length: 51 }, () => ({ kty: 'EC' })) })],
    ['keys that are none', answered({ keys: ['a'] })],
    ['secrets', answered({ keys: [{ kty: 'oct', k: 'AAAA', alg: 'HS256' }] })],
    ['a status without keys', { ...answered({ keys: [] }), status: 302 } as Sent],
    ['more than is read', { ...answered(''), text: null } as Sent],
    ['nothing', { how: 'not-sent', code: 'ECONNREFUSED' } as Sent],
  ])('are none where %s came: then nothing is taken, and it is asked for again', async (_, sent) => {
    const { stage } = openSet(sent);
    expect(await send(stage, await tokenBy(stage, { kid: 'one' }))).toBe(503);
    expect(stage.taken).toEqual([]);
  });
});
