/** The register of audit logs in memory. */
import type { Origin, Origins } from '../../../src/core/ports.ts';
import { lostHome, slotFor } from '../../../src/core/stored.ts';
import type { KeptOrigin, Shelf } from './tables.ts';

const origin = ({ origin: name, size, home, leasedUntil }: KeptOrigin): Origin => ({
  origin: name,
  size,
  home,
  leasedUntil,
});

export const createOrigins = ({ tables: { origins } }: Shelf): Origins => {
  const all = (): readonly KeptOrigin[] => [...origins.values()].toSorted((a, b) => (a.origin < b.origin ? -1 : 1));
  const heldBy = (o: { readonly origin: string; readonly holder: string }): KeptOrigin | undefined => {
    const kept = origins.get(o.origin);
    return kept?.holder === o.holder ? kept : undefined;
  };
  return {
    lease: async ({ home, holder, now, leaseMs, except }) => {
      const name = slotFor({ origins: all().map(origin), home, now, except });
      const kept: KeptOrigin = origins.get(name) ?? { origin: name, home, size: 0, holder, leasedUntil: 0 };
      origins.set(name, Object.assign(kept, { holder, leasedUntil: now + leaseMs }));
      return origin(kept);
    },
    renew: async (o) => {
      const kept = heldBy(o);
      if (kept === undefined) return 'lost';
      kept.leasedUntil = o.now + o.leaseMs;
      return 'renewed';
    },
    release: async (o) => void Object.assign(heldBy(o) ?? {}, { holder: '', leasedUntil: 0 }),
    register: async ({ origin: name, size }) => {
      const kept = origins.get(name);
      if (kept !== undefined) kept.size = Math.max(kept.size, size);
    },
    lose: async ({ origin: name, now }) => {
      const kept = origins.get(name);
      if (kept === undefined) return 'unknown';
      if (kept.leasedUntil > now) return 'held';
      origins.set(name, { ...kept, home: lostHome(kept.home), holder: '', leasedUntil: 0 });
      return 'lost';
    },
    all: async () => all().map(origin),
  };
};
