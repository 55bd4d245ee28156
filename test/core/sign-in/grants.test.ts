import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSealer } from '../../../src/adapters/sealer/sealer.ts';
import { grantContext } from '../../../src/core/sealing.ts';
import {
  dropSignIns,
  type GrantWorld,
  keepSignIn,
  lastSignIn,
  MOST_SIGN_IN_MS,
  type SignIn,
  voidSignIns,
  voidSince,
} from '../../../src/core/sign-in/grants.ts';
import { createPlainStore } from '../../simulation/store/store.ts';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
const keyOf = (n: number): string => Buffer.alloc(32, n).toString('base64');
const sealerOf = (...keys: readonly number[]) => {
  const accepted = keys.map(keyOf);
  return createSealer({ dataKey: { current: accepted[0] ?? '', accepted } });
};

describe('a strong sign-in', () => {
  let world: GrantWorld & { clock: { now: () => number } };
  let now: number;
  beforeEach(() => {
    now = NOW;
    world = { sealer: sealerOf(7), store: createPlainStore(), clock: { now: () => now } };
  });
  afterEach(() => undefined);

  const signIn = (id: string, at: number, minutes = 15): SignIn => ({ id, at, until: at + minutes * MINUTE });
  const keep = (o: SignIn, person = 'evan') =>
    keepSignIn(world, { person, signIn: o, account: null, issuer: null, now });
  const last = (person = 'evan') => lastSignIn(world, { person, now });
  /** What lies in the store, as text. */
  const stored = async () => JSON.stringify(await world.store.grants.scan({ now: 0, cursor: null, limit: 100 }));

  it('counts for one person from when it was kept until it is over', async () => {
    expect(await last()).toBeNull();
    const one = signIn('a', NOW - MINUTE);
    expect(await keep(one)).toEqual(one);
    expect(await last()).toEqual(one);
    expect(await last('mona')).toBeNull();
    now = one.until - 1;
    expect(await last()).toEqual(one);
    now = one.until;
    expect(await last()).toBeNull();
  });

  it('lies sealed: neither whose it is nor when it was stands there to read', async () => {
    const at = NOW - 12_345;
    await keep(signIn('id-to-be-hidden', at));
    for (const word of ['evan', String(at), 'id-to-be-hidden']) expect(await stored()).not.toContain(word);
  });

  it('that is another’s envelope under one’s own name counts for nobody', async () => {
    await keep(signIn('a', NOW), 'mona');
    const [mona] = (await world.store.grants.scan({ now, cursor: null, limit: 9 })).grants;
    const owners = world.sealer.fingerprints('evan');
    await world.store.grants.put({ owners, seen: null, value: mona?.value ?? '', now, until: NOW + MINUTE });
    expect(await last()).toBeNull();
    // Also where whoever wrote it could seal for evan, and it says mona.
    const plain = world.sealer.open(grantContext(mona?.owner ?? ''), mona?.value ?? '') ?? '';
    const value = world.sealer.seal(grantContext(owners[0] ?? ''), plain);
    await world.store.grants.end({ owners });
    await world.store.grants.put({ owners, seen: null, value, now, until: NOW + MINUTE });
    expect(await last()).toBeNull();
    expect(await last('mona')).not.toBeNull();
  });

  it('of two the later counts, whichever comes first, for as long as either would have', async () => {
    const [hour, quarter] = [signIn('hour', NOW - 20 * MINUTE, 60), signIn('quarter', NOW - MINUTE, 15)];
    for (const [first, second] of [
      [hour, quarter],
      [quarter, hour],
    ] as const) {
      await dropSignIns(world, { person: 'evan' });
      await keep(first);
      const counts = { ...quarter, until: hour.until };
      expect(await keep(second)).toEqual(counts);
      expect(await last()).toEqual(counts);
    }
  });

  it('counts for a day at most, whatever it says', async () => {
    const kept = await keep({ id: 'a', at: NOW, until: NOW + 99 * MOST_SIGN_IN_MS });
    expect(kept).toMatchObject({ until: NOW + MOST_SIGN_IN_MS });
  });

  it('counts for as long as the settings name the provider that saw it, and not where they name another or none', async () => {
    const given = signIn('a', NOW);
    const at = (issuer: string) => ({ ...world, signIn: { provider: { issuer } } });
    const before = at('https://before.example.com');
    const issuer = before.signIn.provider.issuer;
    expect(await keepSignIn(before, { person: 'evan', signIn: given, account: null, issuer, now })).toEqual(given);
    expect(await lastSignIn(before, { person: 'evan', now })).toEqual(given);
    const after = at('https://after.example.com');
    for (const other of [world, after]) expect(await lastSignIn(other, { person: 'evan', now })).toBe(null);
    // Nor does it give what it had to one that counts.
    const next = { id: 'b', at: NOW - 1, until: NOW + 10 };
    const of = { person: 'evan', account: null, issuer: after.signIn.provider.issuer, now };
    expect(await keepSignIn(after, { ...of, signIn: next })).toEqual(next);
    expect(await lastSignIn(after, { person: 'evan', now })).toEqual(next);
  });

  it('that was ended counts no more, and none of that moment or before does again; a later one does', async () => {
    const one = signIn('a', NOW - MINUTE);
    await keep(one);
    expect(await voidSince(world, 'evan')).toBeNull();
    expect(await voidSignIns(world, { person: 'evan', now })).toEqual(one);
    expect(await last()).toBeNull();
    expect(await voidSince(world, 'evan')).toBe(NOW);
    for (const at of [NOW - MINUTE, NOW]) expect(await keep(signIn('again', at))).toBe('ended');
    expect(await last()).toBeNull();
    now = NOW + 2;
    const fresh = signIn('fresh', NOW + 1);
    expect(await keep(fresh)).toEqual(fresh);
    expect(await voidSince(world, 'evan')).toBe(NOW);
    // Said once more, also by a clock that is behind, it goes no step back.
    await voidSignIns(world, { person: 'evan', now: NOW - 5 });
    expect(await voidSince(world, 'evan')).toBe(NOW);
  });

  it('that was ended is remembered as ended for as long as any sign-in could count', async () => {
    await voidSignIns(world, { person: 'evan', now });
    now = NOW + MOST_SIGN_IN_MS - 1;
    expect(await keep(signIn('old', NOW, 24 * 60))).toBe('ended');
    now = NOW + MOST_SIGN_IN_MS;
    expect(await voidSince(world, 'evan')).toBeNull();
    await keep(signIn('old', NOW, 24 * 60));
    expect(await last()).toBeNull();
  });

  it('is not given back by whoever had looked before it was ended', async () => {
    const { grants } = world.store;
    let ended = false;
    const slow: GrantWorld['store'] = {
      grants: {
        ...grants,
        put: async (o) => {
          if (!ended) {
            ended = true;
            await voidSignIns(world, { person: 'evan', now });
          }
          return grants.put(o);
        },
      },
    };
    const outcome = await keepSignIn(
      { ...world, store: slow },
      { person: 'evan', signIn: signIn('a', NOW), account: null, issuer: null, now },
    );
    expect(outcome).toBe('ended');
    expect(await last()).toBeNull();
  });

  it('is given up where others change it again and again', async () => {
    const store: GrantWorld['store'] = { grants: { ...world.store.grants, put: async () => 'moved' } };
    await expect(
      keepSignIn({ ...world, store }, { person: 'evan', signIn: signIn('a', NOW), account: null, issuer: null, now }),
    ).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('is found, and ended, through a change of the key that people are recognised by', async () => {
    const one = signIn('a', NOW);
    await keep(one);
    world = { ...world, sealer: sealerOf(9, 7) };
    expect(await last()).toEqual(one);
    await voidSignIns(world, { person: 'evan', now });
    expect(await last()).toBeNull();
    expect(await keep(one)).toBe('ended');
    expect((await world.store.grants.scan({ now, cursor: null, limit: 9 })).grants).toHaveLength(1);
  });

  it('leaves nothing where the person is forgotten', async () => {
    await keep(signIn('a', NOW));
    await voidSignIns(world, { person: 'evan', now });
    await keep(signIn('b', NOW + 1));
    await dropSignIns(world, { person: 'evan' });
    expect(await stored()).toBe('{"grants":[],"cursor":null}');
  });

  it('whatever is given and ended in whatever order: what counts was given after the last end, and is the latest', async () => {
    const step = fc.record({ what: fc.constantFrom('keep', 'end'), at: fc.integer({ min: 0, max: 30 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const own = { ...world, store: createPlainStore() };
        let ended = -1;
        let latest = -1;
        for (const { what, at } of steps) {
          const time = NOW + at;
          if (what === 'end') {
            await voidSignIns(own, { person: 'evan', now: time });
            ended = Math.max(ended, at);
            latest = -1;
          } else {
            const said = await keepSignIn(own, {
              person: 'evan',
              signIn: signIn('x', time),
              account: null,
              issuer: null,
              now: NOW,
            });
            expect(said === 'ended').toBe(at <= ended);
            if (at > ended) latest = Math.max(latest, at);
          }
          const counts = await lastSignIn(own, { person: 'evan', now: NOW });
          expect(counts?.at ?? null).toBe(latest === -1 ? null : NOW + latest);
        }
      }),
    );
  });
});
