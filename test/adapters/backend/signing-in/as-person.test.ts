import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRestBackend } from '../../../../src/adapters/backend/rest.ts';
import type { Backend } from '../../../../src/core/ports.ts';
import type { OwnToken, OwnTokens } from '../../../../src/core/sign-in-ports.ts';
import { AUDIENCE, type SignedSystem, startSignedSystem } from '../../../support/signed-system.ts';

describe.each([
  ['by token exchange (RFC 8693)', 'token-exchange', 'urn:ietf:params:oauth:grant-type:token-exchange'],
  ['on behalf of them (RFC 7523)', 'on-behalf-of', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
])('a system that is asked as the person, %s', (_, grant, grantType) => {
  let system: SignedSystem;
  let backend: Backend;
  let tokens: Map<string, OwnToken>;
  let refused: string[];
  beforeEach(async () => {
    system = await startSignedSystem({ oauth: `grant: ${grant}, secret: hr-client, scope: leave.read` });
    tokens = new Map();
    refused = [];
    const own: OwnTokens = {
      of: async (person) => tokens.get(person) ?? null,
      refused: async ({ person, token }) => {
        refused.push(person);
        if (tokens.get(person)?.token === token) tokens.delete(person);
      },
    };
    backend = createRestBackend({
      folder: system.folder,
      secrets: { get: async (name) => system.vault.get(name) ?? { current: '', accepted: [] } },
      own,
    });
  });
  afterEach(() => system.close());

  const signIn = async (person: string): Promise<void> => {
    const token = await system.authority.personal(person);
    tokens.set(person, { token, kind: 'access-token', until: Date.now() + 300_000 });
  };
  const ask = async (asker: string, subject = asker): Promise<unknown> => {
    const fetched = await backend.fetch({ operation: 'hr.one', subject, asker, id: 'q' });
    return fetched.ok ? fetched.records[0]?.fields['a'] : fetched.code;
  };

  it('says so in its description, so that the core knows', () => {
    expect(backend.operation('hr.one')?.asPerson).toBe(true);
  });

  it('knows who asks, and asks with a token of theirs and no other', async () => {
    await signIn('evan');
    await signIn('mona');
    expect(await Promise.all([ask('evan'), ask('mona'), ask('mona', 'evan')])).toEqual([
      { type: 'text', value: 'evan' },
      { type: 'text', value: 'mona' },
      { type: 'text', value: 'mona' },
    ]);
    expect(system.authority.asked()).toHaveLength(2);
    expect(system.authority.asked()[0]).toMatchObject({ grant: grantType, form: { scope: 'leave.read' } });
    if (grant === 'token-exchange')
      expect(system.authority.asked()[0]?.form).toMatchObject({
        audience: AUDIENCE,
        requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      });
    expect(await ask('evan')).toEqual({ type: 'text', value: 'evan' });
    expect(system.authority.asked()).toHaveLength(2);
  });

  it('asks whoever has none to sign in, and asks neither the authority nor the system', async () => {
    expect(await ask('evan')).toBe('sign-in');
    tokens.set('evan', { token: 'x', kind: 'id-token', until: Date.now() - 1 });
    expect(await ask('evan')).toBe('sign-in');
    expect(system.authority.asked()).toEqual([]);
    expect(system.statuses()).toEqual([]);
  });

  it('is not asked any more by what is kept in memory once they have signed out', async () => {
    await signIn('evan');
    expect(await ask('evan')).toEqual({ type: 'text', value: 'evan' });
    tokens.delete('evan');
    expect(await ask('evan')).toBe('sign-in');
    expect(system.statuses()).toEqual([200]);
  });

  it('tells nobody what is kept from before they signed out, or in anew', async () => {
    for (const file of readdirSync(system.folder)) {
      const at = join(system.folder, file);
      writeFileSync(at, readFileSync(at, 'utf8').replaceAll('subject: person', 'cacheSeconds: 60, subject: person'));
    }
    const own: OwnTokens = { of: async (person) => tokens.get(person) ?? null, refused: async () => undefined };
    const secrets = { get: async (name: string) => system.vault.get(name) ?? { current: '', accepted: [] } };
    const keeping = createRestBackend({ folder: system.folder, secrets, own });
    const asked = async (): Promise<string> => {
      const came = await keeping.fetch({
        operation: 'hr.one',
        subject: 'evan',
        asker: 'evan',
        id: 'q',
        mayCache: true,
      });
      return came.ok ? 'told' : came.code;
    };
    await signIn('evan');
    expect([await asked(), await asked(), system.statuses()]).toEqual(['told', 'told', [200]]);
    tokens.delete('evan');
    expect(await asked()).toBe('sign-in');
    const token = await system.authority.personal('evan', { seconds: 200 });
    tokens.set('evan', { token, kind: 'access-token', until: Date.now() + 200_000 });
    expect([await asked(), await asked(), system.statuses()]).toEqual(['told', 'told', [200, 200]]);
    tokens.set('evan', { token, kind: 'access-token', until: Date.now() - 1 });
    expect(await asked()).toBe('sign-in');
  });

  it('is asked with what came of their new token once they have signed in anew', async () => {
    await signIn('evan');
    expect(await ask('evan')).toEqual({ type: 'text', value: 'evan' });
    const token = await system.authority.personal('evan', { seconds: 200 });
    tokens.set('evan', { token, kind: 'access-token', until: Date.now() + 200_000 });
    expect(await ask('evan')).toEqual({ type: 'text', value: 'evan' });
    expect(system.authority.asked()).toHaveLength(2);
  });

  it('has them sign in again where the authority takes their token no more, which is then forgotten', async () => {
    await signIn('evan');
    system.authority.revoke();
    expect(await ask('evan')).toBe('sign-in');
    expect(refused).toEqual(['evan']);
    expect(tokens.has('evan')).toBe(false);
  });

  it('has them sign in where the authority wants more of them than they showed', async () => {
    await signIn('evan');
    system.authority.answer({ status: 400, body: { error: 'interaction_required' } });
    expect(await ask('evan')).toBe('sign-in');
  });

  it('is refused, and nobody is sent to sign in, where it is the client that is not taken', async () => {
    await signIn('evan');
    system.authority.setSecrets(['another']);
    expect(await ask('evan')).toBe('refused');
    expect(refused).toEqual([]);
  });

  it('is unreachable where the store does not say whether there is a token', async () => {
    const own: OwnTokens = { of: () => Promise.reject(new Error('gone')), refused: async () => undefined };
    const cut = createRestBackend({
      folder: system.folder,
      secrets: { get: async (name) => system.vault.get(name) ?? { current: '', accepted: [] } },
      own,
    });
    const fetched = await cut.fetch({ operation: 'hr.one', subject: 'evan', asker: 'evan', id: 'q' });
    expect(fetched).toEqual({ ok: false, code: 'unreachable' });
  });
});
