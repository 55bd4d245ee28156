import { codeOf, SottoError } from '../../core/errors.ts';
import type { Secret } from '../../core/ports.ts';
import { SHORTEST_SECRET } from './signature.ts';
import type { SlackOptions } from './slack.ts';

/** Each secret by its name in the vault, with what one must be; false: it could be guessed, or is of another kind. */
const CHECKS = {
  'slack-signing-secret': {
    sound: ({ current, accepted }: Secret) => [current, ...accepted].every(({ length }) => length >= SHORTEST_SECRET),
    words: `The Slack signing secret is empty or shorter than ${SHORTEST_SECRET} characters, so requests could be forged. Copy it from the app's page, Basic Information.`,
  },
  'slack-app-token': {
    sound: ({ current, accepted }: Secret) => [current, ...accepted].every((token) => /^xapp-[\w-]{8,}$/.test(token)),
    words:
      "The Slack app-level token is not one (xapp-…), so no connection could be opened. Make one on the app's page, Basic Information, App-Level Tokens, with the scope connections:write.",
  },
  'slack-client-secret': {
    sound: ({ current, accepted }: Secret) => [current, ...accepted].every(({ length }) => length >= SHORTEST_SECRET),
    words: `The Slack client secret is empty or shorter than ${SHORTEST_SECRET} characters, so it is none. Copy it from the app's page, Basic Information.`,
  },
  'slack-bot-token': {
    sound: ({ current }: Secret) => current.includes('xoxb-'),
    words:
      'The Slack bot token is not one of a bot (xoxb-…). Another kind could do more than it should: copy the Bot User OAuth Token.',
  },
} as const;

/** Slack requirement 28: whoever can guess the secret can speak for everybody. Refuses with code `settings`, and repeats no secret. */
export const checkSecrets = async ({
  events,
  botToken,
  installs,
}: Pick<SlackOptions, 'events' | 'botToken' | 'installs'>): Promise<void> => {
  const oauth = installs?.oauth ?? null;
  const needed = [
    events.via === 'http'
      ? ({ name: 'slack-signing-secret', read: events.signingSecret } as const)
      : ({ name: 'slack-app-token', read: events.appToken } as const),
    oauth === null
      ? ({ name: 'slack-bot-token', read: botToken } as const)
      : ({ name: 'slack-client-secret', read: oauth.clientSecret } as const),
  ];
  for (const { name, read } of needed) {
    const secret = await read().catch((error: unknown) => {
      throw new SottoError(
        'settings',
        `The Slack secrets cannot be read (${codeOf(error)}), so no event could be believed. Put ${needed.map((each) => each.name).join(' and ')} into the vault.`,
        { cause: error },
      );
    });
    if (!CHECKS[name].sound(secret)) throw new SottoError('settings', CHECKS[name].words);
  }
};
