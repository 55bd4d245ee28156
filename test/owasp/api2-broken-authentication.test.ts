/** OWASP API Security Top 10 (2023), API2: Broken Authentication. Of Sotto as a client of systems of record; how callers prove themselves to Sotto has suites of its own. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDescription } from '../../src/adapters/backend/description.ts';
import { createRestBackend } from '../../src/adapters/backend/rest.ts';
import { SottoError } from '../../src/core/errors.ts';
import type { Backend, Log, Secret } from '../../src/core/ports.ts';
import type { OwnToken } from '../../src/core/sign-in-ports.ts';
import { type GuardedSystem, startGuardedSystem } from '../support/guarded-system.ts';

const secretOf = (...accepted: readonly string[]): Secret => ({ current: accepted[0] ?? '', accepted });

describe('a system that asks for a certificate, a token and a key', () => {
  let system: GuardedSystem;
  let backend: Backend;
  let ahead = 0;
  const said: string[] = [];
  const log: Log = {
    debug: (...all) => void said.push(JSON.stringify(all)),
    info: (...all) => void said.push(JSON.stringify(all)),
    warn: (...all) => void said.push(JSON.stringify(all)),
    error: (...all) => void said.push(JSON.stringify(all)),
  };
  const started = (o: Parameters<typeof startGuardedSystem>[0] = {}) =>
    startGuardedSystem(o).then((it) => {
      system = it;
      backend = createRestBackend({
        folder: system.folder,
        secrets: {
          get: async (name) => {
            const secret = system.vault.get(name);
            if (secret === undefined) throw new SottoError('secret-missing', 'There is none.');
            return secret;
          },
        },
        clock: { now: () => Date.now() + ahead },
        log,
      });
    });
  beforeEach(async () => {
    [ahead, said.length] = [0, 0];
    await started();
  });
  afterEach(() => system.close());

  const call = async (): Promise<string> => {
    const fetched = await backend.fetch({ operation: 'hr.one', subject: 'evan', asker: 'evan', id: 'q' });
    return fetched.ok ? 'ok' : fetched.code;
  };

  it('answers whoever has all three', async () => {
    expect(await call()).toBe('ok');
    expect(system.statuses()).toEqual([200]);
  });

  it.each(['hr-client', 'hr-key', 'hr-cert', 'hr-cert-key', 'hr-ca'])(
    'is sent nothing where %s is missing',
    async (name) => {
      system.vault.delete(name);
      expect(await call()).toBe('refused');
      expect(system.statuses()).toEqual([]);
    },
  );

  it.each<[string, () => Promise<void> | void]>([
    ['token', () => system.authority.setSecrets(['another'])],
    ['key', () => void system.vault.set('hr-key', secretOf('key-of-yesterday'))],
    [
      'certificate',
      async () => {
        const { cert, key } = await system.issue();
        system.vault.set('hr-cert', secretOf(cert));
        system.vault.set('hr-cert-key', secretOf(key));
      },
    ],
    [
      'certificate that its authority signed',
      async () => {
        const { cert, key } = await system.issueForeign();
        system.vault.set('hr-cert', secretOf(cert));
        system.vault.set('hr-cert-key', secretOf(key));
      },
    ],
  ])('lets nobody in with the two others, without its own %s', async (_, break_) => {
    await break_();
    expect(await call()).not.toBe('ok');
    expect(system.statuses()).not.toContain(200);
  });

  it('is not spoken to where it is not the system that our own authority vouches for', async () => {
    const { cert } = await system.issueForeign();
    system.vault.set('hr-ca', secretOf(cert.slice(cert.lastIndexOf('-----BEGIN'))));
    expect(await call()).not.toBe('ok');
    expect(system.statuses()).toEqual([]);
  });

  it.each<[string, () => void]>([
    ['for somebody else', () => system.authority.claim({ aud: 'https://other.example.com' })],
    ['that has ended', () => system.authority.claim({ exp: Math.floor(Date.now() / 1_000) - 1 })],
    ['over what was asked', () => system.authority.claim({ scope: 'leave.read pay.read' })],
    ['bound to another certificate', () => system.authority.claim({ cnf: { 'x5t#S256': 'AAAA' } })],
  ])('is never shown a token %s', async (_, spoil) => {
    spoil();
    expect(await call()).toBe('refused');
    expect(system.statuses()).toEqual([]);
  });

  it('is shown no token beyond its time, also while the authority is away', async () => {
    system.authority.setSeconds(60);
    expect(await call()).toBe('ok');
    system.authority.answer({ status: 503 });
    ahead = 50_000;
    expect(await call()).toBe('ok');
    ahead = 56_000;
    expect(await call()).toBe('unreachable');
    expect(system.statuses()).toEqual([200, 200]);
  });

  it('shows up in no log with a token, a secret or a key', async () => {
    await call();
    system.authority.revoke();
    await call();
    system.authority.setSecrets(['another']);
    system.authority.revoke();
    await call();
    const all = said.join('\n');
    expect(all).toContain('backend.no-token');
    for (const secret of ['client-one', 'key-one', 'Bearer', 'PRIVATE', 'eyJ']) expect(all).not.toContain(secret);
  });

  it('is asked for nobody with the token of somebody else, whoever asks beside whom', async () => {
    await system.close();
    await startGuardedSystem({ oauth: 'grant: token-exchange, secret: hr-client' }).then((it) => {
      system = it;
    });
    const people = ['evan', 'mona', 'erin', 'hugo'];
    const tokens = new Map<string, OwnToken>();
    backend = createRestBackend({
      folder: system.folder,
      secrets: { get: async (name) => system.vault.get(name) ?? secretOf() },
      own: { of: async (person) => tokens.get(person) ?? null, refused: async () => undefined },
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ who: fc.constantFrom(...people), signsOut: fc.boolean() }), { maxLength: 12 }),
        async (deeds) => {
          tokens.clear();
          for (const who of people)
            tokens.set(who, {
              token: await system.authority.personal(who),
              kind: 'access-token',
              until: Date.now() + 300_000,
            });
          await Promise.all(
            deeds.map(async ({ who, signsOut }) => {
              if (signsOut) tokens.delete(who);
              const gone = !tokens.has(who);
              const fetched = await backend.fetch({ operation: 'hr.one', subject: 'evan', asker: who, id: 'q' });
              if (fetched.ok)
                expect([gone, fetched.records[0]?.fields['a']]).toEqual([false, { type: 'text', value: who }]);
              else expect([who, fetched.code]).toEqual([who, 'sign-in']);
            }),
          );
        },
      ),
      { numRuns: 30 },
    );
  }, 60_000);
});

describe('a description', () => {
  const yaml = (o: { tokenUrl?: string; hosts?: string; oauth?: string; more?: string }): string =>
    `backend: hr
baseUrl: https://hr.example.com
hosts: [${o.hosts ?? 'login.example.com'}]
signIn:
  oauth: { grant: client-credentials, clientId: sotto, tokenUrl: "${o.tokenUrl ?? 'https://login.example.com/token'}", audience: hr, ${o.oauth ?? 'secret: hr-client'} }
${o.more ?? ''}
operations:
  hr.one: { method: GET, path: "/one/{subject}", data: leave, subject: person, fields: { a: text } }
`;
  const findings = (text: string): string => {
    const read = parseDescription(text);
    return read.ok ? '' : read.findings.join('\n');
  };

  it('is good as it stands below', () => {
    expect(findings(yaml({}))).toBe('');
  });

  it.each([
    ['asks for tokens by plain http', { tokenUrl: 'http://login.example.com/token' }, /https/],
    [
      'asks for tokens at a host that it does not name',
      { tokenUrl: 'https://evil.example.com/token' },
      /not among the hosts/,
    ],
    ['has no way for the client to prove itself', { oauth: '' }, /secret, or mutualTls/],
    ['holds the secret itself', { oauth: 'secret: "S3cr3t!"' }, /name of a secret/],
    ['lets a token live for a day', { oauth: 'secret: x, mostSeconds: 86400' }, /mostSeconds/],
    ['names no audience', { oauth: 'secret: x, audience: ""' }, /audience|YAML/],
    [
      'puts a key where the token stands',
      { more: '  apiKey: { header: Authorization, secret: x }' },
      /header of its own/,
    ],
  ])('is refused where it %s', (_, o, says) => {
    expect(findings(yaml(o))).toMatch(says);
  });
});
