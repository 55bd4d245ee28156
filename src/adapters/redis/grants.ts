/** Strong sign-ins: who, when, and until when that counts. They go by themselves. */
import type { Grants } from '../../core/ports.ts';
import { whole } from '../../core/stored.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { numberOf, textOrNull } from './replies.ts';

/** For clocks that differ: what counts is the time in the value. */
const SPARE_MS = 60 * 60_000;

export const createGrants = (o: { readonly connection: Connection; readonly keys: Keys }): Grants => {
  const { connection, keys } = o;
  return {
    lastSignIn: async ({ person, now }) => {
      const kept = textOrNull(await connection.ask('read a sign-in', 'GET', keys.grant(person)));
      if (kept === null) return null;
      const [at, until] = kept.split('|');
      return numberOf(until) > now ? numberOf(at) : null;
    },
    give: async ({ person, at, until }) => {
      const value = `${whole(at)}|${whole(until)}`;
      const left = whole(Math.max(0, until - at) + SPARE_MS);
      await connection.ask('keep a sign-in', 'SET', keys.grant(person), value, 'PX', left);
    },
    end: async ({ person }) => {
      await connection.ask('end a sign-in', 'DEL', keys.grant(person));
    },
  };
};
