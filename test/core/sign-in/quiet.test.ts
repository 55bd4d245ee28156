/** A token that Teams handed over beside a sign-in link, over the real store: what it gives, and all that it does not. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endSignIns } from '../../../src/core/sign-in/ends.ts';
import { lastSignIn } from '../../../src/core/sign-in/grants.ts';
import { changeLink, findLink } from '../../../src/core/sign-in/kept.ts';
import { makeLink } from '../../../src/core/sign-in/link.ts';
import { type Quiet, quietly } from '../../../src/core/sign-in/quiet.ts';
import type { SignInWorld } from '../../../src/core/sign-in/types.ts';
import type { Proved, SignInProof } from '../../../src/core/sign-in-ports.ts';
import type { Account } from '../../../src/core/types.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createTestWorld, EVAN, type TestWorld } from '../../support/world.ts';

const ISSUER = 'https://login.microsoftonline.com/tenant/v2.0';
const ACCOUNT: Account = { platform: 'teams', tenant: 'TENANT', user: 'OID-EVAN', external: false };
const MINUTE = 60_000;

describe('a sign-in that Teams shows', () => {
  let clock: FakeClock;
  let t: TestWorld;
  let world: SignInWorld;
  let owner: Awaited<ReturnType<SignInWorld['directory']['signInOf']>>;
  /** Tokens that were judged. */
  let judged: string[];
  beforeEach(() => {
    clock = createFakeClock(Date.now());
    t = createTestWorld({ clock });
    owner = { ok: true, person: 'evan' };
    judged = [];
    world = {
      ...t.world,
      directory: { ...t.world.directory, signInOf: async () => owner },
      signIn: { publicUrl: 'https://sotto.example.com', provider: never },
    };
  });
  afterEach(() => t.close());

  const never: SignInWorld['signIn']['provider'] = {
    issuer: ISSUER,
    begin: async () => Promise.reject(new Error('asked')),
    finish: async () => Promise.reject(new Error('asked')),
  };
  const link = async (minutes = 15): Promise<string> => {
    const until = clock.now() + 10 * MINUTE;
    const made = await makeLink(world, { person: 'evan', account: ACCOUNT, locale: 'en', minutes, until });
    const name = made?.url.split('t=')[1];
    if (name === undefined) throw new Error('no link');
    return name;
  };
  const proof = (
    o: { readonly ago?: number; readonly subject?: string; readonly tenant?: string } = {},
  ): SignInProof => ({
    identity: { issuer: ISSUER, subject: o.subject ?? 'OID-EVAN', tenant: o.tenant ?? 'TENANT', email: null },
    at: clock.now() - (o.ago ?? 5 * MINUTE),
    strength: ['acrs:c1'],
    session: null,
  });
  const bring = (name: string, o: { readonly proved?: Proved; readonly account?: Account } = {}): Promise<Quiet> =>
    quietly(world, {
      name,
      account: o.account ?? ACCOUNT,
      token: 'token-of-teams',
      prover: {
        prove: async (token) => {
          judged.push(token);
          return o.proved ?? { ok: true, proof: proof() };
        },
      },
    });
  const counts = () => lastSignIn(world, { person: 'evan', now: clock.now() });
  /** Nothing was given, and the link is as good as before. */
  const stands = async (name: string): Promise<void> => {
    expect(await counts()).toBeNull();
    expect(await findLink(world, name)).not.toBeNull();
    expect(t.entries.filter(({ kind }) => kind === 'grant')).toEqual([]);
  };

  const refusals = () =>
    t.entries.flatMap((entry) => (entry.kind === 'sign-in' && entry.change === 'refused' ? [entry.code] : []));

  it('R19 counts from when they signed in, for as long as the rule looks back, and uses up the link', async () => {
    const name = await link();
    const at = clock.now() - 5 * MINUTE;
    expect(await bring(name)).toBe('given');
    expect(await counts()).toMatchObject({ at, until: at + 15 * MINUTE });
    expect(t.entries.at(-1)).toMatchObject({ kind: 'grant', change: 'given', by: 'teams', signedInAt: at });
    expect(await bring(name)).toBe('over');
    expect(judged).toEqual(['token-of-teams']);
  });

  it.each<readonly [string, Proved | 'stale' | 'future', Quiet]>([
    ['that is too long ago', 'stale', 'stale'],
    ['of the future', 'future', 'from-the-future'],
    ['that was not strong', { ok: false, why: 'not-strong' }, 'not-strong'],
    ['that does not say when', { ok: false, why: 'no-time' }, 'no-time'],
    ['whose keys cannot be had', { ok: false, why: 'unreachable' }, 'unreachable'],
  ])('R19 gives nothing for one %s, and the link stands', async (_, proved, why) => {
    const name = await link();
    const ago = proved === 'stale' ? 15 * MINUTE : -MINUTE - 1;
    expect(
      await bring(name, { proved: typeof proved === 'string' ? { ok: true, proof: proof({ ago }) } : proved }),
    ).toBe(why);
    await stands(name);
    expect(refusals()).toEqual([why]);
  });

  it('R19 gives nothing to somebody else who was passed the link, whatever their token shows', async () => {
    const name = await link();
    for (const other of [{ user: 'OID-MONA' }, { tenant: 'OTHER' }, { platform: 'slack' as const }])
      expect(await bring(name, { account: { ...ACCOUNT, ...other } })).toBe('other-person');
    expect(judged).toEqual([]);
    expect(refusals()).toEqual(['other-person', 'other-person', 'other-person']);
    await stands(name);
  });

  it('R17 gives nothing for a token of another person or tenant than the activity’s', async () => {
    const name = await link();
    for (const other of [{ subject: 'OID-MONA' }, { tenant: 'OTHER' }])
      expect(await bring(name, { proved: { ok: true, proof: proof(other) } })).toBe('other-person');
    await stands(name);
  });

  it('R19 gives nothing where the directory has somebody else, nobody, or no answer', async () => {
    const name = await link();
    owner = { ok: true, person: 'mona' };
    expect(await bring(name)).toBe('other-person');
    owner = { ok: false, why: 'several' };
    expect(await bring(name)).toBe('unknown-person');
    owner = { ok: false, why: 'unreachable' };
    expect(await bring(name)).toBe('directory');
    owner = { ok: true, person: 'evan' };
    t.script.find = async () => ({ ok: false, why: 'deactivated' });
    expect(await bring(name)).toBe('not-permitted');
    t.script.find = async () => ({ ok: true, person: { ...EVAN, fresh: false } });
    expect(await bring(name)).toBe('directory');
    await stands(name);
  });

  it('R19 gives nothing for what they have disowned, nor where they must sign in afresh', async () => {
    await endSignIns(world, { person: 'evan', why: 'not-me' });
    const name = await link();
    t.entries.length = 0;
    expect(await bring(name)).toBe('disowned');
    const found = await findLink(world, name);
    if (found === null) throw new Error('no link');
    await changeLink(world, found, { ...found.value, afresh: true });
    judged.length = 0;
    expect(await bring(name)).toBe('stale');
    expect(judged).toEqual([]);
    await stands(name);
  });

  it('R19 gives nothing beside no link, or one that is over', async () => {
    expect(await bring('n'.repeat(43))).toBe('over');
    expect(await bring('anything else')).toBe('over');
    const name = await link();
    await clock.advance(10 * MINUTE);
    expect(await bring(name)).toBe('over');
    expect(judged).toEqual([]);
    expect(refusals()).toEqual([]);
  });

  it('R19 gives nothing that cannot be recorded', async () => {
    const name = await link();
    t.script.auditFails = (entry) => entry.kind === 'grant';
    await expect(bring(name)).rejects.toThrow();
    expect(await counts()).toBeNull();
  });
});
