import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fenced } from '../../src/core/fence.ts';
import type { Claim, Platform } from '../../src/core/ports.ts';
import { MOST_TOLD, peopleOf, tell } from '../../src/core/tell.ts';
import type { Account, Card, Member } from '../../src/core/types.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createTestWorld, EVAN, MONA, type TestWorld } from '../support/world.ts';

const plain = (text: string): Card => ({ text, note: null, buttons: [], fallback: null });
const card = ({ person }: { readonly person: { readonly id: string } }): Card => plain(`For ${person.id}.`);

const accountOf = (id: string): Omit<Account, 'external'> => ({ platform: 'slack', tenant: 'T1', user: `U-${id}` });

describe('telling people something of our own accord', () => {
  let clock: FakeClock;
  let test: TestWorld;
  beforeEach(() => {
    clock = createFakeClock();
    test = createTestWorld({ clock });
    test.script.find = async ({ user }) => ({ ok: true, person: { ...EVAN, id: user.slice(2) } });
  });
  afterEach(() => test.close());

  const worldOf = (more: Partial<World> = {}): World => ({
    ...test.world,
    directory: { ...test.world.directory, accounts: async (id) => [accountOf(id)] },
    ...more,
  });
  const onSlack = (post: Platform['post']): World['platforms'] => {
    const platform = test.world.platforms.get('slack');
    if (platform === undefined) throw new Error('There is no Slack in the test world.');
    return new Map([['slack', { ...platform, post }]]);
  };
  const said = () => test.messages.map(({ card: { text } }) => text).toSorted();

  it('writes to each of them in private, in words of their own', async () => {
    expect(await tell(worldOf(), { people: ['evan', 'mona', 'evan'], card, key: 'a' })).toEqual({ told: 2 });
    expect(said()).toEqual(['For evan.', 'For mona.']);
  });

  it('tells nobody twice under one key, whoever calls and how often, and another thing under another', async () => {
    const world = worldOf();
    const all = await Promise.all([1, 2, 3].map(() => tell(world, { people: ['evan'], card, key: 'a' })));
    expect(all.reduce((sum, { told }) => sum + told, 0)).toBe(1);
    await clock.advance(6 * 24 * 60 * 60_000);
    expect(await tell(world, { people: ['evan', 'mona'], card, key: 'a' })).toEqual({ told: 1 });
    expect(await tell(world, { people: ['evan'], card, key: 'b' })).toEqual({ told: 1 });
  });

  it('does not write again where a message may stand already', async () => {
    let posts = 0;
    const platforms = onSlack(async () => {
      posts += 1;
      return { ok: false, fault: 'lost', code: 'timeout' };
    });
    await tell(worldOf({ platforms }), { people: ['evan'], card, key: 'a' });
    await tell(worldOf({ platforms }), { people: ['evan'], card, key: 'a' });
    expect(posts).toBe(1);
  });

  it('tries again what was not posted for sure, and gives up within its deadline', async () => {
    let posts = 0;
    const later = onSlack(async () => {
      posts += 1;
      return { ok: false, fault: 'later', code: 'ratelimited', afterMs: 20_000 };
    });
    let done = false;
    const telling = tell(worldOf({ platforms: later }), { people: ['evan'], card, key: 'a' }).finally(() => {
      done = true;
    });
    for (let seconds = 0; seconds < 31 && !done; seconds++) {
      while (!done && clock.sleeping() === 0) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(1_000);
    }
    expect(await telling).toEqual({ told: 0 });
    expect(posts).toBe(2);
  });

  it('goes to the next account of theirs where one takes nothing', async () => {
    const directory = {
      ...test.world.directory,
      accounts: async () => [accountOf('gone'), accountOf('evan')],
      find: async () => ({ ok: true as const, person: EVAN }),
    };
    const seen: string[] = [];
    const platforms = onSlack(async ({ to }) => {
      seen.push(to.user);
      return to.user === 'U-gone'
        ? { ok: false, fault: 'never', code: 'user_not_found' }
        : { ok: true, ref: { platform: 'slack', tenant: to.tenant, channel: 'D1', id: '1' } };
    });
    expect(await tell(worldOf({ directory, platforms }), { people: ['evan'], card, key: 'a' })).toEqual({ told: 1 });
    expect(seen).toEqual(['U-gone', 'U-evan']);
  });

  it('tells nobody who may not use the bot any more, nor whoever has their account now, and nobody on a platform that is off', async () => {
    test.script.find = async () => ({ ok: false, why: 'deactivated' });
    expect(await tell(worldOf(), { people: ['evan'], card, key: 'a' })).toEqual({ told: 0 });
    test.script.find = async () => ({ ok: true, person: MONA });
    expect(await tell(worldOf(), { people: ['evan'], card, key: 'a' })).toEqual({ told: 0 });
    test.script.find = async () => ({ ok: true, person: EVAN });
    expect(await tell(worldOf({ platforms: new Map() }), { people: ['evan'], card, key: 'a' })).toEqual({ told: 0 });
    // None of that counts as having been told.
    expect(await tell(worldOf(), { people: ['evan'], card, key: 'a' })).toEqual({ told: 1 });
  });

  it('says in the log how many could not be told anywhere, and not who', async () => {
    const warned: unknown[] = [];
    const log = { ...test.world.log, warn: (...o: unknown[]) => void warned.push(o) };
    const accounts = async (id: string) => (id === 'evan' ? [accountOf(id)] : []);
    const directory = { ...test.world.directory, accounts };
    await tell(worldOf({ directory, log }), { people: ['evan', 'left', 'gone'], card, key: 'a' });
    expect(warned).toEqual([['tell.nowhere', { count: 2 }]]);
  });

  it('asks the directory afresh who they are', async () => {
    const asked: unknown[] = [];
    const directory = {
      ...worldOf().directory,
      find: async (_: Account, o?: { readonly anew: boolean }) => {
        asked.push(o);
        return { ok: true as const, person: EVAN };
      },
    };
    await tell(worldOf({ directory }), { people: ['evan'], card, key: 'a' });
    expect(asked).toEqual([{ anew: true }]);
  });

  it('never throws, and says nothing where it cannot be marked that it was said', async () => {
    const away = async (): Promise<never> => {
      throw new Error('away');
    };
    const { store, directory } = worldOf();
    const broken: readonly Partial<World>[] = [
      { store: { ...store, counters: { ...store.counters, add: away } } },
      { directory: { ...directory, accounts: away } },
      { directory: { ...directory, find: away } },
      { platforms: onSlack(away) },
    ];
    for (const more of broken) {
      expect(await tell(worldOf(more), { people: ['evan'], card, key: `k${broken.indexOf(more)}` })).toEqual({
        told: 0,
      });
    }
    expect(said()).toEqual([]);
  });

  it('tells fifty people and no more', async () => {
    const people = Array.from({ length: MOST_TOLD + 10 }, (_, n) => `p${n}`);
    expect(await tell(worldOf(), { people, card, key: 'a' })).toEqual({ told: MOST_TOLD });
  });

  it('is no part of the question in whose course it is said, and does not end with it', async () => {
    const claim = { id: 'gone', lease: 'none' } as Claim;
    const inside = fenced(worldOf(), claim);
    const posted = await inside.platforms.get('slack')?.post({
      to: { tenant: 'T1', user: 'U-evan', channel: null },
      card: plain('an answer'),
      key: 'k',
    });
    expect(posted).toMatchObject({ ok: false, code: 'claim-lost' });
    expect(await tell(inside, { people: ['evan'], card, key: 'a' })).toEqual({ told: 1 });
  });

  it('knows the employees of a group, nobody else in it, and nobody at all where the directory cannot say', async () => {
    const member = (id: string, more: Partial<Member> = {}): Member => ({
      id,
      kind: 'employee',
      groups: ['hr'],
      country: 'DE',
      ...more,
    });
    const members = [member('hugo'), member('carl', { kind: 'contractor' }), member('evan', { groups: ['it'] })];
    const { directory } = test.world;
    expect(await peopleOf({ ...test.world, directory: { ...directory, members: async () => members } }, 'hr')).toEqual([
      'hugo',
    ]);
    const away = async (): Promise<never> => {
      throw new Error('away');
    };
    expect(await peopleOf({ ...test.world, directory: { ...directory, members: away } }, 'hr')).toEqual([]);
  });
});
