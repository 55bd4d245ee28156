/** Everything that comes in from Teams, or as if from Teams. */
import { GENERAL } from '../../../playground/teams/conversations.ts';
import type { CanaryStage } from '../../support/canary-stage.ts';
import { type Somebody, TENANT } from '../../support/crowd.ts';
import { OWN_LEAVE } from '../../support/reckoning.ts';
import { until } from '../../support/until.ts';
import type { Path } from './path.ts';
import { activityOf, answered, deliver, type Json, rejected } from './teams-sending.ts';

/** As anybody could send it who reaches the address. */
const post = async (
  stage: CanaryStage,
  o: { readonly body: string; readonly headers?: Readonly<Record<string, string>> },
  status: number,
): Promise<void> => {
  const response = await fetch(`${stage.process.url()}/teams/messages`, {
    method: 'POST',
    body: o.body,
    headers: { 'content-type': 'application/json', ...o.headers },
  });
  stage.answered(`${await response.text()}${JSON.stringify([...response.headers])}`);
  if (response.status !== status) throw new Error(`answered ${response.status}, not ${status}`);
};

const part = (fields: Json): string => Buffer.from(JSON.stringify(fields)).toString('base64url');

/** The first message of ours in somebody's chat. */
const standing = async (stage: CanaryStage, who: Somebody) => {
  await stage.ask({ on: 'teams', who, text: OWN_LEAVE });
  const message = stage.fleet.talks.teams.messages(who).find(({ from }) => from === 'sotto');
  if (message === undefined) throw new Error('nothing to press');
  return { user: who.teamsUser, channel: message.channel, ts: message.id };
};
const notTheirs = (stage: CanaryStage, more: number): Promise<void> =>
  until(
    () =>
      stage.fleet
        .trail()
        .filter(
          (entry) =>
            entry.kind === 'decision' && entry.platform === 'teams' && entry.reasons.includes('button-not-yours'),
        ).length >= more,
    30_000,
  );

export const TEAMS_IN: readonly Path[] = [
  {
    name: 'a refusal of the first token that the bot asks for',
    go: async (stage) => {
      const word = stage.canaries.word('Teams: what the authority says');
      const body = JSON.stringify({ error: word, error_description: word, correlation_id: word });
      const given = stage.lay({ path: /\/standin\/teams\/login\//, status: 401, body });
      const answer = stage.ask({ on: 'teams', who: stage.somebody(), text: OWN_LEAVE });
      await given();
      await answer;
    },
  },
  {
    name: 'the text of a question in private',
    go: async (stage) => {
      const text = `${OWN_LEAVE} ${stage.canaries.word('Teams: the text of a question')}`;
      await stage.logs(() => stage.ask({ on: 'teams', who: stage.somebody(), text }), {
        event: 'step',
        step: 'settle',
      });
    },
  },
  {
    name: 'the text of a mention in a channel',
    go: async (stage) => {
      const { teamsUser: user } = stage.somebody();
      const text = stage.canaries.word('Teams: the text of a mention');
      const { channel, ts } = await stage.fleet.teams.say({ user, text, channel: GENERAL });
      await stage.ended(`teams:${TENANT}:${channel}:${ts}`);
    },
  },
  {
    name: 'everything that stands in a message beside its text',
    go: async (stage) => {
      const who = stage.somebody();
      const word = (what: string): string => stage.canaries.word(`Teams: ${what} of a message`);
      const over = {
        from: { id: `29:${who.teamsUser}`, name: word('sender'), aadObjectId: who.teamsUser },
        attachments: [
          { contentType: 'text/html', content: `<p>${word('HTML')}</p>`, name: word('file') },
          { contentType: 'image/png', contentUrl: `https://a.example/${word('picture')}` },
        ],
        entities: [
          { type: 'mention', text: `<at>${word('mentioned')}</at>`, mentioned: { id: '29:x', name: word('name') } },
          { type: word('entity'), quoted: word('quotation') },
        ],
        summary: word('summary'),
        speak: word('speech'),
        label: word('label'),
        topicName: word('topic'),
        locale: word('locale'),
        localTimezone: word('time zone'),
        code: word('code'),
        channelData: { tenant: { id: TENANT }, legacy: { replyToId: word('reply') }, [word('field')]: 1 },
      };
      const { channel, ts } = await stage.fleet.teams.say({ user: who.teamsUser, text: word('text'), over });
      await stage.ended(`teams:${TENANT}:${channel}:${ts}`);
    },
  },
  {
    name: 'what is no question: an edit, a deletion, a reaction, a member, the app itself',
    go: async (stage) => {
      const who = stage.somebody();
      for (const type of [
        'messageUpdate',
        'messageDelete',
        'messageReaction',
        'conversationUpdate',
        'installationUpdate',
        'typing',
        'event',
        'endOfConversation',
      ]) {
        const word = stage.canaries.word(`Teams: an activity ${type}`);
        const members = [{ id: `29:${word}`, name: word, email: `${word}@example.com` }];
        const fields = { type, text: word, name: word, value: { text: word }, membersAdded: members };
        await stage.logs(() => deliver(stage, activityOf(stage, who, { ...fields, action: word }), 200), answered(200));
      }
      const type = stage.canaries.word('Teams: the type of an activity');
      await stage.logs(() => deliver(stage, activityOf(stage, who, { type }), 200), answered(200));
    },
  },
  {
    name: 'the data of a button, ours and not ours',
    go: async (stage) => {
      const at = await standing(stage, stage.somebody());
      const value = stage.canaries.word('Teams: the value of a button');
      await stage.fleet.teams.press({ ...at, actionId: 'sotto.ask', value });
      await notTheirs(stage, 1);
      const who = stage.somebody();
      const word = stage.canaries.word('Teams: the data of a card that is not ours');
      const sent = activityOf(stage, who, {
        type: 'message',
        value: { [word]: word, sotto: { action: 1, value: word } },
      });
      await stage.logs(() => deliver(stage, sent, 200), rejected('press-unknown'));
    },
  },
  {
    name: 'a button that opens a dialog',
    go: async (stage) => {
      const at = await standing(stage, stage.somebody());
      const value = stage.canaries.word('Teams: the value of a button for a dialog');
      const status = await stage.fleet.teams.press({ ...at, actionId: 'sotto.view', value });
      if (status !== 200 || stage.fleet.teams.dialogs({ user: at.user }).length === 0) throw new Error('no dialog');
      stage.answered(JSON.stringify(stage.fleet.teams.dialogs({ user: at.user })));
      await notTheirs(stage, 2);
    },
  },
  {
    name: 'a form that is sent, ours and not ours',
    go: async (stage) => {
      const who = stage.somebody();
      const word = (what: string): string => stage.canaries.word(`Teams: ${what} of a form`);
      const sent = (data: Json): Json =>
        activityOf(stage, who, {
          type: 'invoke',
          name: 'task/submit',
          value: { data, [word('context')]: word('theme') },
        });
      const filled = {
        'text-title': word('text'),
        'many-forbids': `${word('choice')},${word('other choice')}`,
        'date-until': word('date'),
        [`text-${word('field').toLowerCase()}`]: word('value'),
        [word('key')]: word('stranger'),
      };
      const state = word('state');
      await stage.logs(() => deliver(stage, sent({ sotto: { state }, ...filled }), 200), answered(200));
      await stage.logs(() => deliver(stage, sent({ sotto: { state: 7 }, ...filled }), 400), rejected('form-unknown'));
      const deep = { 'text-title': [word('list')] };
      await stage.logs(() => deliver(stage, sent({ sotto: { state }, ...deep }), 400), rejected('form-unknown'));
    },
  },
  {
    name: 'an invoke that nobody knows',
    go: async (stage) => {
      const who = stage.somebody();
      const word = stage.canaries.word('Teams: an invoke');
      for (const name of ['adaptiveCard/action', 'composeExtension/query', 'fileConsent/invoke', word])
        await stage.logs(
          () =>
            deliver(
              stage,
              activityOf(stage, who, { type: 'invoke', name, value: { text: word, data: { word } } }),
              501,
            ),
          rejected('invoke-unknown'),
        );
    },
  },
  {
    name: 'a token of somebody’s own client, and what the token service makes of it',
    go: async (stage) => {
      const who = stage.somebody();
      const word = stage.canaries.word('Teams: a sign-in token');
      // One person is let try so often in a minute, so what is refused by itself is somebody else's.
      const exchange = (token: string, by = who): Json =>
        activityOf(stage, by, {
          type: 'invoke',
          name: 'signin/tokenExchange',
          value: { id: crypto.randomUUID(), connectionName: 'sso', token },
        });
      const refused = async (token: string, by = who): Promise<void> =>
        stage.logs(() => deliver(stage, exchange(token, by), 412), { event: 'teams.not-signed-in' });
      const other = stage.somebody();
      await refused(word, other);
      await refused(`${part({ alg: 'RS256' })}.${part({ oid: word, tid: word, name: word })}.${word}`, other);
      const claims = { oid: who.teamsUser, tid: TENANT, aud: 'https://graph.microsoft.com', name: word, upn: word };
      const theirs = `${part({ alg: 'RS256' })}.${part({ ...claims, exp: Date.now() })}.${word}`;
      for (const [status, body] of [
        [400, JSON.stringify({ error: { code: word, message: word } })],
        [200, JSON.stringify({ token: `${part({ alg: 'none' })}.${part({ oid: word })}.${word}` })],
        [500, `<html>${word}</html>`],
      ] as const) {
        const given = stage.lay({ path: /\/standin\/teams\/oauth\//, status, body, reason: word });
        await refused(theirs);
        await given();
      }
    },
  },
  {
    name: 'a sign-in that failed or was typed',
    go: async (stage) => {
      const word = stage.canaries.word('Teams: a code of a sign-in');
      const invoke = (name: string, value: Json): Json =>
        activityOf(stage, stage.somebody(), { type: 'invoke', name, value });
      await stage.logs(() => deliver(stage, invoke('signin/failure', { code: word, message: word }), 200), {
        event: 'teams.sign-in-failed',
        code: 'other',
      });
      await stage.logs(
        () => deliver(stage, invoke('signin/verifyState', { state: word }), 400),
        rejected('sign-in-by-code'),
      );
    },
  },
  {
    name: 'a body that is no JSON, is none of ours, or is too large',
    go: async (stage) => {
      const word = stage.canaries.word('Teams: a body that is malformed');
      const large = JSON.stringify({ type: 'message', text: word.repeat(40_000) });
      for (const [body, type, status] of [
        [`{"type":"message","text":"${word}"`, 'application/json', 400],
        [`["${word}"]`, 'application/json', 400],
        [word, 'text/plain', 415],
        [word, word, 415],
        [large, 'application/json', 413],
      ] as const)
        await post(stage, { body, headers: { 'content-type': type } }, status);
    },
  },
  {
    name: 'a token that proves nothing',
    go: async (stage) => {
      const word = stage.canaries.word('Teams: a bearer that proves nothing');
      const body = JSON.stringify(activityOf(stage, stage.somebody(), { type: 'message', text: word }));
      const claims = { iss: 'https://api.botframework.com', aud: word, exp: 9_999_999_999, serviceurl: word };
      for (const authorization of [
        word,
        `Bearer ${word}`,
        `Basic ${Buffer.from(`${word}:${word}`).toString('base64')}`,
        `Bearer ${part({ alg: 'RS256', kid: word })}.${part(claims)}.${word}`,
        `Bearer ${part({ alg: 'none', kid: word })}.${part(claims)}.${word}`,
      ])
        await stage.logs(() => post(stage, { body, headers: { authorization } }, 401), {
          event: 'rejected',
          name: 'teams',
        });
      await stage.logs(() => post(stage, { body }, 401), { event: 'rejected', name: 'teams' });
    },
  },
  {
    name: 'another tenant, another address, another channel',
    go: async (stage) => {
      const word = stage.canaries.word('Teams: the id of a stranger');
      const who = stage.somebody();
      for (const over of [
        {
          channelData: { tenant: { id: word } },
          conversation: { id: word, tenantId: word, conversationType: 'personal' },
        },
        { serviceUrl: `https://${word}.example/` },
        { channelId: word },
      ])
        await stage.logs(() => deliver(stage, activityOf(stage, who, { type: 'message', text: word, ...over }), 401), {
          event: 'rejected',
          name: 'teams',
        });
      const bot = { id: `28:${word}`, name: word, role: 'bot' };
      await stage.logs(
        () => deliver(stage, activityOf(stage, who, { type: 'message', text: word, from: bot }), 200),
        rejected('sender-bot'),
      );
    },
  },
];
