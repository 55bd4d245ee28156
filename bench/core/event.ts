/** An event as Slack sends it: signed, fresh, of a private chat. */
import { createHmac } from 'node:crypto';

export const TEAM = 'T0SOTTO000';
export const APP = 'A0SOTTO000';

export interface Request {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const slackEvent = (o: {
  readonly secret: string;
  readonly user: string;
  readonly channel: string;
  readonly text: string;
  /** Unique for each event. */
  readonly n: number;
}): Request => {
  const { secret, user, channel, text, n } = o;
  const second = Math.floor(Date.now() / 1_000);
  const ts = `${second}.${String(n % 1e6).padStart(6, '0')}`;
  const body = JSON.stringify({
    team_id: TEAM,
    api_app_id: APP,
    type: 'event_callback',
    event_id: `Ev${n}`,
    event_time: second,
    authorizations: [
      { enterprise_id: null, team_id: TEAM, user_id: 'U0SOTTOBOT', is_bot: true, is_enterprise_install: false },
    ],
    event: { type: 'message', channel_type: 'im', user, text, ts, event_ts: ts, team: TEAM, channel },
  });
  const signature = createHmac('sha256', secret).update(`v0:${second}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': `${Buffer.byteLength(body)}`,
      'x-slack-request-timestamp': `${second}`,
      'x-slack-signature': `v0=${signature}`,
    },
  };
};
