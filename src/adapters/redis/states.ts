/** Parked questions and dead letters. Each changes on its own tag; who waits for what is found over all tags by an index of the person. */
import type { DeadLetter, Inbox, ParkedRef } from '../../core/ports.ts';
import { keptCode, MOST_PARKED_TOLD, packParts, parkingOf, unpackParts, whole } from '../../core/stored.ts';
import type { Call } from './connection.ts';
import { full } from './errors.ts';
import type { InboxOptions } from './inbox.ts';
import { nameOf, tagOf, textOfName } from './keys.ts';
import { listOf, numberOf, textOf, textOrNull, wordOf } from './replies.ts';
import * as scripts from './state-scripts.ts';
import { BELT_MS, type OverTags, REPEATS_MS, type Step } from './step.ts';

/** Of one tag in one sweep: Redis does nothing else meanwhile, and the next sweep goes on. */
const MOST_SWEPT = 2_000;

/** What an index names is looked at, so many at most; some of it may be un-parked by now. */
const MOST_LOOKED_AT = 2 * MOST_PARKED_TOLD;

/** Letters of a tag that are told at once. */
const MOST_TOLD = 1_000;

type States = Pick<Inbox, 'park' | 'unpark' | 'waiting' | 'bury' | 'dead' | 'retry' | 'sweep' | 'census' | 'backlog'>;

export const createStates = (o: InboxOptions & { readonly step: Step; readonly overTags: OverTags }): States => {
  const { connection, keys, shards, step, overTags } = o;

  /** Asks one script of every tag on record. */
  const everywhere = <T>(
    script: Parameters<typeof connection.run>[0],
    call: (base: string) => Omit<Call, 'keys'> & { readonly names: readonly string[] },
    read: (reply: unknown) => T,
  ): Promise<readonly T[]> =>
    overTags(async (base) => {
      const { names, ...rest } = call(base);
      return read(await connection.run(script, { ...rest, keys: names.map((name) => base + name) }));
    });

  const lookAt = async (member: string, person: string, now: number): Promise<ParkedRef | null> => {
    const [tag = '', name = ''] = unpackParts(member);
    const call = { what: 'find what waits for somebody', keys: [`${keys.base(tag)}q:${name}`], args: [] };
    const [until, lease, of, tenant, conversation, account, what, why, at] = listOf(
      await connection.run(scripts.look, call),
    );
    if (textOrNull(until) === null || textOrNull(lease) !== null || textOrNull(of) !== person) return null;
    if (numberOf(until) <= now) return null;
    return {
      id: textOfName(name),
      tenant: textOf(tenant),
      conversation: textOf(conversation),
      account: textOf(account),
      what: textOf(what),
      why: parkingOf(textOf(why)) ?? 'sign-in',
      acceptedAt: numberOf(at),
      until: numberOf(until),
    };
  };

  const census: Inbox['census'] = async () => {
    const counted = await everywhere(
      scripts.census,
      (base) => ({ what: 'count what there is', names: ['unsettled', 'held', 'parked', 'dead'], args: [base] }),
      (reply) => listOf(reply).map(numberOf),
    );
    const sum = (at: number): number => counted.reduce((all, one) => all + (one[at] ?? 0), 0);
    return { queued: sum(0), leased: sum(1), parked: sum(2), dead: sum(3) };
  };

  return {
    park: async ({ until, why, person, what, now, ...p }) => {
      const till = whole(until);
      return step(scripts.park, p, {
        what: 'park a question',
        words: ['parked'],
        keys: (conversation) => [`w:${conversation}`, 'heads', 'held', 'parked', 'words', 'order'],
        args: ({ name, base }) => [name, base, till, why, person, what],
        // Named before it is parked: what an index names in vain is harmless, what it does not name is not found.
        before: async ({ name, tag }) => {
          await connection.run(scripts.name, {
            what: 'note who waits',
            keys: [keys.people(person)],
            args: [whole(now), till, packParts([tag, name]), whole(Math.max(0, until - now) + BELT_MS)],
          });
        },
      });
    },
    unpark: async ({ tenant, conversation, id, now, overdue = false }) => {
      const tag = tagOf(tenant, conversation);
      await shards.ready(tag);
      const [base, name, talk] = [keys.base(tag), nameOf(id), nameOf(conversation)];
      const reply = await connection.run(scripts.unpark, {
        what: 'un-park a question',
        keys: [`q:${name}`, `w:${talk}`, 'heads', 'parked', 'words'].map((key) => base + key),
        args: [name, base, whole(now), overdue ? 1 : 0, conversation],
      });
      return wordOf(reply, ['queued', 'gone']);
    },
    waiting: async ({ person, now }) => {
      const what = 'find what waits for somebody';
      const at = whole(now);
      const newest = ['LIMIT', 0, MOST_LOOKED_AT];
      const named = await connection.ask(what, 'ZREVRANGEBYSCORE', keys.people(person), '+inf', `(${at}`, ...newest);
      const found = await Promise.all(listOf(named).map((member) => lookAt(textOf(member), person, at)));
      return found
        .flatMap((ref) => ref ?? [])
        .toSorted((a, b) => a.acceptedAt - b.acceptedAt)
        .slice(-MOST_PARKED_TOLD);
    },
    bury: ({ code, until, held = false, now, ...b }) =>
      step(scripts.bury, b, {
        what: 'set a question aside',
        words: ['buried', 'full'],
        keys: (conversation) => {
          const name = nameOf(b.id);
          const sets = ['heads', 'held', 'unsettled', 'parked', 'words', `d:${name}`, 'dead'];
          return [`e:${name}`, `w:${conversation}`, ...sets];
        },
        args: ({ name, base }) => {
          const belt = whole(Math.max(0, until - now) + BELT_MS);
          const most = (held ? 2 : 1) * o.mostDead;
          return [name, base, keptCode(code), whole(now), whole(until), REPEATS_MS, belt, most];
        },
      }),
    dead: async ({ limit }) => {
      const most = Math.max(0, Math.min(MOST_TOLD, Math.floor(limit)));
      const call = (base: string) => ({ what: 'read what was set aside', names: ['dead'], args: [base, most] });
      const letters = (await everywhere(scripts.dead, call, lettersOf)).flat();
      return letters.toSorted((a, b) => b.diedAt - a.diedAt || (a.id < b.id ? -1 : 1)).slice(0, most);
    },
    retry: async ({ id, as, now }) => {
      const [name, next] = [nameOf(id), nameOf(as)];
      const names = [`d:${name}`, 'dead', `e:${name}`, `q:${next}`, 'unsettled', 'heads'];
      const words = await everywhere(
        scripts.retry,
        (base) => ({
          what: 'ask a question once more',
          names,
          args: [name, base, whole(now), REPEATS_MS, o.mostWaiting, next],
        }),
        (reply) => wordOf(reply, ['queued', 'gone', 'full']),
      );
      if (words.includes('full')) throw full(o.mostWaiting);
      return words.includes('queued') ? 'queued' : 'gone';
    },
    sweep: async ({ now }) => {
      const call = (base: string) => ({
        what: 'be swept of words',
        names: ['words', 'dead', 'heads'],
        args: [base, whole(now), MOST_SWEPT],
      });
      return (await everywhere(scripts.sweep, call, lettersOf)).flat();
    },
    census,
    backlog: async () => {
      const { queued, leased } = await census({ now: 0 });
      return { waiting: queued, claimed: leased };
    },
  };
};

const lettersOf = (reply: unknown): readonly DeadLetter[] =>
  listOf(reply).map((row) => {
    const [name, tenant, code, attempts, at, died, until] = listOf(row);
    return {
      id: textOfName(textOf(name)),
      tenant: textOf(tenant),
      code: textOf(code),
      attempts: numberOf(attempts),
      acceptedAt: numberOf(at),
      diedAt: numberOf(died),
      until: numberOf(until),
    };
  });
