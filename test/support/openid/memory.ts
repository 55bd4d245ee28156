/** What the provider of the tests keeps, in memory alone; what is used up stays, marked so, as the library wants it. */
import type { Adapter, AdapterPayload } from 'oidc-provider';

/** Of one provider: each kind of thing that it keeps asks for its own. */
export const memoryAdapter = (): ((kind: string) => Adapter) => {
  const all = new Map<string, AdapterPayload>();
  return (kind) => {
    const keyOf = (id: string): string => `${kind}:${id}`;
    return {
      upsert: async (id, payload) => void all.set(keyOf(id), payload),
      find: async (id) => all.get(keyOf(id)),
      findByUid: async (uid) => [...all.values()].find((payload) => payload.uid === uid),
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const payload = all.get(keyOf(id));
        if (payload !== undefined) payload['consumed'] = Math.floor(Date.now() / 1_000);
      },
      destroy: async (id) => void all.delete(keyOf(id)),
      revokeByGrantId: async (grantId) => {
        for (const [key, payload] of all) if (key.startsWith(keyOf('')) && payload.grantId === grantId) all.delete(key);
      },
    };
  };
};
