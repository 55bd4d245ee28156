/** Everything that comes in over a socket of Slack's, and what comes of asking for one. */
import type { CanaryStage } from '../../support/canary-stage.ts';
import { TEAM } from '../../support/crowd.ts';
import { OWN_LEAVE } from '../../support/reckoning.ts';
import { until } from '../../support/until.ts';
import type { Path } from './path.ts';

const rejected = (code: string) => ({ event: 'rejected', name: 'slack', code });
const connected = (stage: CanaryStage): Promise<void> =>
  until(() => stage.fleet.slack.sockets.open().length === 1, 90_000);

/** Where a connection is asked for. */
const OPEN = {
  path: /\/standin\/slack\/api\/apps\.connections\.open/,
  headers: { 'content-type': 'application/json' },
};

export const SOCKET_IN: readonly Path[] = [
  {
    name: 'the text of a question',
    go: async (stage) => {
      await connected(stage);
      const text = `${OWN_LEAVE} ${stage.canaries.word('socket: the text of a question')}`;
      await stage.logs(() => stage.ask({ on: 'slack', who: stage.somebody(), text }), {
        event: 'step',
        step: 'settle',
      });
    },
  },
  {
    name: 'what was put into a form, and the command and press beside it',
    go: async (stage) => {
      const word = (what: string): string => stage.canaries.word(`socket: ${what}`);
      const user = { id: stage.somebody().slackUser, name: word('the sender of a form'), team_id: TEAM };
      const values = { [word('a block')]: { words: { type: 'plain_text_input', value: word('an input') } } };
      const view = { id: 'V0FORM', type: 'modal', callback_id: word('a callback'), state: { values } };
      const app = { api_app_id: 'A0SOTTO000', team: { id: TEAM }, user, trigger_id: word('a trigger') };
      for (const fields of [
        { ...app, type: 'view_submission', view },
        { ...app, type: word('a type'), view },
      ]) {
        const body = new URLSearchParams({ payload: JSON.stringify(fields) }).toString();
        await stage.logs(async () => {
          const answer = await stage.fleet.slack.deliverRaw({
            body,
            contentType: 'application/x-www-form-urlencoded',
          });
          stage.answered(answer.body);
        }, rejected('interaction-unknown'));
      }
    },
  },
  {
    name: 'a frame that is malformed, is bytes, is too large, or of a kind that nobody knows',
    go: async (stage) => {
      const { sockets } = stage.fleet.slack;
      const word = stage.canaries.word('socket: a frame');
      for (const frame of [`{"type":"${word}`, `["${word}"]`, Buffer.from(word), `{"envelope_id":"${word}"}`])
        await stage.logs(async () => sockets.sendRaw(frame), rejected('body-malformed'));
      await stage.logs(async () => sockets.sendRaw(word.repeat(20_000)), rejected('body-too-large'));
      sockets.sendRaw(JSON.stringify({ type: word, envelope_id: word, payload: { text: word } }));
      const text = `${OWN_LEAVE} ${stage.canaries.word('socket: the text behind it')}`;
      await stage.ask({ on: 'slack', who: stage.somebody(), text });
    },
  },
  {
    name: 'a frame without end, and a goodbye in words that nobody knows',
    go: async (stage) => {
      const { sockets } = stage.fleet.slack;
      const word = stage.canaries.word('socket: a frame without end');
      await stage.logs(async () => sockets.sendRaw(word.repeat(100_000)), { event: 'slack.socket-failed' });
      await connected(stage);
      const [before] = sockets.open();
      sockets.sendRaw(JSON.stringify({ type: 'disconnect', reason: stage.canaries.word('socket: a goodbye') }));
      await until(() => sockets.open().some((id) => id !== before), 90_000);
      sockets.cut(before);
      await connected(stage);
    },
  },
  {
    name: 'an address that is not Slack’s, or a refusal in words',
    go: async (stage) => {
      const { sockets } = stage.fleet.slack;
      const word = stage.canaries.word('socket: the address of a connection');
      const foreign = JSON.stringify({ ok: true, url: `wss://${word}.example/link/?ticket=${word}` });
      const refusal = JSON.stringify({ ok: false, error: word.toLowerCase() });
      const given = [
        stage.lay({ ...OPEN, status: 200, body: foreign }),
        stage.lay({ ...OPEN, status: 500, reason: word, body: word }),
        stage.lay({ ...OPEN, status: 200, body: `{"ok":true,"url":"${word}` }),
        // Last, for after a code that nobody knows it is waited for a minute.
        stage.lay({ ...OPEN, status: 200, body: refusal }),
      ];
      // What stood for ten seconds is asked for again at once.
      await new Promise((resolve) => setTimeout(resolve, 10_500));
      await stage.logs(
        async () => {
          sockets.cut();
          for (const each of given) await each();
        },
        { event: 'slack.socket-refused', code: 'host_not_allowed' },
      );
      await connected(stage);
    },
  },
  {
    name: 'the ticket of a connection that is refused',
    go: async (stage) => {
      const { sockets } = stage.fleet.slack;
      const ticket = stage.canaries.word('socket: the ticket of an address');
      const url = `${stage.fleet.base.replace('http', 'ws')}/standin/slack/socket?ticket=${ticket}`;
      const asked = stage.lay({ ...OPEN, status: 200, body: JSON.stringify({ ok: true, url }) });
      await stage.logs(
        async () => {
          sockets.cut();
          await asked();
        },
        { event: 'slack.socket-failed' },
      );
      await connected(stage);
    },
  },
];
