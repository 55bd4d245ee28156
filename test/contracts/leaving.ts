import { afterEach, describe, expect, it } from '@jest/globals';
import type { Directory, Found } from '../../src/core/ports.ts';
import type { Account } from '../../src/core/types.ts';
import type { FakeClock } from '../support/fake-clock.ts';

/** Somebody who is in the group `payroll` and works here, until they do not any more. */
export interface LeavingUnderTest {
  readonly directory: Directory;
  readonly clock: FakeClock;
  readonly account: Account;
  leaveGroup(): Promise<void>;
  leaveCompany(): Promise<void>;
  close(): Promise<void>;
}

/** So often somebody asks meanwhile: what is used is asked ahead of time, and must not live longer by it. */
const ASKED_EVERY_MS = 20_000;

/**
 * Who leaves a group or the company loses what it gave within the bound, measured: they go on asking, and the moment is noted at which they are
 * refused for the first time. `boundMs`: no longer than this, where nothing tells the directory of a change.
 */
export const leavingContract = (
  name: string,
  o: { readonly boundMs: number; readonly everyMs?: number; readonly make: () => Promise<LeavingUnderTest> },
): void => {
  const everyMs = o.everyMs ?? ASKED_EVERY_MS;

  describe(`${name} lets go of whoever leaves`, () => {
    let tested: LeavingUnderTest | null = null;
    afterEach(async () => {
      await tested?.close();
      tested = null;
    });

    const measured = async (
      left: 'leaveGroup' | 'leaveCompany',
      gone: (found: Found) => boolean,
      askedEveryMs = everyMs,
    ): Promise<number> => {
      tested = await o.make();
      const { directory, account, clock } = tested;
      expect(await directory.find(account)).toMatchObject({ ok: true, person: { groups: ['payroll'] } });
      // They leave in the worst moment: just after they were asked for.
      await tested[left]();
      const at = clock.now();
      while (!gone(await directory.find(account))) {
        if (clock.now() - at > 2 * o.boundMs) throw new Error('They never lost it.');
        await clock.advance(askedEveryMs);
        // What was asked ahead of time comes over the network.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return clock.now() - at;
    };

    it('a group, within the bound, though they ask all the while', async () => {
      const ms = await measured('leaveGroup', (found) => found.ok && found.person.groups.length === 0);
      expect(ms).toBeLessThanOrEqual(o.boundMs);
    });

    it('the company, within the bound, though they ask all the while', async () => {
      const ms = await measured('leaveCompany', (found) => !found.ok && found.why !== 'unreachable');
      expect(ms).toBeLessThanOrEqual(o.boundMs);
    });

    it('both, at the end of the bound, where they ask again only then', async () => {
      const group = await measured('leaveGroup', (found) => found.ok && found.person.groups.length === 0, o.boundMs);
      await tested?.close();
      const company = await measured('leaveCompany', (found) => !found.ok && found.why !== 'unreachable', o.boundMs);
      expect(Math.max(group, company)).toBeLessThanOrEqual(o.boundMs);
    });

    it('at once, where somebody must be known as of now', async () => {
      tested = await o.make();
      const { directory, account } = tested;
      await directory.find(account);
      await tested.leaveGroup();
      expect(await directory.find(account, { anew: true })).toMatchObject({ ok: true, person: { groups: [] } });
      await tested.leaveCompany();
      const found = await directory.find(account, { anew: true });
      expect(found.ok ? 'here' : found.why).toMatch(/^(?:unknown|deactivated)$/);
    });
  });
};
