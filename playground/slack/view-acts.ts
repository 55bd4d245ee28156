/** What people do with views: close a modal, send what they filled in, open the app's page and press there. */
import { fieldsIn } from '../../src/adapters/bounded/fields.ts';
import type { ActsContext } from './acts.ts';
import type { SlackStandIn, StandInPerson } from './types.ts';

export const createViewActs = (
  o: ActsContext,
): Pick<SlackStandIn, 'closeView' | 'submitView' | 'openHome' | 'pressHome'> => ({
  closeView: ({ team: teamId, user, id }) => {
    const { team, person } = whoseView(o, { teamId, user, id });
    if (!team.views.close({ user, id })) throw notOpen(person, id);
  },

  submitView: async ({ team: teamId, user, id, values }) => {
    const { team, person } = whoseView(o, { teamId, user, id });
    const view = team.views.fill({ user, id, values });
    if (view === null) throw notOpen(person, id);
    if (view === 'kept-back') return 0;
    const triggerId = o.triggers.issue({ user, teamId: team.workspace.teamId, view: id });
    const payload = team.envelopes.submitted({ person, view, triggerId });
    const { status, body } = await o.deliverForm({ payload: JSON.stringify(payload) });
    // An empty answer closes the view; one that is no JSON is none that Slack could follow.
    team.views.answered({ id, status, answer: body === '' ? null : (fieldsIn(body) ?? {}) });
    return status;
  },

  openHome: async ({ team: teamId, user, tab = 'home' }) => {
    const { team, person } = o.teams.whereIs(user, teamId);
    const channel = team.workspace.direct(user);
    if (!o.homeTab || channel === null) return 0;
    const view = tab === 'home' ? team.homes.object(user) : null;
    const body = team.envelopes.homeOpened({ person, channel, tab, view, ts: team.workspace.nextTs() });
    return (await o.deliverEvent({ team, name: 'app_home_opened', scope: null, body })).at(-1) ?? 0;
  },

  pressHome: async ({ team: teamId, user, actionId, value }) => {
    const { team, person } = o.teams.whereIs(user, teamId);
    const view = team.homes.object(user);
    if (view === null) throw new Error(`Nothing stands on ${person.name}'s page that could be pressed.`);
    const payload = team.envelopes.pressedHome({
      person,
      view,
      actionId,
      value,
      actionTs: team.workspace.nextTs(),
      triggerId: o.triggers.issue({ user, teamId: team.workspace.teamId }),
    });
    const { status } = await o.deliverForm({ payload: JSON.stringify(payload) });
    return status;
  },
});

const notOpen = ({ name }: StandInPerson, id: string): Error => new Error(`${name} has no view ${id} open.`);

/** Somebody of several workspaces has it open in one of them. */
const whoseView = (
  { teams }: ActsContext,
  { teamId, user, id }: { readonly teamId: string | undefined; readonly user: string; readonly id: string },
): ReturnType<ActsContext['teams']['whereIs']> => {
  const where = teams.all.find(
    ({ workspace, views }) => workspace.person(user) !== null && views.knows({ id, externalId: '' }),
  );
  return teams.whereIs(user, teamId ?? where?.workspace.teamId);
};
