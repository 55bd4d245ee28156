import type { Talk } from '../talk.ts';
import { GENERAL, GROUP, SHARED } from './conversations.ts';
import { readableCard, readablePage, readableTeams } from './readable.ts';
import { filledIn, readableForm } from './readable-form.ts';
import type { TeamsStandIn } from './types.ts';

const CHANNELS = { group: GROUP, channel: GENERAL, shared: SHARED } as const;

/** Teams' stand-in as its people use it. */
export const teamsTalk = (o: { readonly teams: TeamsStandIn; readonly tenantId: string }): Talk => {
  const { teams, tenantId } = o;
  return {
    platform: 'teams',
    channelOf: ({ teamsUser }, place) => (place === 'direct' ? teams.direct(teamsUser) : CHANNELS[place]),
    say: async ({ person, place, text }) => {
      const { channel, ts } = await teams.say({
        user: person.teamsUser,
        text,
        channel: place === 'direct' ? null : CHANNELS[place],
      });
      return { question: `teams:${tenantId}:${channel}:${ts}`, channel, id: ts };
    },
    messages: ({ teamsUser }) =>
      teams.history({ user: teamsUser }).map((message) => ({
        ...readableTeams(message),
        channel: message.channel,
        id: message.ts,
        from: message.bot === null ? 'person' : 'sotto',
        at: Number(message.ts),
        ephemeral: message.targetedAt !== undefined,
        raw: JSON.stringify([message.text, message.summary, message.attachments]),
      })),
    press: ({ person, channel, id, action, value }) =>
      teams.press({ user: person.teamsUser, channel, ts: id, actionId: action, value }),
    aside: {
      command: async ({ person: { teamsUser: user }, place, text }) => {
        // In the private chat there is nobody who should not see it.
        const channel = place === 'direct' ? null : CHANNELS[place];
        return (await teams.say({ user, text, channel, targeted: channel !== null })).delivered;
      },
      shortcut: ({ person: { teamsUser: user }, message }) =>
        teams.extension({ user, ...(message === null ? {} : { channel: message.channel, message: message.id }) }),
    },
    view: ({ teamsUser }) => {
      const dialog = teams.dialogs({ user: teamsUser }).at(-1);
      if (dialog === undefined) return null;
      const shown = dialog.card === null ? { text: dialog.text, note: null, links: [] } : readableCard(dialog.card);
      const { links = [] } = shown;
      const form = readableForm(dialog);
      const page = form !== null || dialog.card === null ? null : readablePage(dialog.card);
      return {
        id: dialog.id,
        title: dialog.title,
        text: shown.text,
        ...('parts' in shown && shown.parts !== undefined ? { parts: shown.parts } : {}),
        note: shown.note,
        ...(links.length === 0 ? {} : { links }),
        form,
        page,
      };
    },
    submit: async ({ person: { teamsUser: user }, id, values }) => {
      const form = teams.dialogs({ user }).find((dialog) => dialog.id === id);
      return form === undefined ? 'unknown' : teams.submit({ user, id, filled: filledIn(form, values) });
    },
    pressView: ({ person: { teamsUser: user }, id, action, value }) =>
      teams.pressDialog({ user, id, actionId: action, value }),
    closeView: ({ teamsUser }) => teams.closeDialog(teamsUser),
    onChange: (listener) => teams.onChange(listener),
  };
};
