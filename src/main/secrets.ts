/** Where the secrets come from, which ones there must be, and what each must be like. */
import { readKeys } from '../adapters/audit-log/keys.ts';
import { certificateEnd } from '../adapters/bounded/certificate.ts';
import { createSealer } from '../adapters/sealer/sealer.ts';
import type { SlackConfig, SlackMode, TeamsCredential } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import type { Secret, Secrets } from '../core/ports.ts';

/** By how events come in: what proves them. */
const SLACK_SECRETS: Readonly<Record<SlackMode, string>> = {
  http: 'slack-signing-secret',
  socket: 'slack-app-token',
};

/** What the settings of Slack need: what proves events, and by which the bot speaks, or is given that at an installation. */
export type SlackNeeds = Pick<SlackConfig, 'mode' | 'oauth'>;

/** The names of the secrets that there must be. */
export const neededSecrets = (o: {
  /** Null: it is off. */
  readonly slack: SlackNeeds | null;
  /** How Teams proves itself; null: it is off. */
  readonly teams: TeamsCredential | null;
}): readonly string[] => [
  'data-key',
  'audit-signing-key',
  ...(o.slack === null
    ? []
    : [SLACK_SECRETS[o.slack.mode], o.slack.oauth === null ? 'slack-bot-token' : 'slack-client-secret']),
  ...(o.teams === 'password' ? ['teams-app-password'] : []),
  ...(o.teams === 'certificate' ? ['teams-app-certificate'] : []),
];

/** Of 32 random bytes about 30 differ; that fewer than these do happens to nobody. */
const LEAST_BYTES = 12;

/** Whether this data key looks made up rather than drawn: hardly any two of its bytes differ. */
export const looksMadeUp = ({ current }: Secret): boolean => new Set(Buffer.from(current, 'base64')).size < LEAST_BYTES;

/** What a secret must be beyond being there; each refuses with code `settings`. */
const CHECKS: Readonly<Record<string, (secret: Secret) => unknown>> = {
  'data-key': (dataKey) => {
    createSealer({ dataKey });
    if (Buffer.from(dataKey.current, 'base64').some((byte) => byte !== 0)) return;
    throw new SottoError(
      'settings',
      'The secret data-key is nothing but zeros, so anybody could open what is sealed. Make one with "openssl rand -base64 32" and put it in the vault under that name.',
    );
  },
  'audit-signing-key': readKeys,
  'slack-signing-secret': ({ current }) => {
    if (current.length >= 16) return;
    throw new SottoError(
      'settings',
      'The secret slack-signing-secret is too short to be one, so anybody could guess it and pass for Slack: copy the signing secret from Slack’s page of the app.',
    );
  },
  'slack-app-token': ({ current }) => {
    if (/^xapp-[\w-]{8,}$/.test(current)) return;
    throw new SottoError(
      'settings',
      'The secret slack-app-token is no app-level token (xapp-…), so no connection to Slack could be opened: make one with the scope connections:write on Slack’s page of the app, under Basic Information, App-Level Tokens.',
    );
  },
  'slack-client-secret': ({ current }) => {
    if (current.length >= 16) return;
    throw new SottoError(
      'settings',
      'The secret slack-client-secret is too short to be one, so nobody could install the app: copy the client secret from Slack’s page of the app, Basic Information.',
    );
  },
  'slack-bot-token': ({ current }) => {
    if (!/^(?:(?:xoxe\.)?xox(?!b)[a-z]-|xapp-)/.test(current)) return;
    throw new SottoError(
      'settings',
      'The secret slack-bot-token is no token of a bot (xoxb-…): with a person’s own Sotto would act in their name. Copy the Bot User OAuth Token from Slack’s page of the app, under OAuth & Permissions.',
    );
  },
  'teams-app-certificate': ({ current }) => {
    if (certificateEnd(current) !== null) return;
    throw new SottoError(
      'settings',
      'The secret teams-app-certificate is not a certificate with its own RSA private key, not encrypted, in PEM: make one, put its public half into the bot’s app registration in Entra and both halves into the vault.',
    );
  },
  'teams-app-password': ({ current }) => {
    if (current.length >= 16) return;
    throw new SottoError(
      'settings',
      'The secret teams-app-password is too short to be one, so anybody could guess it and pass for the bot: make a client secret for the bot’s app registration in Entra and copy its value.',
    );
  },
};

/** Every secret that is missing or cannot be what it should, each as a sentence; empty: all is well. */
export const missingSecrets = async (secrets: Secrets, names: readonly string[]): Promise<readonly string[]> => {
  const findings = await Promise.all(
    names.map((name) =>
      secrets
        .get(name)
        .then((secret) => CHECKS[name]?.(secret))
        .then(
          () => [],
          (error: unknown) => [error instanceof Error ? error.message : String(error)],
        ),
    ),
  );
  // A vault that does not answer says the same for each.
  return [...new Set(findings.flat())];
};
