import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSealer } from '../../../src/adapters/sealer/sealer.ts';
import {
  dropSignIns,
  type GrantWorld,
  isOver,
  keepSignIn,
  lastSignIn,
  MOST_OWN_MS,
  openGrant,
  voidSignIns,
} from '../../../src/core/sign-in/grants.ts';
import { createOwnTokens } from '../../../src/core/sign-in/own-tokens.ts';
import type { OwnToken, OwnTokens } from '../../../src/core/sign-in-ports.ts';
import { createPlainStore } from '../../simulation/store/store.ts';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
const ISSUER = 'https://id.example.com';
const key = Buffer.alloc(32, 7).toString('base64');

describe('a token that came with somebody’s sign-in', () => {
  let world: GrantWorld & { clock: { now: () => number } };
  let now: number;
  let own: OwnTokens;
  beforeEach(() => {
    now = NOW;
    world = {
      sealer: createSealer({ dataKey: { current: key, accepted: [key] } }),
      store: createPlainStore(),
      clock: { now: () => now },
      signIn: { provider: { issuer: ISSUER } },
    };
    own = createOwnTokens(() => world);
  });

  const token = (name = 'token-to-be-hidden', minutes = 30): OwnToken => ({
    token: name,
    kind: 'id-token',
    until: now + minutes * MINUTE,
  });
  const signIn = (o: { own?: OwnToken | null; person?: string; at?: number; issuer?: string | null } = {}) =>
    keepSignIn(world, {
      person: o.person ?? 'evan',
      signIn: { id: 'a', at: o.at ?? now, until: (o.at ?? now) + 15 * MINUTE },
      account: null,
      issuer: o.issuer === undefined ? ISSUER : o.issuer,
      own: o.own === undefined ? token() : o.own,
      now,
    });

  it('is theirs alone, until it ends, also where the sign-in itself counts no more', async () => {
    expect(await own.of('evan')).toBeNull();
    await signIn();
    expect(await own.of('evan')).toEqual(token());
    expect(await own.of('mona')).toBeNull();
    const until = NOW + 30 * MINUTE;
    now = NOW + 16 * MINUTE;
    expect(await lastSignIn(world, { person: 'evan', now })).toBeNull();
    expect(await own.of('evan')).toMatchObject({ until });
    now = until;
    expect(await own.of('evan')).toBeNull();
  });

  it('lies sealed, and for an hour at most, whatever it says', async () => {
    await signIn({ own: token('token-to-be-hidden', 600) });
    expect((await own.of('evan'))?.until).toBe(NOW + MOST_OWN_MS);
    const scanned = await world.store.grants.scan({ now, cursor: null, limit: 9 });
    expect(JSON.stringify(scanned)).not.toContain('token-to-be-hidden');
    expect(scanned.grants[0]?.until).toBe(NOW + MOST_OWN_MS);
  });

  it.each([
    ['that is over', { own: { token: 'x', kind: 'id-token', until: NOW } as const }],
    [
      'that is longer than any request',
      { own: { token: 'x'.repeat(16_001), kind: 'id-token', until: NOW + MINUTE } as const },
    ],
    ['that no provider gave', { issuer: null }],
  ])('is not kept where it is one %s', async (_, o) => {
    await signIn(o);
    expect(await own.of('evan')).toBeNull();
    expect(await lastSignIn(world, { person: 'evan', now })).not.toBeNull();
  });

  it('stays through a sign-in that gave none, and goes with one that gave another', async () => {
    await signIn();
    now += MINUTE;
    await signIn({ own: null });
    expect((await own.of('evan'))?.token).toBe('token-to-be-hidden');
    await signIn({ own: token('next') });
    expect((await own.of('evan'))?.token).toBe('next');
  });

  it('ends with every sign-in: signed out, left, forgotten', async () => {
    await signIn();
    await voidSignIns(world, { person: 'evan', now });
    expect(await own.of('evan')).toBeNull();
    now += MINUTE;
    await signIn({ at: NOW });
    expect(await own.of('evan')).toBeNull();
    await signIn();
    await dropSignIns(world, { person: 'evan' });
    expect(await own.of('evan')).toBeNull();
    expect((await world.store.grants.scan({ now: 0, cursor: null, limit: 9 })).grants).toEqual([]);
  });

  it('keeps the record from being over, so that whoever leaves loses it too', async () => {
    await signIn();
    const [grant] = (await world.store.grants.scan({ now, cursor: null, limit: 9 })).grants;
    const kept = grant === undefined ? null : openGrant(world, grant);
    if (kept === null) throw new Error('nothing was kept');
    expect([isOver(kept, NOW + 16 * MINUTE), isOver(kept, NOW + 30 * MINUTE)]).toEqual([false, true]);
  });

  it('is of no use where the settings name another provider, or none', async () => {
    await signIn();
    world = { ...world, signIn: { provider: { issuer: 'https://other.example.com' } } };
    expect(await own.of('evan')).toBeNull();
    const { signIn: _, ...none } = world;
    world = none;
    expect(await own.of('evan')).toBeNull();
  });

  it('is forgotten once the authority takes it no more, and one that came meanwhile is not', async () => {
    await signIn();
    await own.refused({ person: 'evan', token: 'another' });
    expect(await own.of('evan')).not.toBeNull();
    await own.refused({ person: 'evan', token: 'token-to-be-hidden' });
    expect(await own.of('evan')).toBeNull();
    expect(await lastSignIn(world, { person: 'evan', now })).not.toBeNull();
  });

  it('is never given after what ended it, whatever happens in whatever order', async () => {
    const deed = fc.oneof(
      fc.record({ do: fc.constant('sign in' as const), own: fc.boolean(), late: fc.nat(20) }),
      fc.record({ do: fc.constant('end' as const) }),
      fc.record({ do: fc.constant('forget' as const) }),
      fc.record({ do: fc.constant('refused' as const) }),
      fc.record({ do: fc.constant('wait' as const), minutes: fc.nat(40) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 25 }), async (deeds) => {
        await dropSignIns(world, { person: 'evan' });
        now = NOW;
        let model: OwnToken | null = null;
        let ended = 0;
        let count = 0;
        for (const one of deeds) {
          if (one.do === 'wait') now += one.minutes * MINUTE;
          else if (one.do === 'end') {
            await voidSignIns(world, { person: 'evan', now });
            [model, ended] = [null, now];
          } else if (one.do === 'forget') {
            await dropSignIns(world, { person: 'evan' });
            [model, ended] = [null, 0];
          } else if (one.do === 'refused') {
            if (model !== null) await own.refused({ person: 'evan', token: model.token });
            model = null;
          } else {
            count += 1;
            const at = now - one.late * MINUTE;
            const given = one.own ? token(`t${count}`) : null;
            await signIn({ at, own: given });
            // What was ended a day ago is forgotten itself, and no wait here is so long.
            if (at > ended && given !== null) model = given;
          }
          if (model !== null && model.until <= now) model = null;
          expect(await own.of('evan')).toEqual(model);
        }
      }),
    );
  });
});
