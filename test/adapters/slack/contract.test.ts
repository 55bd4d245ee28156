import { BOT_ID } from '../../../playground/slack/workspace.ts';
import { platformContract } from '../../contracts/platform.ts';
import { EVAN, openSlack, TEAM } from './support.ts';

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
    close: () => bench.close(),
  };
});
