import { readableForm } from '../../../playground/slack/readable-form.ts';
import { BOT_ID } from '../../../playground/slack/workspace.ts';
import type { Changed } from '../../../src/core/ports.ts';
import { FORM_ACTION, type Form, type Submit } from '../../../src/core/types.ts';
import { type AskedForm, platformContract } from '../../contracts/platform.ts';
import { EVAN, openSlack, type SlackBench, TEAM } from './support.ts';

const METHODS = {
  post: 'chat.postMessage',
  update: 'chat.update',
  remove: 'chat.delete',
  whisper: 'chat.postEphemeral',
} as const;
const HOW = {
  limited: '429',
  'lost-after': '500-after',
  'lost-before': 'reset',
  refused: 'channel_not_found',
} as const;
const DIRECT = 'D0EVAN0000';

platformContract('Slack', async () => {
  const bench = await openSlack();
  const { slack, standIn } = bench;
  const ours = () => standIn.history({ user: EVAN }).filter(({ bot }) => bot === BOT_ID);
  const asking: SlackBench[] = [];
  return {
    platform: slack.platform,
    known: { tenant: TEAM, user: EVAN, channel: DIRECT },
    unknown: { tenant: TEAM, user: EVAN, channel: null },
    channel: 'C0GENERAL0',
    read: (ref) => {
      const message = ours().find(({ channel, ts }) => channel === ref.channel && ts === ref.id);
      return message === undefined ? null : JSON.stringify(message);
    },
    standing: () => ours().filter(({ channel }) => channel === DIRECT).length,
    whispered: () => ours().flatMap(({ ephemeralFor, text }) => (ephemeralFor === EVAN ? [text] : [])),
    pinged: () => ours().flatMap(({ pings }) => pings),
    failNext: (verb, how) => standIn.fail({ method: METHODS[verb], how: HOW[how] }),
    asides: {
      read: () => ours().flatMap(({ ephemeralFor, text }) => (ephemeralFor === EVAN ? [text] : [])),
      fail: (how) => standIn.fail({ method: 'chat.postEphemeral', how: HOW[how] }),
    },
    ask: (form, then) => ask({ form, then: then ?? form, asking }),
    home: {
      read: () => JSON.stringify(standIn.home(EVAN)?.blocks ?? null),
      press: async ({ action, value }) => {
        await standIn.pressHome({ user: EVAN, actionId: action, value });
        const pressed = bench.accepted.at(-1);
        return pressed?.kind === 'press' ? pressed : null;
      },
    },
    close: async () => {
      for (const each of asking) await each.close();
      await bench.close();
    },
  };
});

/** A form that the core asks after a press, on a bench of its own. */
const ask = async (o: {
  readonly form: Form;
  readonly then: Form;
  readonly asking: SlackBench[];
}): Promise<AskedForm> => {
  const answered = Promise.withResolvers<Changed>();
  const got: Submit[] = [];
  const bench = await openSlack({
    adapter: {
      open: async (_press, view) => answered.resolve(await view.ask(o.form)),
      submit: async (submit, view) => {
        got.push(submit);
        await view.ask(o.then);
      },
    },
  });
  o.asking.push(bench);
  const { slack, standIn } = bench;
  const button = { action: FORM_ACTION, label: 'Ask', value: 'sealed' };
  const to = { tenant: TEAM, user: EVAN, channel: DIRECT };
  const card = { text: 'Restrictions', note: null, buttons: [button], fallback: null };
  const posted = await slack.platform.post({ to, card, key: 'k' });
  if (!posted.ok) throw new Error(posted.code);
  await standIn.press({ user: EVAN, channel: DIRECT, ts: posted.ref.id, actionId: FORM_ACTION, value: 'sealed' });
  const standing = () => standIn.views({ user: EVAN }).at(-1);
  return {
    asked: await answered.promise,
    read: () => {
      const view = standing();
      return view === undefined ? null : JSON.stringify(readableForm(view) ?? view.blocks);
    },
    send: async (values) => {
      const view = standing();
      if (view === undefined) return null;
      const before = got.length;
      await standIn.submitView({ user: EVAN, id: view.id, values });
      return got[before] ?? null;
    },
  };
};
