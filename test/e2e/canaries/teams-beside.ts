/** What comes in from Teams beside questions and buttons in a chat: the message extension, pages in dialogs, words for the bot alone, and what becomes of messages and of the app. */
import { GENERAL } from '../../../playground/teams/conversations.ts';
import type { CanaryStage } from '../../support/canary-stage.ts';
import { type Somebody, TENANT } from '../../support/crowd.ts';
import { OWN_LEAVE } from '../../support/reckoning.ts';
import { until } from '../../support/until.ts';
import type { Path } from './path.ts';
import { activityOf, answered, deliver, type Json, rejected } from './teams-sending.ts';

const COMMAND = 'askPrivately';

/** Of what is asked by the extension the id names the asker. */
const endedFor = (stage: CanaryStage, { teamsUser }: Somebody): Promise<void> =>
  until(
    () =>
      stage.fleet
        .trail()
        .some(
          (entry) =>
            (entry.kind === 'disclosure' || entry.kind === 'undeliverable') &&
            entry.question.startsWith(`teams:${TENANT}:${teamsUser}:`),
        ),
    60_000,
  );

const extension = (stage: CanaryStage, who: Somebody, name: string, value: Json): Json =>
  activityOf(stage, who, { type: 'invoke', name: `composeExtension/${name}`, value });

export const TEAMS_BESIDE: readonly Path[] = [
  {
    name: 'the message extension: the message that it is used on, and what is filled in',
    go: async (stage) => {
      const { teams } = stage.fleet;
      const who = stage.somebody();
      const { teamsUser: user } = who;
      const own = stage.canaries.word('Teams: the message that a form begins with');
      const said = await teams.say({ user, text: own, channel: GENERAL });
      await stage.ended(`teams:${TENANT}:${said.channel}:${said.ts}`);
      const status = await teams.extension({ user, channel: GENERAL, message: said.ts });
      const [dialog] = teams.dialogs({ user });
      if (status !== 200 || dialog === undefined || !JSON.stringify(dialog).includes(own))
        throw new Error(`no form with those words: ${status}`);
      const typed = stage.canaries.word('Teams: what was written into the form that asks aside');
      const sent = await teams.submit({ user, id: dialog.id, filled: { 'text-question': `${OWN_LEAVE} ${typed}` } });
      if (sent !== 200) throw new Error(`the form was answered ${sent}`);
      await endedFor(stage, who);
    },
  },
  {
    name: 'the message extension, used on other people’s words and used wrongly',
    go: async (stage) => {
      const who = stage.somebody();
      const word = (what: string): string => stage.canaries.word(`Teams: ${what} of an extension`);
      const messagePayload = {
        id: word('id'),
        subject: word('subject'),
        linkToMessage: `https://teams.microsoft.com/l/message/${word('link')}`,
        from: { user: { id: word('writer'), displayName: word('name') } },
        body: { contentType: 'html', content: `<p>${word('HTML')}</p>` },
        attachments: [{ contentType: word('type'), content: word('card'), name: word('file') }],
        mentions: [{ id: 0, mentionText: word('mention'), mentioned: { user: { displayName: word('mentioned') } } }],
      };
      const used = { commandId: COMMAND, commandContext: word('context'), messagePayload };
      await stage.logs(() => deliver(stage, extension(stage, who, 'fetchTask', used), 200), answered(200));
      const data = { 'text-question': word('text'), [word('key')]: word('value') };
      const other = { commandId: word('command'), messagePayload, data };
      for (const name of ['fetchTask', 'submitAction'])
        await stage.logs(() => deliver(stage, extension(stage, who, name, other), 400), rejected('extension-unknown'));
      const strange = { commandId: COMMAND, data: { sotto: { state: [word('state')] }, ...data } };
      await stage.logs(
        () => deliver(stage, extension(stage, who, 'submitAction', strange), 400),
        rejected('form-unknown'),
      );
      const forged = { commandId: COMMAND, data: { sotto: { state: word('state that is forged') }, ...data } };
      await stage.logs(() => deliver(stage, extension(stage, who, 'submitAction', forged), 200), answered(200));
    },
  },
  {
    name: 'the text of a message to the bot alone, in a channel',
    go: async (stage) => {
      const { teamsUser: user } = stage.somebody();
      const text = `${OWN_LEAVE} ${stage.canaries.word('Teams: the text of a message to the bot alone')}`;
      const { channel, ts, delivered } = await stage.fleet.teams.say({ user, text, channel: GENERAL, targeted: true });
      if (delivered !== 200) throw new Error(`answered ${delivered}`);
      await stage.ended(`teams:${TENANT}:${channel}:${ts}`);
    },
  },
  {
    name: 'a press on the page of our own in a dialog',
    go: async (stage) => {
      const who = stage.somebody();
      const word = (what: string): string => stage.canaries.word(`Teams: ${what} of the page`);
      for (const action of ['sotto.more', 'sotto.form', 'sotto.view', 'sotto.ask']) {
        const data = { sotto: { action, value: word(`the value of ${action}`) }, [word('key')]: word('field') };
        const value = { data, context: { theme: word('theme') } };
        await stage.logs(
          () => deliver(stage, activityOf(stage, who, { type: 'invoke', name: 'task/submit', value }), 200),
          answered(200),
        );
      }
      const data = { sotto: { action: word('an unknown action'), value: word('its value') } };
      const strange = activityOf(stage, who, { type: 'invoke', name: 'task/submit', value: { data } });
      // It goes the way of every press, and its value is nobody's.
      await stage.logs(() => deliver(stage, strange, 200), answered(200));
    },
  },
  {
    name: 'a question that is changed, and one that is deleted',
    go: async (stage) => {
      const { teams } = stage.fleet;
      const { teamsUser: user } = stage.somebody();
      for (const to of [stage.canaries.word('Teams: the text of a question that was changed'), null]) {
        const text = `${OWN_LEAVE} ${stage.canaries.word('Teams: the text of a question before it was changed')}`;
        const { channel, ts } = await teams.say({ user, text });
        const question = `teams:${TENANT}:${channel}:${ts}`;
        await stage.ended(question);
        const like = { event: 'question.withdrawn', id: question, code: to === null ? 'deleted' : 'edited' };
        await stage.logs(async () => {
          const status = await teams.change({ user, channel, ts, text: to });
          if (status !== 200) throw new Error(`answered ${status}`);
        }, like);
      }
    },
  },
  {
    name: 'the app, added and taken away',
    go: async (stage) => {
      const who = stage.somebody();
      const word = (what: string): string => stage.canaries.word(`Teams: ${what} as the app comes and goes`);
      const of = (fields: Json): Json => ({
        ...activityOf(stage, who, fields),
        from: { id: `29:${who.teamsUser}`, name: word('name'), aadObjectId: who.teamsUser },
        locale: word('locale'),
        localTimezone: word('time zone'),
        channelData: {
          tenant: { id: TENANT },
          team: { name: word('team') },
          settings: { selectedChannel: { id: word('selected') } },
          source: { name: word('source') },
        },
      });
      const bot = { id: stage.fleet.teams.botUserId, name: word('bot') };
      const other = { id: `29:${word('somebody else')}`, name: word('member'), aadObjectId: word('account') };
      const members = [other, bot];
      const greeted = (): number => stage.fleet.talks.teams.messages(who).filter(({ from }) => from === 'sotto').length;
      await stage.logs(
        () => deliver(stage, of({ type: 'installationUpdate', action: 'add', text: word('text') }), 200),
        answered(200),
      );
      await until(() => greeted() > 0, 30_000);
      await stage.logs(
        () => deliver(stage, of({ type: 'conversationUpdate', membersAdded: members }), 200),
        answered(200),
      );
      await stage.logs(
        () => deliver(stage, of({ type: 'conversationUpdate', membersRemoved: members, text: word('text') }), 200),
        { event: 'installation.left', name: 'teams' },
      );
      const nowhere = { type: 'installationUpdate', action: 'remove', conversation: { name: word('conversation') } };
      await stage.logs(() => deliver(stage, of(nowhere), 200), { event: 'teams.removal-unreadable' });
    },
  },
];
