import { GENERAL } from '../../../playground/teams/conversations.ts';
import { readableTeams } from '../../../playground/teams/readable.ts';
import { platformContract } from '../../contracts/platform.ts';
import { EVAN, openOutward, TENANT } from './outward.ts';

const VERBS = {
  post: 'activity.create',
  update: 'activity.update',
  remove: 'activity.delete',
  whisper: 'activity.create',
} as const;
const HOW = {
  limited: '429',
  'lost-after': '502-after',
  'lost-before': 'reset',
  refused: 'BotNotInConversationRoster',
} as const;

platformContract('Teams', async () => {
  const bench = await openOutward();
  const { standIn, direct } = bench;
  const ours = () => standIn.history({ user: EVAN }).filter(({ bot }) => bot === standIn.botUserId);
  return {
    platform: bench.platform,
    known: { tenant: TENANT, user: EVAN, channel: direct },
    unknown: { tenant: TENANT, user: EVAN, channel: null },
    channel: GENERAL,
    read: (ref) => {
      const message = ours().find(({ channel, ts }) => channel === ref.channel && ts === ref.id);
      return message === undefined ? null : JSON.stringify(readableTeams(message));
    },
    standing: () => ours().filter(({ channel }) => channel === direct).length,
    whispered: () => ours().flatMap((message) => (message.channel === GENERAL ? [readableTeams(message).text] : [])),
    pinged: () => ours().flatMap(({ pings }) => pings),
    failNext: (verb, how) => standIn.fail({ verb: VERBS[verb], how: HOW[how] }),
    close: () => bench.close(),
  };
});
