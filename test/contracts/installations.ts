import { describe, expect, it } from '@jest/globals';
import type { Installations, KeptInstallation } from '../../src/core/ports.ts';
import { MOST_INSTALLATIONS, MOST_LINKS, MOST_SPENT } from '../../src/core/stored-installations.ts';
import { NOW } from './making.ts';
import { type MakeStore, storesOf } from './opening.ts';

const T1 = { platform: 'slack', tenant: 'T|1%' } as const;
const T2 = { platform: 'teams', tenant: 'T|1%' } as const;
const KEPT = { value: 'sealed|1', endsAt: NOW + 43_200_000, renewAt: NOW + 28_800_000 } as const;
const FOREVER = { value: 'sealed|2', endsAt: null, renewAt: null } as const;

const found = async (installations: Installations, which: typeof T1 | typeof T2 = T1): Promise<KeptInstallation> => {
  const row = await installations.find(which);
  if (row === null) throw new Error('There is none.');
  return row;
};

/** What every keeper of installations promises. */
export const installationsContract = (name: string, make: MakeStore): void => {
  const open = storesOf(make);

  describe(`${name} keeps where the bot is installed`, () => {
    it('whole, each by its platform and tenant, and says that something changed', async () => {
      const { installations } = await open();
      expect(await installations.all()).toEqual({ version: 0, installations: [], links: [] });
      expect(await installations.find(T1)).toBeNull();
      expect(await installations.install({ ...T1, ...KEPT, now: NOW })).toBe('installed');
      expect(await installations.install({ ...T2, ...FOREVER, now: NOW + 0.5 })).toBe('installed');
      const one = { ...T1, ...KEPT, state: 'installed', mark: '', at: NOW, code: '', purging: false };
      const two = { ...one, ...T2, ...FOREVER, at: NOW + 1 };
      expect(await found(installations)).toMatchObject(one);
      const all = await installations.all();
      expect(all.installations.toSorted((a, b) => (a.platform < b.platform ? -1 : 1))).toMatchObject([one, two]);
      expect(all.version).toBe(await installations.version());
      expect(all.version).toBeGreaterThan(0);
    });

    it('and installs anew in place of what was there, under a higher version, out of anybody’s hand', async () => {
      const { installations } = await open();
      await installations.install({ ...T1, ...KEPT, now: NOW });
      const { version } = await found(installations);
      expect(await installations.lease({ ...T1, holder: 'a', now: NOW, leaseMs: 1_000 })).toBe('leased');
      await installations.install({ ...T1, ...FOREVER, now: NOW + 1 });
      const anew = await found(installations);
      expect(anew).toMatchObject({ ...FOREVER, state: 'installed', at: NOW + 1 });
      expect(anew.version).toBeGreaterThan(version);
      const late = { ...KEPT, value: 'late', holder: 'a', now: NOW };
      expect(await installations.replace({ ...T1, ...late, seen: version })).toBe('changed');
      expect(await installations.replace({ ...T1, ...late, seen: anew.version })).toBe('changed');
      expect(await installations.lease({ ...T1, holder: 'b', now: NOW, leaseMs: 1_000 })).toBe('leased');
    });

    it('until it is taken away: the credential goes at once, the mark stays until it is forgotten', async () => {
      const { installations } = await open();
      await installations.install({ ...T1, ...KEPT, now: NOW });
      const before = await installations.version();
      const end = { ...T1, mark: 'hash|1', code: 'uninstalled', now: NOW + 5 };
      expect(await installations.end(end)).toBe('ended');
      const gone = {
        state: 'gone',
        value: '',
        mark: 'hash|1',
        at: NOW + 5,
        endsAt: null,
        renewAt: null,
        purging: true,
      };
      const row = await found(installations);
      expect(row).toMatchObject({ ...gone, code: 'uninstalled' });
      expect(await installations.version()).toBeGreaterThan(before);
      // Said again, it changes nothing but the mark.
      expect(await installations.end({ ...end, code: 'revoked', now: NOW + 9 })).toBe('already');
      expect(await found(installations)).toEqual(row);
      expect(await installations.end({ ...end, mark: 'hash|2' })).toBe('already');
      const marked = await found(installations);
      expect(marked).toMatchObject({ ...gone, mark: 'hash|2', code: 'uninstalled' });
      // Nothing brings it back but installing it.
      const seen = marked.version;
      for (const to of ['installed', 'parked'] as const)
        expect(await installations.turn({ ...T1, seen, to, code: '', now: NOW })).toBe('changed');
      expect(await installations.lease({ ...T1, holder: 'a', now: NOW, leaseMs: 1_000 })).toBe('leased');
      expect(await installations.replace({ ...T1, ...KEPT, seen, holder: 'a', now: NOW })).toBe('changed');
      expect(await installations.purged({ ...T1, seen: seen + 1_000 })).toBe('changed');
      expect(await installations.purged({ ...T1, seen })).toBe('purged');
      const purged = await found(installations);
      expect(purged).toMatchObject({ state: 'gone', purging: false, mark: 'hash|2' });
      expect(await installations.forget({ ...T1, seen })).toBe('changed');
      expect(await installations.forget({ ...T1, seen: purged.version })).toBe('forgotten');
      expect(await installations.find(T1)).toBeNull();
      expect((await installations.all()).installations).toEqual([]);
      expect(await installations.forget({ ...T1, seen: purged.version })).toBe('changed');
    });

    it('and marks what is taken away where nothing stood, and installs over a mark', async () => {
      const { installations } = await open();
      expect(await installations.end({ ...T2, mark: 'hash', code: 'uninstalled', now: NOW })).toBe('ended');
      expect(await found(installations, T2)).toMatchObject({ state: 'gone', mark: 'hash', purging: true });
      expect(await installations.find(T1)).toBeNull();
      // What was there is shredded first, whoever installs it meanwhile.
      expect(await installations.install({ ...T2, ...FOREVER, now: NOW })).toBe('purging');
      const ended = await found(installations, T2);
      expect(ended).toMatchObject({ state: 'gone', purging: true });
      await installations.purged({ ...T2, seen: ended.version });
      expect(await installations.install({ ...T2, ...FOREVER, now: NOW })).toBe('installed');
      expect(await found(installations, T2)).toMatchObject({ state: 'installed', mark: '', purging: false, code: '' });
    });

    it('and parks one and takes it up again, as it was seen and not otherwise', async () => {
      const { installations } = await open();
      await installations.install({ ...T1, ...KEPT, now: NOW });
      const { version: seen } = await found(installations);
      const parking = { ...T1, seen, to: 'parked', code: 'invalid_refresh_token', now: NOW + 7 } as const;
      expect(await installations.turn(parking)).toBe('turned');
      const parked = await found(installations);
      expect(parked).toMatchObject({ ...KEPT, state: 'parked', code: 'invalid_refresh_token', at: NOW + 7 });
      expect(await installations.turn(parking)).toBe('changed');
      const up = { ...T1, seen: parked.version, to: 'installed', code: '', now: NOW + 8 } as const;
      expect(await installations.turn(up)).toBe('turned');
      expect(await found(installations)).toMatchObject({ ...KEPT, state: 'installed', code: '', at: NOW + 8 });
      expect(await installations.forget({ ...T1, seen: (await found(installations)).version })).toBe('changed');
      expect(await installations.purged({ ...T1, seen: (await found(installations)).version })).toBe('changed');
    });

    it('and lets one at a time renew it, whoever asks at once, until the lease is over', async () => {
      const { installations } = await open();
      const lease = (holder: string, now = NOW) => installations.lease({ ...T1, holder, now, leaseMs: 1_000 });
      expect(await lease('a')).toBe('gone');
      await installations.install({ ...T1, ...KEPT, now: NOW });
      const all = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((holder) => lease(holder)));
      expect(all.filter((one) => one === 'leased')).toHaveLength(1);
      const holder = ['a', 'b', 'c', 'd', 'e'][all.indexOf('leased')] ?? '';
      expect(await lease(holder, NOW + 500)).toBe('leased');
      expect(await lease('z', NOW + 1_499)).toBe('busy');
      await installations.release({ ...T1, holder: 'z' });
      expect(await lease('z', NOW + 1_499)).toBe('busy');
      expect(await lease('z', NOW + 1_500)).toBe('leased');
      await installations.release({ ...T1, holder: 'z' });
      expect(await lease('y', NOW + 1_501)).toBe('leased');
    });

    it('and replaces a credential for who holds it and saw the one before, and for nobody else', async () => {
      const { installations } = await open();
      await installations.install({ ...T1, ...KEPT, now: NOW });
      const { version: seen } = await found(installations);
      const anew = { ...T1, value: 'sealed|3', endsAt: NOW + 9, renewAt: NOW + 8, now: NOW + 1, seen };
      expect(await installations.replace({ ...anew, holder: 'a' })).toBe('changed');
      await installations.lease({ ...T1, holder: 'a', now: NOW, leaseMs: 1_000 });
      expect(await installations.replace({ ...anew, holder: 'b' })).toBe('changed');
      expect(await installations.replace({ ...anew, holder: 'a', seen: seen + 1 })).toBe('changed');
      expect(await found(installations)).toMatchObject(KEPT);
      expect(await installations.replace({ ...anew, holder: 'a' })).toBe('replaced');
      const row = await found(installations);
      expect(row).toMatchObject({ state: 'installed', value: 'sealed|3', endsAt: NOW + 9, renewAt: NOW + 8, code: '' });
      expect(row.version).toBeGreaterThan(seen);
      // It was let go of with that.
      expect(await installations.lease({ ...T1, holder: 'b', now: NOW, leaseMs: 1_000 })).toBe('leased');
    });

    it('and knows whose a workspace is', async () => {
      const { installations } = await open();
      const link = { platform: 'slack', tenant: 'T|9', within: 'E|1' } as const;
      expect(await installations.link(link)).toBe('linked');
      expect(await installations.link({ ...link, within: 'E|2' })).toBe('linked');
      expect((await installations.all()).links).toEqual([{ ...link, within: 'E|2' }]);
      expect(await installations.version()).toBeGreaterThan(0);
    });

    it('and lets what may be used once be used once, whoever asks at once', async () => {
      const { installations } = await open();
      const spend = (what: string, now = NOW) => installations.spend({ what, until: NOW + 600_000, now });
      const all = await Promise.all(Array.from({ length: 9 }, () => spend('state|1')));
      expect(all.filter((one) => one === 'spent')).toHaveLength(1);
      expect(await spend('state|1', NOW + 599_999)).toBe('again');
      expect(await spend('state|2')).toBe('spent');
      for (let from = 2; from < MOST_SPENT; from += 100)
        await Promise.all(
          Array.from({ length: Math.min(100, MOST_SPENT - from) }, (_, at) => spend(`more-${from + at}`)),
        );
      expect(await spend('one more')).toBe('full');
      expect(await spend('one more', NOW + 600_000)).toBe('spent');
    });

    it(`and no more than ${MOST_INSTALLATIONS} and ${MOST_LINKS} workspaces of organisations, but ends what is there`, async () => {
      const { installations } = await open();
      const put = (tenant: string) => installations.install({ platform: 'slack', tenant, ...FOREVER, now: NOW });
      const link = (tenant: string) => installations.link({ platform: 'slack', tenant, within: 'E1' });
      for (let from = 0; from < MOST_LINKS; from += 200)
        await Promise.all(
          Array.from({ length: 200 }, (_, at) =>
            Promise.all([link(`T${from + at}`), from + at < MOST_INSTALLATIONS ? put(`T${from + at}`) : null]),
          ),
        );
      expect(await put('more')).toBe('full');
      expect(await put('T7')).toBe('installed');
      const end = { platform: 'slack', mark: '', code: '', now: NOW } as const;
      expect(await installations.end({ ...end, tenant: 'more' })).toBe('full');
      expect(await installations.end({ ...end, tenant: 'T7' })).toBe('ended');
      expect(await link('more')).toBe('full');
      expect(await link('T7')).toBe('linked');
      const all = await installations.all();
      expect([all.installations.length, all.links.length]).toEqual([MOST_INSTALLATIONS, MOST_LINKS]);
    }, 30_000);
  });
};
