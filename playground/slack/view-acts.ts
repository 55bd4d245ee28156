/** What people do with views: close a modal, send what they filled in, open the app's page and press there. */
import { fieldsIn } from '../../src/adapters/bounded/fields.ts';
import type { Envelopes } from './envelopes.ts';
import type { Homes } from './homes.ts';
import type { Triggers } from './triggers.ts';
import type { Delivered, Json, SlackStandIn, StandInPerson } from './types.ts';
import type { Views } from './views.ts';
import type { Workspace } from './workspace.ts';

export const createViewActs = (o: {
  readonly views: Views;
  readonly homes: Homes;
  readonly workspace: Workspace;
  readonly envelopes: Envelopes;
  readonly triggers: Triggers;
  readonly homeTab: boolean;
  readonly someone: (user: string) => StandInPerson;
  readonly deliver: (payload: Json) => Promise<Delivered>;
  readonly event: (body: Json) => Promise<number>;
}): Pick<SlackStandIn, 'closeView' | 'submitView' | 'openHome' | 'pressHome' | 'home'> => {
  const { views, homes, workspace, envelopes, triggers } = o;
  const notOpen = (user: string, id: string): Error => new Error(`${o.someone(user).name} has no view ${id} open.`);

  return {
    closeView: ({ user, id }) => {
      if (!views.close({ user, id })) throw notOpen(user, id);
    },

    submitView: async ({ user, id, values }) => {
      const person = o.someone(user);
      const view = views.fill({ user, id, values });
      if (view === null) throw notOpen(user, id);
      if (view === 'kept-back') return 0;
      const { status, body } = await o.deliver(envelopes.submitted({ person, view, triggerId: triggers.issue(user) }));
      // An empty answer closes the view; one that is no JSON is none that Slack could follow.
      views.answered({ id, status, answer: body === '' ? null : (fieldsIn(body) ?? {}) });
      return status;
    },

    openHome: async ({ user, tab = 'home' }) => {
      const person = o.someone(user);
      const channel = workspace.direct(user);
      if (!o.homeTab || channel === null) return 0;
      const view = tab === 'home' ? homes.object(user) : null;
      return o.event(envelopes.homeOpened({ person, channel, tab, view, ts: workspace.nextTs() }));
    },

    pressHome: async ({ user, actionId, value }) => {
      const person = o.someone(user);
      const view = homes.object(user);
      if (view === null) throw new Error(`Nothing stands on ${person.name}'s page that could be pressed.`);
      const { status } = await o.deliver(
        envelopes.pressedHome({
          person,
          view,
          actionId,
          value,
          actionTs: workspace.nextTs(),
          triggerId: triggers.issue(user),
        }),
      );
      return status;
    },

    home: homes.seen,
  };
};
