/** A Slack adapter that hears over sockets. */
import { afterEach } from '@jest/globals';
import type { SlackOptions } from '../../../src/adapters/slack/slack.ts';
import type { SocketMode } from '../../../src/adapters/slack/socket.ts';
import { APP_TOKEN, messageEvent, openSlack, type SlackBench } from './support.ts';

/** Opens one that is closed when the test is over; called once a suite. */
export const openSockets = () => {
  const benches: SlackBench[] = [];
  afterEach(async () => {
    for (const bench of benches.splice(0)) await bench.close();
  });
  return async (o: Parameters<typeof openSlack>[0] = {}): Promise<SlackBench> => {
    const bench = await openSlack({ via: 'socket', ...o });
    benches.push(bench);
    return bench;
  };
};

export const socketOf = ({ slack }: SlackBench): SocketMode => {
  if (slack.socket === null) throw new Error('events come by http');
  return slack.socket;
};

/** An event as Slack sends it. */
export const body = (bench: SlackBench, ts = '1771442483.260129'): string =>
  JSON.stringify(bench.standIn.envelope(messageEvent({ ts, event_ts: ts })));

/** How many addresses Slack gave. */
export const opened = ({ standIn }: SlackBench): number =>
  standIn.requests().filter(({ method, ok }) => method === 'apps.connections.open' && ok).length;

export const never = () => new Promise<never>(() => undefined);

export const way = (
  over: Partial<Extract<SlackOptions['events'], { via: 'socket' }>>,
): Pick<SlackOptions, 'events'> => ({
  events: {
    via: 'socket',
    appToken: async () => ({ current: APP_TOKEN, accepted: [APP_TOKEN] }),
    random: { fraction: () => 0 },
    ...over,
  },
});
