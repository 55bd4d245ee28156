/** Which promise rests on which of Slack's settings, said plainly (promise 10). Where they are changed: docs/install-slack.md. */
import type { Config, SlackConfig } from '../config.ts';

/** `slack`: undefined where there are no settings yet. */
export const slackNotes = (
  slack: SlackConfig | undefined,
  config: Pick<Config, 'publicUrl'> | null,
): readonly string[] => [
  'Removing an answer takes it off the screen in Slack. What Slack itself retains, exports or holds is set in the workspace (message retention, Discovery, legal holds), not here, and no bot can see that it is held.',
  'That an answer is filled in, and blanked where Slack will not delete it, rests on "Message Editing" in the workspace’s settings: messages must stay editable for as long as answers stand.',
  'That nothing sensitive is in a notification rests on nothing but us: it shows the placeholder, and once shown it is nobody’s to take back.',
  'Slack proves an account and no strong sign-in: what a rule asks a recent sign-in for is answered only where people can sign in elsewhere.',
  ...(slack === undefined ? [] : [...teamNotes(slack), ...wayNotes(slack, config), ...tokenNotes(slack)]),
];

const teamNotes = ({ teamIds, emailVerifiedTeams }: SlackConfig): readonly string[] => {
  const organisations = teamIds.filter((id) => id.startsWith('E'));
  return [
    ...(organisations.length === 0
      ? []
      : [
          `${organisations.join(', ')} in SLACK_TEAM_IDS ${organisations.length === 1 ? 'stands' : 'stand'} for every workspace of that organisation, also for those that are added later. Who may ask what there, the directory says all the same.`,
        ]),
    ...(emailVerifiedTeams.length === 0
      ? []
      : [
          `Who somebody in ${emailVerifiedTeams.join(', ')} is in Entra, or whose a sign-in is where Slack alone knows people, rests on their e-mail address there (SLACK_EMAIL_VERIFIED_TEAMS): single sign-on must set it, and nobody be able to change their own.`,
        ]),
  ];
};

const wayNotes = ({ mode }: SlackConfig, config: Pick<Config, 'publicUrl'> | null): readonly string[] => {
  if (mode === 'socket')
    return [
      'Nothing that comes from Slack is signed (SLACK_MODE=socket): it is believed because the connection leads to Slack and was opened by slack-app-token. Whoever else has that token is given a share of what people ask. An app in Socket Mode cannot be listed in Slack’s Marketplace. SLACK_MODE=http gives up neither, and needs a public address.',
    ];
  return config?.publicUrl === null
    ? [
        'Whether what Slack sends reaches this machine cannot be tried from here (SOTTO_PUBLIC_URL is not set). Slack says so under Event Subscriptions.',
      ]
    : [];
};

const tokenNotes = ({ oauth }: SlackConfig): readonly string[] => {
  if (oauth === null)
    return [
      'The bot’s token does not end by itself: whoever copies it writes in the bot’s name, and reads what people wrote to it, until it is replaced at Slack.',
    ];
  return [
    'The bot’s tokens lie sealed in the store: without the data key they open for nobody, and without the store the app must be installed again.',
    ...(oauth.rotate
      ? [
          'Tokens end after twelve hours (SLACK_TOKEN_ROTATION), so a store that is put back from a backup may hold only such as have been renewed since: then the app must be installed again. Slack lets nobody switch that off for an app.',
        ]
      : []),
  ];
};
