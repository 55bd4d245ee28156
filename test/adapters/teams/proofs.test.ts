import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../playground/teams/types.ts';
import { createGate } from '../../../src/adapters/teams/gate.ts';
import { createKeyring, type SigningKey } from '../../../src/adapters/teams/keys.ts';
import { createProofs } from '../../../src/adapters/teams/proofs.ts';
import type { Opinion } from '../../../src/adapters/teams/second-opinion.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { openTeams, PARTNER, TENANT, type TeamsBench } from './support.ts';

let bench: TeamsBench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const uncounted = { count: () => undefined, observe: () => undefined };
const KEY = { key: {} as SigningKey['key'], endorsements: ['msteams'], replaced: false };

/** The gate over real keys, with a vendor that is counted. */
const open = async (opinions: readonly Opinion[] = []) => {
  bench = await openTeams();
  const { appId, issuer, serviceUrl } = bench;
  const clock = createFakeClock(Date.now());
  const asked: string[] = [];
  const gate = createGate({
    appId,
    tokenIssuer: issuer.tokenIssuer,
    tenants: new Set([TENANT]),
    mayCall: () => true,
    keyring: createKeyring({
      metadataUrl: `${new URL(serviceUrl).origin}${issuer.metadataPath}`,
      mayFetch: () => true,
      clock,
      log: silent,
      metrics: uncounted,
    }),
    secondOpinion: async (_activity, authorization) => {
      asked.push(authorization);
      return opinions[asked.length - 1] ?? 'agrees';
    },
    clock,
  });
  const prove = async (token: string, over: Json = {}): Promise<string> => {
    const proof = await gate.prove({
      activity: bench?.question(over) ?? {},
      authorization: `Bearer ${token}`,
    });
    return proof.ok ? 'ok' : proof.reason;
  };
  return { clock, issuer, asked, prove };
};

describe('a token that was proved a moment ago', () => {
  it('is not proved twice over for each activity that it comes with', async () => {
    const { issuer, asked, prove } = await open();
    const token = issuer.mint();
    for (let index = 0; index < 5; index++) expect(await prove(token)).toBe('ok');
    expect(asked).toHaveLength(1);
    expect(await prove(issuer.mint({ claims: { nonce: 'another' } }))).toBe('ok');
    expect(asked).toHaveLength(2);
  });

  it('R6 fits no other activity for that', async () => {
    const { issuer, prove } = await open();
    const token = issuer.mint();
    expect(await prove(token)).toBe('ok');
    expect(await prove(token, { channelId: 'webchat' })).toBe('channel-foreign');
    expect(await prove(token, { serviceUrl: 'https://smba.trafficmanager.net/other/' })).toBe('service-url-unproved');
    expect(await prove(token, { channelData: { tenant: { id: PARTNER } } })).toBe('tenant-foreign');
    expect(await prove(token)).toBe('ok');
  });

  it('R2 ends when it ends', async () => {
    const { clock, issuer, prove } = await open();
    const token = issuer.mint({ claims: { exp: Math.floor(clock.now() / 1_000) + 60 } });
    expect(await prove(token)).toBe('ok');
    await clock.advance(6 * 60_000);
    expect(await prove(token)).toBe('token-expired');
  });

  it('R2 lets no other token in: the same claims under another signature, or other claims under the same', async () => {
    const { issuer, asked, prove } = await open();
    const token = issuer.mint();
    expect(await prove(token)).toBe('ok');
    const [head = '', claims = '', signature = ''] = token.split('.');
    const [, others = ''] = issuer.mint({ claims: { nonce: 'another' } }).split('.');
    for (const forged of [
      issuer.mint({ key: 'unpublished' }),
      `${head}.${others}.${signature}`,
      `${head}.${claims}.AAAA`,
    ])
      for (let index = 0; index < 2; index++) expect(await prove(forged)).toBe('token-forged');
    expect(asked).toHaveLength(1);
  });

  it('R7 is proved anew after its key was read anew, and is worth nothing where that is gone', async () => {
    const { clock, issuer, asked, prove } = await open();
    const lasting = issuer.mint({ claims: { exp: Math.floor(clock.now() / 1_000) + 86_400 } });
    expect(await prove(lasting)).toBe('ok');
    expect(await prove(issuer.mint({ header: { kid: 'nobody' } }))).toBe('token-key-unknown');
    await clock.advance(60_000);
    expect(await prove(issuer.mint({ header: { kid: 'nobody' } }))).toBe('token-key-unknown');
    expect(await prove(lasting)).toBe('ok');
    expect(asked).toHaveLength(2);
    issuer.rotate();
    await clock.advance(60_000);
    expect(await prove(issuer.mint({ header: { kid: 'nobody' } }))).toBe('token-key-unknown');
    expect(await prove(lasting)).toBe('token-key-unknown');
  });

  it('is remembered only where the vendor agreed', async () => {
    const { issuer, asked, prove } = await open(['abstains', 'objects', 'agrees']);
    const token = issuer.mint();
    expect([await prove(token), await prove(token), await prove(token), await prove(token)]).toEqual([
      'ok',
      'second-opinion',
      'ok',
      'ok',
    ]);
    expect(asked).toHaveLength(3);
  });

  it('is remembered for ten minutes', async () => {
    const clock = createFakeClock();
    const proofs = createProofs({ clock });
    proofs.remember('a.b.c', KEY);
    await clock.advance(10 * 60_000 - 1);
    expect(proofs.knows('a.b.c', KEY)).toBe(true);
    await clock.advance(1);
    expect(proofs.knows('a.b.c', KEY)).toBe(false);
  });

  it('is one of a thousand at most, of which the oldest is forgotten first', () => {
    const proofs = createProofs({ clock: createFakeClock() });
    for (let index = 0; index <= 1_000; index++) proofs.remember(`token-${index}`, KEY);
    expect([proofs.knows('token-0', KEY), proofs.knows('token-1', KEY), proofs.knows('token-1000', KEY)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(proofs.knows('token-1000', { ...KEY })).toBe(false);
  });
});
