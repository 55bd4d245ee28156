/**
 * What was accepted, until it has ended. One claim a conversation, in order of acceptance; a lease that lapsed stays good until
 * somebody else takes it. `accept` and `commit` are one round trip each (Engine requirement 22).
 */
import type { Accepted, Inbox } from '../../core/ports.ts';
import { keptCode, packRef, whole } from '../../core/stored.ts';
import { claimOf, outboxText, refText } from './claims.ts';
import type { Connection } from './connection.ts';
import type { Counting } from './counting.ts';
import { full } from './errors.ts';
import { leavingArgs } from './expiries.ts';
import * as scripts from './inbox-scripts.ts';
import { createKeptQuestions } from './kept-questions.ts';
import { type Keys, nameOf, packLease, tagOf, unpackLease } from './keys.ts';
import type { Looking } from './looking.ts';
import { listOf, numberOrNull, textOrNull, wordOf } from './replies.ts';
import type { Shards } from './shards.ts';
import { createStates } from './states.ts';
import { BELT_MS, type OverTags, REPEATS_MS, type Step } from './step.ts';
import type { Strays } from './strays.ts';

export interface InboxOptions {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
  readonly looking: Looking;
  readonly counting: Counting;
  readonly strays: Strays;
  readonly newToken: () => string;
  /** Unsettled questions of one tag beyond which none is accepted there. */
  readonly mostWaiting: number;
  /** Dead letters of one tag beyond which the next one's words are shredded. */
  readonly mostDead: number;
}

const noKeys = (): readonly string[] => [];

export const createInbox = (o: InboxOptions): Inbox => {
  const { connection, keys, shards } = o;

  const step: Step = async (step, { id, lease }, more) => {
    const held = unpackLease(lease);
    if (held === null) return 'lost';
    await shards.ready(held.tag);
    const base = keys.base(held.tag);
    const conversation = nameOf(held.conversation);
    const name = nameOf(id);
    await more.before?.({ name, tag: held.tag });
    const reply = await connection.run(step, {
      what: more.what,
      keys: [`${base}q:${name}`, ...more.keys(conversation).map((key) => base + key)],
      args: [held.token, ...more.args({ name, conversation, base, tag: held.tag })],
    });
    return reply === 'lost' ? 'lost' : wordOf(reply, more.words);
  };

  const overTags: OverTags = async (ask) => Promise.all((await shards.known()).map((tag) => ask(keys.base(tag))));

  return {
    accept: createAccept(o),
    claim: async ({ now, leaseMs, limit }) => {
      const what = 'claim questions';
      const taken: { readonly tag: string; readonly token: string; readonly notBefore: number }[] = [];
      const take = async (tag: string, most: number) => {
        const base = keys.base(tag);
        const token = o.newToken();
        taken.push({ tag, token, notBefore: whole(now) });
        const rows = await connection.run(scripts.claim, {
          what,
          keys: [`${base}heads`, `${base}held`],
          args: [base, whole(now), whole(now + leaseMs), most, token],
        });
        return listOf(rows).map((row) => claimOf(tag, row));
      };
      try {
        return await o.looking.claim({ what, set: 'heads', now: whole(now), limit, take });
      } catch (error) {
        // Where one place failed, the caller hears nothing of what the others gave.
        for (const stray of taken) o.strays.add(stray);
        throw error;
      }
    },
    commit: ({ outbox, ...c }) =>
      step(scripts.commit, c, {
        what: 'commit an outcome',
        words: ['committed', 'superseded'],
        keys: (conversation) => ['heads', 'version', `s:${conversation}`, 'until'],
        args: ({ name, conversation }) => [
          name,
          c.restrictionsVersion,
          whole(c.now + c.leaseMs),
          outboxText(outbox),
          refText(outbox.ref),
          c.state,
          whole(c.stateUntil),
          whole(Math.max(0, c.stateUntil - c.now) + BELT_MS),
          `s:${conversation}`,
          c.stateAbout,
        ],
      }),
    hold: (h) =>
      step(scripts.hold, h, {
        what: 'hold a placeholder',
        words: ['held'],
        keys: noKeys,
        args: ({ base, tag }) => {
          const { ref, removeAt } = h;
          return removeAt === null ? [packRef(ref)] : [packRef(ref), base, ...leavingArgs(tag, h, removeAt)];
        },
      }),
    settle: async ({ end, expiry, ...s }) =>
      step(scripts.settle, s, {
        what: 'settle a question',
        words: ['settled'],
        keys: (conversation) => {
          const sets = ['heads', 'held', 'unsettled', 'parked', 'words'];
          return [`e:${nameOf(s.id)}`, `w:${conversation}`, ...sets];
        },
        args: ({ name, base, tag }) => [
          name,
          end,
          REPEATS_MS,
          base,
          ...(expiry === null ? [] : leavingArgs(tag, expiry, expiry.removeAt)),
        ],
      }),
    release: async ({ notBefore, code = '', paced = false, ...r }) => {
      try {
        await step(scripts.release, r, {
          what: 'release a question',
          words: ['released'],
          keys: () => ['heads', 'held'],
          args: ({ name }) => [name, whole(notBefore), keptCode(code), paced ? 1 : 0],
        });
      } catch (error) {
        const held = unpackLease(r.lease);
        if (held !== null) o.strays.add({ ...held, notBefore: whole(notBefore) });
        throw error;
      }
    },
    renew: ({ until, ...r }) =>
      step(scripts.renew, r, {
        what: 'keep a question',
        words: ['renewed'],
        keys: () => ['heads'],
        args: ({ name }) => [name, whole(until)],
      }),
    next: async ({ now }) => {
      const firsts = await overTags(async (base) => {
        const first = await connection.ask('find the next question', 'ZRANGE', `${base}heads`, 0, 0, 'WITHSCORES');
        return numberOrNull(listOf(first)[1]);
      });
      const times = firsts.flatMap((at) => (at === null ? [] : [at]));
      return times.length === 0 ? null : Math.max(now, Math.min(...times));
    },
    ...createStates({ ...o, step, overTags }),
    ...createKeptQuestions(o),
  };
};

/** Step 2. A repeat is told apart before it is counted; a full inbox still knows its repeats. */
const createAccept =
  (o: InboxOptions): Inbox['accept'] =>
  async ({ id, conversation, tenant, account, inbound, counts, now, leaseMs, claim }): Promise<Accepted> => {
    const tag = tagOf(tenant, conversation);
    await o.shards.ready(tag);
    const [base, name, talk, at] = [o.keys.base(tag), nameOf(id), nameOf(conversation), whole(now)];
    const until = whole(now + leaseMs);
    const token = o.newToken();
    const taken = o.counting.take(counts, now);
    const fields = { w: talk, conversation, tenant, account, inbound, counts: JSON.stringify(taken.counts) };
    const call = {
      what: 'accept a question',
      keys: [`q:${name}`, `e:${name}`, `s:${talk}`, `w:${talk}`, 'heads', 'held', 'unsettled', `d:${name}`].map(
        (key) => base + key,
      ),
      args: [name, at, until, claim ? 1 : 0, o.mostWaiting, token, ...Object.entries(fields).flat()],
    };
    const reply = await o.connection.run(scripts.accept, call).catch((error: unknown) => {
      taken.dropped();
      // Whoever asked is told to ask again; if it was taken all the same, it must not wait for a lease that nobody holds.
      if (claim) o.strays.add({ tag, token, notBefore: at });
      throw error;
    });
    const [status, state] = listOf(reply);
    const word = wordOf(status, ['repeat', 'full', 'queued', 'claimed']);
    if (word === 'queued' || word === 'claimed') taken.accepted();
    else taken.dropped();
    if (word === 'full') throw full(o.mostWaiting);
    if (word !== 'claimed') return { status: word };
    const lease = packLease({ token, tag, conversation });
    const read = { state: textOrNull(state), counts: taken.counts, outbox: null };
    const fresh = { parked: null, overdue: false, failure: null };
    return {
      status: 'claimed',
      claim: { id, conversation, tenant, inbound, account, acceptedAt: at, attempts: 1, lease, ...read, ...fresh },
    };
  };
