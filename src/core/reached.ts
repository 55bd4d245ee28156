/**
 * The named steps of a question that is answered or refused, in the order of the design, and those of one that waits, is set aside, or
 * leaves a line behind; and a world that tells when one is reached. What a crash can leave behind of the question itself, it leaves at
 * one of these. Without a name are: what only gives a question back (`release`, `renew`, the lapse of a lease); the end of what waited
 * too long, which is recorded and settled like any other; the line in a shared place, which nobody misses; what is asked of budgets
 * and deadlines on the way. Production tells nobody, and has no hook in its way: the world is wrapped for tests alone.
 */
import { heard } from './data.ts';
import type { Platform } from './ports.ts';
import type { World } from './world.ts';

/** What is asked of the world for one question, from trip 1 until its answer has left. */
const DEEDS = [
  'accept',
  'claim',
  'who',
  'recognise',
  'record',
  'read',
  'commit',
  'find',
  'post',
  'hold',
  'reveal',
  'disclose',
  'settle',
  'due',
  'remove',
  'note',
  'acknowledge',
] as const;

/**
 * Beside that way: what waits for a sign-in, what is set aside, and what is put on record by itself: the end of the
 * line that an answer leaves behind, of a step-up that was posted, of what was recalled.
 */
const ASIDE = ['park', 'bury', 'put'] as const;

type Deed = (typeof DEEDS)[number] | (typeof ASIDE)[number];

/** Looking for work changes nothing, so only what was found counts as a step. */
type Looked = 'before claim' | 'before due';

export type Step = Exclude<`before ${Deed}` | `after ${Deed}`, Looked>;

const isStep = (step: string): step is Step => step !== 'before claim' && step !== 'before due';

/** Every step, in order. A question that is waited for passes `claim`; one whose post may have happened already, `find`. */
export const STEPS: readonly Step[] = DEEDS.flatMap((deed) => [`before ${deed}`, `after ${deed}`]).filter(isStep);

/** Those beside it. */
export const ASIDE_STEPS: readonly Step[] = ASIDE.flatMap((deed) => [`before ${deed}`, `after ${deed}`] as const);

/** Told before and after each deed, and waits for nothing: whatever it does is done before the step is left. */
export type Reached = (step: Step) => void;

type Verb<A extends readonly unknown[], R> = (...args: A) => Promise<R>;

/** The same world, which says where it is. */
export const telling = (world: World, reached: Reached): World => {
  const around =
    <A extends readonly unknown[], R>(
      deed: Exclude<Deed, 'claim' | 'due' | 'recognise' | 'read'>,
      verb: Verb<A, R>,
    ): Verb<A, R> =>
    async (...args) => {
      reached(`before ${deed}`);
      const result = await verb(...args);
      reached(`after ${deed}`);
      return result;
    };
  const found =
    <A extends readonly unknown[], R>(deed: 'claim' | 'due', verb: Verb<A, readonly R[]>): Verb<A, readonly R[]> =>
    async (...args) => {
      const all = await verb(...args);
      if (all.length > 0) reached(`after ${deed}`);
      return all;
    };
  const { inbox, expiries } = world.store;
  const append = {
    decision: around('record', world.audit.append),
    disclosure: around('disclose', world.audit.append),
    removal: around('note', world.audit.append),
  } as const;
  const tellingPlatform = (platform: Platform): Platform => ({
    ...platform,
    find: around('find', platform.find),
    post: around('post', platform.post),
    update: around('reveal', platform.update),
    remove: around('remove', platform.remove),
  });
  return {
    ...world,
    store: {
      ...world.store,
      inbox: {
        ...inbox,
        accept: around('accept', inbox.accept),
        claim: found('claim', inbox.claim),
        commit: around('commit', inbox.commit),
        hold: around('hold', inbox.hold),
        settle: around('settle', inbox.settle),
        park: around('park', inbox.park),
        bury: around('bury', inbox.bury),
      },
      expiries: {
        ...expiries,
        claim: found('due', expiries.claim),
        ack: around('acknowledge', expiries.ack),
        schedule: around('put', expiries.schedule),
      },
    },
    directory: { ...world.directory, find: around('who', world.directory.find) },
    recogniser: {
      ...world.recogniser,
      recognise: async (o) => {
        reached('before recognise');
        const recognition = await world.recogniser.recognise(o);
        reached('after recognise');
        return recognition;
      },
    },
    backend: heard(world.backend, { before: () => reached('before read'), after: () => reached('after read') }),
    audit: {
      ...world.audit,
      append: (entry) =>
        entry.kind === 'decision' || entry.kind === 'disclosure' || entry.kind === 'removal'
          ? append[entry.kind](entry)
          : world.audit.append(entry),
    },
    platforms: new Map([...world.platforms].map(([name, platform]) => [name, tellingPlatform(platform)])),
  };
};
