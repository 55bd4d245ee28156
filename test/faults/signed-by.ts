/** How Sotto answers to what is signed by a secret, by an event that is nobody's question. */
import type { Fleet } from '../support/fleet.ts';

/** The http status. `user`: anybody of the workspace. */
export const signedBy = async (fleet: Fleet, user: string | undefined, secret: string): Promise<number> => {
  const body = JSON.stringify(
    fleet.slack.envelope({
      type: 'message',
      channel: 'D0NOBODY000',
      channel_type: 'im',
      user,
      text: 'hello',
      ts: '1.000001',
      subtype: 'bot_message',
    }),
  );
  return (await fleet.slack.deliverRaw({ body, contentType: 'application/json', secret })).status;
};
