import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRestBackend } from '../../../../src/adapters/backend/rest.ts';
import { SottoError } from '../../../../src/core/errors.ts';
import type { Backend, Log, Secret } from '../../../../src/core/ports.ts';
import { AUDIENCE, type SignedSystem, startSignedSystem } from '../../../support/signed-system.ts';

const secretOf = (...accepted: readonly string[]): Secret => ({ current: accepted[0] ?? '', accepted });

describe('a system with a token and a key', () => {
  let system: SignedSystem;
  let backend: Backend;
  let said: { readonly event: string; readonly code: unknown }[] = [];
  let counted: string[] = [];
  let ahead = 0;
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (event: string, { code }: Readonly<Record<string, unknown>> = {}) => void said.push({ event, code }),
    error: () => undefined,
  } as unknown as Log;

  beforeAll(async () => {
    system = await startSignedSystem({
      oauth: 'grant: client-credentials, secret: hr-client, scope: leave.read',
      more: '  apiKey: { header: X-Api-Key, secret: hr-key }',
    });
  });
  afterAll(() => system.close());
  beforeEach(() => {
    [said, counted, ahead] = [[], [], 0];
    backend = createRestBackend({
      folder: system.folder,
      secrets: {
        get: async (name) => {
          const secret = system.vault.get(name);
          if (secret === undefined) throw new SottoError('secret-missing', 'none');
          return secret;
        },
      },
      clock: { now: () => Date.now() + ahead },
      log,
      metrics: {
        count: (name: string, labels?: Readonly<Record<string, string>>) => {
          if (name === 'backend_tokens') counted.push(labels?.['outcome'] ?? '');
        },
        observe: () => undefined,
        gauge: () => undefined,
      } as never,
    });
  });
  afterEach(() => {
    system.authority.answer(null);
    system.authority.claim({});
    system.authority.slow(0);
    system.authority.setSeconds(300);
    system.authority.takes('both');
    system.authority.setSecrets(['first secret: of 2']);
    system.vault.set('hr-client', secretOf('first secret: of 2'));
    system.vault.set('hr-key', secretOf('key-one'));
    system.setKeys(['key-one']);
  });

  const call = async (): Promise<string> => {
    const fetched = await backend.fetch({ operation: 'hr.one', subject: 'evan', asker: 'evan', id: 'q' });
    return fetched.ok ? 'ok' : fetched.code;
  };
  const since = async (work: () => Promise<unknown>): Promise<{ asked: number; statuses: readonly number[] }> => {
    const [asked, statuses] = [system.authority.asked().length, system.statuses().length];
    await work();
    return { asked: system.authority.asked().length - asked, statuses: system.statuses().slice(statuses) };
  };

  it('is answered with both layers, and one token serves many calls', async () => {
    const seen = await since(async () => {
      for (let n = 0; n < 5; n++) expect(await call()).toBe('ok');
    });
    expect(seen).toEqual({ asked: 1, statuses: [200, 200, 200, 200, 200] });
    expect(system.authority.asked().at(-1)).toMatchObject({
      grant: 'client_credentials',
      by: 'basic',
      form: { scope: 'leave.read', audience: AUDIENCE },
    });
    expect(counted).toEqual(['given']);
  });

  it('asks for one token however many wait for it', async () => {
    system.authority.slow(50);
    const seen = await since(() => Promise.all(Array.from({ length: 8 }, async () => expect(await call()).toBe('ok'))));
    expect(seen.asked).toBe(1);
  });

  it('shows the secret in the form where the header is refused, and remembers it', async () => {
    system.authority.takes('post');
    expect(await call()).toBe('ok');
    system.authority.revoke();
    const seen = await since(async () => expect(await call()).toBe('ok'));
    expect(seen).toEqual({ asked: 1, statuses: [401, 200] });
    expect(system.authority.asked().slice(-3)).toMatchObject([
      { by: 'basic', status: 401 },
      { by: 'post', status: 200 },
      { by: 'post', status: 200 },
    ]);
  });

  it.each<[string, () => void]>([
    ['the token: its client is not known', () => system.authority.setSecrets(['another'])],
    ['the token: the vault has no secret for it', () => system.vault.delete('hr-client')],
    ['the key: the vault has none', () => system.vault.delete('hr-key')],
    ['the key: it is an old one', () => system.setKeys(['key-two'])],
    ['the key: no header could hold it', () => system.vault.set('hr-key', secretOf('key\nx: y'))],
  ])('is refused where one layer is missing: %s', async (_, break_) => {
    break_();
    expect(await call()).toBe('refused');
  });

  it.each<[string, string, () => void]>([
    ['for somebody else', 'wrong-audience', () => system.authority.claim({ aud: 'https://other.example.com' })],
    ['for nobody', 'wrong-audience', () => system.authority.claim({ aud: undefined })],
    ['over already', 'expired', () => system.authority.claim({ exp: Math.floor(Date.now() / 1_000) - 1 })],
    ['of the future', 'not-yet', () => system.authority.claim({ nbf: Math.floor(Date.now() / 1_000) + 3_600 })],
    ['good for more than was asked', 'scope-too-wide', () => system.authority.claim({ scope: 'leave.read pay.read' })],
    [
      'good for more, as Entra says it',
      'scope-too-wide',
      () => system.authority.claim({ scope: undefined, scp: 'pay.read' }),
    ],
    [
      'bound to a certificate that is not ours',
      'other-certificate',
      () => system.authority.claim({ cnf: { 'x5t#S256': 'x' } }),
    ],
    ['of times that are no numbers', 'malformed', () => system.authority.claim({ exp: 'never' })],
  ])('sends no token that is %s', async (_, code, spoil) => {
    spoil();
    const seen = await since(async () => expect(await call()).toBe('refused'));
    expect(seen.statuses).toEqual([]);
    expect(said).toEqual([
      { event: 'backend.no-token', code },
      { event: 'backend.failed', code: 'refused' },
    ]);
    expect(counted).toEqual([code]);
  });

  const token = { access_token: 'opaque', token_type: 'Bearer', expires_in: 60 };
  it.each<[string, string, unknown, number?]>([
    ['expires_in of nothing', 'refused', { ...token, expires_in: 0 }],
    ['a scope that is wider', 'refused', { ...token, scope: 'leave.read pay.read' }],
    ['a token that is no bearer', 'refused', { ...token, token_type: 'DPoP' }],
    ['a token that breaks a header', 'refused', { ...token, access_token: 'a\r\nb' }],
    ['a token longer than a header', 'refused', { ...token, access_token: 'a'.repeat(9_000) }],
    ['no token', 'refused', { token_type: 'Bearer' }],
    ['no JSON', 'refused', 'hello'],
    ['a refusal of the request', 'refused', { error: 'invalid_scope' }, 400],
    ['a redirect', 'unreachable', token, 302],
    ['that it is asked too much', 'unreachable', {}, 429],
    ['that it is broken', 'unreachable', token, 500],
  ])('takes nothing from an authority that answers %s', async (_, code, body, status = 200) => {
    system.authority.answer({ status, body });
    const seen = await since(async () => expect(await call()).toBe(code));
    expect(seen.statuses).toEqual([]);
  });

  it('waits for an authority that hangs no longer than a call may take, and for its bytes no more than a response may have', async () => {
    system.authority.slow(60_000);
    expect(await call()).toBe('unreachable');
    system.authority.slow(0);
    system.authority.answer({ body: { ...token, padding: 'x'.repeat(300_000) } });
    expect(await call()).toBe('refused');
  });

  it('uses a token for no longer than it says, with a little to spare', async () => {
    expect(await call()).toBe('ok');
    ahead = 285_000;
    expect((await since(call)).asked).toBe(1);
    ahead = 295_000;
    system.authority.answer({ status: 500 });
    expect(await call()).toBe('ok');
  });

  it('renews a token before it ends, and nobody waits for that', async () => {
    expect(await call()).toBe('ok');
    ahead = 250_000;
    system.authority.slow(50);
    const seen = await since(async () => {
      const answered = await Promise.all([call(), call(), call()]);
      expect(answered).toEqual(['ok', 'ok', 'ok']);
      await new Promise((resolve) => setTimeout(resolve, 150));
    });
    expect(seen.asked).toBe(1);
  });

  it('has another token once one is refused, and once its secret is no more accepted', async () => {
    expect(await call()).toBe('ok');
    system.authority.revoke();
    expect(await since(async () => expect(await call()).toBe('ok'))).toEqual({ asked: 1, statuses: [401, 200] });

    system.authority.setSecrets(['first secret: of 2', 'second']);
    system.vault.set('hr-client', secretOf('second', 'first secret: of 2'));
    expect((await since(async () => expect(await call()).toBe('ok'))).asked).toBe(0);
    system.vault.set('hr-client', secretOf('second'));
    expect((await since(async () => expect(await call()).toBe('ok'))).asked).toBe(1);
  });

  it('asks for one more token where one is refused, and not for a third where that is refused as well', async () => {
    expect(await call()).toBe('ok');
    system.setKeys(['of somebody else']);
    const seen = await since(async () => expect(await call()).toBe('refused'));
    expect(seen).toEqual({ asked: 1, statuses: [401, 401] });
  });

  it('goes on through a rotation in which the other side knows the new secret sooner or later', async () => {
    system.vault.set('hr-client', secretOf('second', 'first secret: of 2'));
    expect(await call()).toBe('ok');
    system.authority.setSecrets(['second']);
    system.authority.revoke();
    expect(await call()).toBe('ok');
    system.vault.set('hr-key', secretOf('key-two', 'key-one'));
    expect(await call()).toBe('ok');
    system.setKeys(['key-two']);
    expect(await call()).toBe('ok');
  });
});

describe('a description that caps its tokens', () => {
  it('uses one for no longer than the cap, whatever it says', async () => {
    const system = await startSignedSystem({ oauth: 'grant: client-credentials, secret: hr-client, mostSeconds: 60' });
    let ahead = 0;
    const backend = createRestBackend({
      folder: system.folder,
      secrets: { get: async (name) => system.vault.get(name) ?? secretOf('') },
      clock: { now: () => Date.now() + ahead },
    });
    const call = async (): Promise<boolean> =>
      (await backend.fetch({ operation: 'hr.one', subject: 'evan', asker: 'evan', id: 'q' })).ok;
    system.authority.setSeconds(86_400);
    expect(await call()).toBe(true);
    ahead = 40_000;
    expect(await call()).toBe(true);
    expect(system.authority.asked().length).toBe(1);
    ahead = 61_000;
    expect(await call()).toBe(true);
    expect(system.authority.asked().length).toBe(2);
    await system.close();
  });
});
