/** What Slack sends to an address before it sends anything that somebody did. */
import { randomBytes } from 'node:crypto';
import { fieldsIn } from '../../src/adapters/bounded/fields.ts';
import type { Sender } from './sender.ts';
import type { SlackStandIn } from './types.ts';

/** Long replaced by signatures; still sent. */
const OLD_TOKEN = 'legacy-and-ignored';

export const createProbes = ({ once }: Pick<Sender, 'once'>): Pick<SlackStandIn, 'verifyUrl' | 'checkSsl'> => ({
  verifyUrl: async () => {
    const challenge = randomBytes(26).toString('hex');
    const sent = JSON.stringify({ token: OLD_TOKEN, challenge, type: 'url_verification' });
    const { status, body } = await once({ body: sent });
    return status === 200 && (body === challenge || fieldsIn(body)?.['challenge'] === challenge);
  },
  checkSsl: async () => {
    const body = new URLSearchParams({ ssl_check: '1', token: OLD_TOKEN }).toString();
    return (await once({ body, contentType: 'application/x-www-form-urlencoded' })).status;
  },
});
