import { describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../src/core/audit.ts';
import type { Audit } from '../../src/core/ports.ts';

/** What every `Audit` promises. `kept` reads what is kept, past the port. */
export const auditContract = (
  name: string,
  make: () => Promise<{
    readonly audit: Audit;
    readonly kept: () => Promise<readonly AuditEntry[]>;
    readonly close: () => Promise<void>;
  }>,
): void => {
  const entry = (at: number): AuditEntry => ({
    kind: 'rejected',
    at,
    platform: 'slack',
    reason: 'signature',
    count: at,
  });

  describe(`the audit contract, kept by ${name}`, () => {
    it('numbers entries from 0 in the order of their appends, under one origin', async () => {
      const { audit, close } = await make();
      const receipts = await Promise.all([1, 2, 3].map((at) => audit.append(entry(at))));
      receipts.push(await audit.append(entry(4)));
      expect(receipts.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
      expect(new Set(receipts.map(({ origin }) => origin)).size).toBe(1);
      await close();
    });

    it('keeps an entry before it says so', async () => {
      const { audit, kept, close } = await make();
      await audit.append(entry(7));
      expect(await kept()).toEqual([entry(7)]);
      await close();
    });

    it('keeps what an entry was when it was appended', async () => {
      const { audit, kept, close } = await make();
      const changing = { ...entry(1), count: 1 };
      const appended = audit.append(changing);
      changing.count = 2;
      await appended;
      expect(await kept()).toEqual([entry(1)]);
      await close();
    });

    it('refuses what cannot be kept as it is, and goes on', async () => {
      const { audit, kept, close } = await make();
      const lone = { ...entry(1), reason: 'lone \ud800' };
      await expect(audit.append(lone)).rejects.toMatchObject({ code: 'audit-unavailable' });
      await expect(audit.append(entry(0.5))).rejects.toMatchObject({ code: 'audit-unavailable' });
      expect(await audit.append(entry(2))).toMatchObject({ index: 0 });
      expect(await kept()).toEqual([entry(2)]);
      await close();
    });
  });
};
