import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDescription } from '../../../../src/adapters/backend/description.ts';
import { listed } from '../../../../src/adapters/backend/hooks/listed.ts';
import { BODY, bytesOf, HMAC_SECRET, type HookStage, hooksYaml, openHook, secretOf } from './stage.ts';

const OTHER = 'another-secret-of-the-same-length-';
const proofOf = (rest: string): string => `hmac: { secret: hook-secret, ${rest} }`;
const LISTED = proofOf('header: x-signature, signature: { key: v1 }, timestamp: { key: t }');

const opened = (proof: string, ...secrets: readonly string[]): HookStage => {
  const stage = openHook({ proof });
  stage.secrets.set('hook-secret', secretOf(...(secrets.length === 0 ? [HMAC_SECRET] : secrets)));
  return stage;
};
const body = bytesOf(BODY);
const secondsOf = ({ clock }: HookStage): number => Math.floor(clock.now() / 1_000);
const macOf = (stamp: string | number, secret = HMAC_SECRET, bytes = body): string =>
  createHmac('sha256', secret).update(`${stamp}.`).update(bytes).digest('hex');
const send = async (stage: HookStage, signature: string, more: Record<string, string> = {}): Promise<number> =>
  (
    await stage.send({
      headers: { 'content-type': 'application/json', 'x-signature': signature, ...more },
      body,
    })
  ).status;

describe('a signature that is listed with its time in one header', () => {
  it('is taken as Stripe documents it, beside a signature of another scheme', async () => {
    const stage = opened(LISTED);
    const stamp = secondsOf(stage);
    expect(await send(stage, `t=${stamp},v1=${macOf(stamp)},v0=${macOf(stamp, OTHER)}`)).toBe(200);
    expect(await send(stage, `v0=x,v1=${macOf(stamp)},t=${stamp}`)).toBe(200);
    expect(stage.taken.map(({ at }) => at)).toEqual([stamp * 1_000, stamp * 1_000]);
  });

  it('is taken as Slack documents it, with the time in a header of its own', async () => {
    const stage = opened(
      proofOf('header: x-signature, prefix: v0=, timestamp: { header: x-time }, signed: "v0:{timestamp}:{body}"'),
    );
    const stamp = secondsOf(stage);
    const mac = createHmac('sha256', HMAC_SECRET).update(`v0:${stamp}:`).update(body).digest('hex');
    expect(await send(stage, `v0=${mac}`, { 'x-time': String(stamp) })).toBe(200);
    expect(await send(stage, `v0=${mac}`, { 'x-time': String(stamp + 1) })).toBe(401);
    expect(await send(stage, `v0=${mac}`)).toBe(401);
  });

  it('is taken between semicolons, over a colon, in base64 and with a time of its own where the description says so', async () => {
    const stage = opened(
      proofOf(
        'header: x-signature, encoding: base64, signature: { key: h1, separator: ";" }, timestamp: { key: ts, unit: ms }, signed: "{timestamp}:{body}"',
      ),
    );
    const stamp = stage.clock.now();
    const mac = createHmac('sha256', HMAC_SECRET).update(`${stamp}:`).update(body).digest('base64');
    expect(await send(stage, `ts=${stamp};h1=${mac}`)).toBe(200);
    expect(await send(stage, `ts=${stamp},h1=${mac}`)).toBe(401);
    const apart = opened(proofOf('header: x-signature, signature: { key: v1 }, timestamp: { header: x-time }'));
    const at = secondsOf(apart);
    expect(await send(apart, `v1=${macOf(at)}`, { 'x-time': String(at) })).toBe(200);
    expect(await send(apart, `v1=${macOf(at)},t=${at}`)).toBe(401);
  });

  it('is one of several while secrets are changed, on either side', async () => {
    const both = opened(LISTED, OTHER, HMAC_SECRET);
    const stamp = secondsOf(both);
    expect(await send(both, `t=${stamp},v1=${macOf(stamp)}`)).toBe(200);
    expect(await send(both, `t=${stamp},v1=${macOf(stamp, OTHER)}`)).toBe(200);
    const one = opened(LISTED);
    const strange = macOf(stamp, 'of somebody else, and long enough');
    expect(await send(one, `t=${stamp},v1=${strange},v1=${macOf(stamp)}`)).toBe(200);
    expect(await send(one, `t=${stamp},v1=${macOf(stamp)},v1=${strange}`)).toBe(200);
    expect(await send(one, `t=${stamp},v1=${strange},v1=${strange}`)).toBe(401);
  });

  it('is known as a replay whichever of its signatures is left out, stands first, or is written otherwise', async () => {
    const stage = opened(LISTED, HMAC_SECRET, OTHER);
    const stamp = secondsOf(stage);
    const [first, second] = [macOf(stamp), macOf(stamp, OTHER)];
    const ways = [
      `t=${stamp},v1=${first},v1=${second}`,
      `t=${stamp},v1=${second},v1=${first}`,
      `t=${stamp},v1=${second}`,
      `v1=${first.toUpperCase()},x=y,t=${stamp}`,
    ];
    for (const way of ways) expect(await send(stage, way)).toBe(200);
    expect(new Set(stage.taken.map(({ id, proof }) => `${id} ${proof}`)).size).toBe(1);
    await stage.clock.advance(1_000);
    const later = secondsOf(stage);
    expect(await send(stage, `t=${later},v1=${macOf(later)}`)).toBe(200);
    expect(new Set(stage.taken.map(({ proof }) => proof)).size).toBe(2);
  });

  const MALFORMED: readonly (readonly [string, (stamp: number, mac: string) => string])[] = [
    ['two times', (stamp, mac) => `t=${stamp},t=${stamp},v1=${mac}`],
    ['an older time behind it', (stamp, mac) => `t=${stamp},v1=${mac},t=${stamp - 1}`],
    ['no time', (_, mac) => `v1=${mac}`],
    ['no signature', (stamp) => `t=${stamp}`],
    ['a header that came twice', (stamp, mac) => `t=${stamp},v1=${mac}, t=${stamp},v1=${mac}`],
    ['a blank', (stamp, mac) => `t=${stamp}, v1=${mac}`],
    ['another case of a key', (stamp, mac) => `T=${stamp},v1=${mac}`],
    ['another key', (stamp, mac) => `t=${stamp},v0=${mac}`],
    ['a part that is none', (stamp, mac) => `t=${stamp},,v1=${mac}`],
    ['a part without a value', (stamp, mac) => `t=${stamp},v1=,v1=${mac}`],
    ['a part without a key', (stamp, mac) => `t=${stamp},${mac},v1=${mac}`],
    ['a signature that is cut', (stamp, mac) => `t=${stamp},v1=${mac.slice(1)}`],
    ['one of two that is none', (stamp, mac) => `t=${stamp},v1=${mac},v1=no`],
    ['nine signatures', (stamp, mac) => `t=${stamp}${`,v1=${mac}`.repeat(9)}`],
    ['seventeen parts', (stamp, mac) => `t=${stamp},v1=${mac}${',a=b'.repeat(15)}`],
    ['more characters than any has', (stamp, mac) => `t=${stamp},v1=${mac}${`,a=${'b'.repeat(195)}`.repeat(10)}`],
    ['a time with a sign', (stamp, mac) => `t=+${stamp},v1=${mac}`],
    ['a time in ms', (stamp, mac) => `t=${stamp}000,v1=${mac}`],
  ];
  it.each(MALFORMED)('is none with %s', async (_, made) => {
    const stage = opened(LISTED);
    const stamp = secondsOf(stage);
    expect(await send(stage, made(stamp, macOf(stamp)))).toBe(401);
    expect([stage.taken, stage.rejected]).toEqual([[], ['proof-malformed']]);
    // Nothing is computed for what is no list, and the vault is not asked.
    expect(stage.asked).toBe(0);
  });

  it('holds eight signatures and sixteen parts, and not one more', async () => {
    const stage = opened(LISTED);
    const stamp = secondsOf(stage);
    const mac = macOf(stamp);
    const strange = `,v1=${macOf(stamp, OTHER)}`.repeat(7);
    expect(await send(stage, `t=${stamp}${strange},v1=${mac}`)).toBe(200);
    expect(await send(stage, `t=${stamp},v1=${mac}${',a=b'.repeat(14)}`)).toBe(200);
  });

  it('is read of any list as it was written, and of nothing else', () => {
    const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/).filter((name) => name !== 't' && name !== 'v1');
    const value = fc.stringMatching(/^[A-Za-z0-9+/=._:-]{1,40}$/);
    const lists = fc.record({
      stamps: fc.array(value, { maxLength: 2 }),
      signatures: fc.array(value, { maxLength: 10 }),
      others: fc.array(fc.tuple(key, value), { maxLength: 5 }),
      order: fc.infiniteStream(fc.nat()),
    });
    const keys = { separator: ',', timestamp: 't', signature: 'v1' };
    fc.assert(
      fc.property(lists, ({ stamps, signatures, others, order }) => {
        const parts = [
          ...stamps.map((each) => `t=${each}`),
          ...others.map(([name, each]) => `${name}=${each}`),
          ...signatures.map((each) => `v1=${each}`),
        ];
        const mixed = parts
          .map((part) => [order.next().value, part] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, part]) => part);
        const sound = stamps.length === 1 && signatures.length > 0 && signatures.length <= 8 && parts.length <= 16;
        const read = listed(mixed.join(','), keys);
        expect(read !== null).toBe(sound);
        if (read === null) return;
        expect(read.stamp).toBe(stamps[0]);
        expect(read.signatures.toSorted()).toEqual(signatures.toSorted());
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const read = listed(text, keys);
        if (read !== null) expect(text).toMatch(/^[A-Za-z0-9+/=._:,-]+$/);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('what a description may say of such a header', () => {
  it.each([
    ['a time in a list that is none', 'timestamp: { key: t }', 'must name the key of the signatures'],
    ['one key for both', 'signature: { key: t }, timestamp: { key: t }', 'another than that of the time'],
    ['no place of the time', 'signature: { key: v1 }, timestamp: { unit: ms }', 'a header of its own or a key'],
    [
      'two places of the time',
      'signature: { key: v1 }, timestamp: { key: t, header: x-t }',
      'a header of its own or a key',
    ],
    ['a prefix in a list', 'prefix: v0=, signature: { key: v1 }, timestamp: { key: t }', 'must have no prefix'],
    ['a key with more in it', 'signature: { key: "v1=" }, timestamp: { key: t }', 'before the equals sign'],
    [
      'another separator',
      'signature: { key: v1, separator: " " }, timestamp: { key: t }',
      'proof.hmac.signature.separator Invalid option',
    ],
  ])('is not %s, and why is said', (_, rest, said) => {
    const parsed = parseDescription(hooksYaml(proofOf(`header: x-signature, ${rest}`)));
    expect(parsed.ok ? '' : parsed.findings.join('\n')).toContain(said);
  });

  it.each([
    [
      'a wrong key within',
      'hmac: { secrt: a, header: x-s, timestamp: { header: x-t } }',
      'proof.hmac has the unknown key "secrt"',
    ],
    [
      'a wrong key within, of a token',
      'jwt: { issuer: i, audience: a, digest: d, keys: { url: "ftp://a" } }',
      'proof.jwt.keys.url must be an https',
    ],
    [
      'neither of two keys',
      'jwt: { issuer: i, audience: a, digest: d, keys: { file: x } }',
      'proof.jwt.keys must be a url or a secret',
    ],
    ['a wrong name', 'hmax: { secret: a }', 'proof must be one way of proving itself'],
    [
      'two ways',
      'hmac: { secret: a, header: x-s, timestamp: { header: x-t } }\nstandard: { secret: b }',
      'proof must be one way of proving itself, and one alone: standard, hmac or jwt',
    ],
  ])('names what is wrong where it stands: %s', (_, proof, said) => {
    const parsed = parseDescription(hooksYaml(proof));
    const findings = parsed.ok ? '' : parsed.findings.join('\n');
    expect(findings).toContain(said);
    expect(findings).not.toMatch(/Invalid input\./);
  });
});
