/** What `sotto restrict` may ask the running Sotto. Drafts and looks; nothing is in force before somebody confirms it in a chat. */
import { z } from 'zod';
import type { ControlResponse, ControlRoute } from '../../adapters/control/server.ts';
import { placeOrder } from '../../core/orders/place.ts';
import { dropDraft } from '../../core/orders/restrict.ts';
import { findDraft } from '../../core/restricting/drafts.ts';
import { sentenceOf } from '../../core/restricting/meaning.ts';
import { safely } from '../../core/safely.ts';
import type { World } from '../../core/world.ts';
import { draftShape, makeDraft } from './drafting.ts';
import { restrictionsView, versionsView } from './listing.ts';
import { createTrying } from './trying.ts';

const MOST_LISTED = 200;

const named = z.strictObject({ id: z.string().min(1).max(200), hash: z.string().max(64) });

const ok = (body: unknown, status = 200): ControlResponse => ({ status, body });
const no = (error: string, status = 409): ControlResponse => ({ status, body: { error } });

const gone = no('That draft is not there any more, or another one. Give the order again.');
const strange = no('That is nothing of this version. "sotto restrict --help" says how it is given.', 400);

export const restrictRoutes = (world: World): readonly ControlRoute[] => {
  const trying = createTrying(world);

  /** The draft that is meant, exactly. */
  const withDraft = async (
    body: unknown,
    use: (kept: NonNullable<Awaited<ReturnType<typeof findDraft>>>) => Promise<ControlResponse> | ControlResponse,
  ): Promise<ControlResponse> => {
    const { data } = safely(named, body);
    if (data === undefined) return strange;
    const kept = await findDraft(world, data.id);
    return kept?.hash === data.hash ? use(kept) : gone;
  };

  return [
    { method: 'GET', path: '/restrict', handle: async () => ok(await restrictionsView(world)) },
    {
      method: 'GET',
      path: '/restrict/history',
      handle: async () => ok({ versions: await versionsView(world, MOST_LISTED) }),
    },
    {
      method: 'POST',
      path: '/restrict/draft',
      handle: async ({ body }) => {
        const { data } = safely(draftShape, body);
        if (data === undefined) return strange;
        const made = await makeDraft(world, data);
        return made.ok ? ok(made.draft, 201) : no(made.says);
      },
    },
    {
      method: 'POST',
      path: '/restrict/try',
      handle: async ({ body }) =>
        withDraft(body, (kept) => {
          const run = trying.begin(kept);
          return run === null ? no('Too many changes are tried out already. Try again in a minute.') : ok({ run }, 202);
        }),
    },
    {
      method: 'GET',
      path: '/restrict/try/',
      handle: async ({ rest }) => {
        const tried = trying.state(rest);
        return tried === null ? no('That is not being tried out (any more).', 404) : ok(tried);
      },
    },
    {
      method: 'POST',
      path: '/restrict/drop',
      handle: async ({ body }) =>
        withDraft(body, async (kept) => {
          await dropDraft(world, kept.id);
          return ok({});
        }),
    },
    {
      method: 'POST',
      path: '/restrict/order',
      handle: async ({ body }) =>
        withDraft(body, async ({ id, hash, draft }) => {
          const confirmed = draft.weaker ? 'two-of-hr' : 'one';
          const says = await sentenceOf(world, draft);
          const placed = await placeOrder(world, { kind: 'restrict', proposal: id, hash, confirmed, says });
          return placed.ok ? ok(placed, 201) : no(placed.says);
        }),
    },
  ];
};
