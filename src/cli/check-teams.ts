/** Which promise rests on which setting of Teams, Azure and Entra, said plainly (promise 10). Where they are changed: docs/install-teams.md. */
import type { Config, TeamsConfig } from '../config.ts';

/** `teams`: undefined where there are no settings yet. */
export const teamsNotes = (
  teams: TeamsConfig | undefined,
  config: Pick<Config, 'publicUrl'> | null,
): readonly string[] => [
  'Removing an answer takes it off the screen in Teams. Copies that retention, a legal hold or a phone keeps are not ours to remove, and an open dialog stays until it is closed.',
  'That nothing sensitive is in a notification on a phone or in Teams’ activity rests on nothing but us: it shows the placeholder, and once shown it is nobody’s to take back.',
  'Whoever has the app blocked, or is in a chat that the bot was taken out of, keeps what stands there: Teams lets the bot remove nothing any more. Removals that are refused are on record.',
  'Teams proves an account and no strong sign-in by itself: for what a rule asks a recent sign-in for, people sign in at your OpenID provider.',
  ...(teams === undefined
    ? []
    : [
        ...tenantNotes(teams),
        ...CREDENTIALS[teams.credential],
        ...signInNotes(teams),
        ...targetedNotes(teams),
        ...wayNotes(config),
      ]),
];

const tenantNotes = ({ tenantIds }: TeamsConfig): readonly string[] => {
  const [own, ...others] = tenantIds;
  return others.length === 0
    ? []
    : [
        `${others.join(', ')} in TEAMS_TENANT_IDS ${others.length === 1 ? 'is a tenant' : 'are tenants'} beside the bot’s own (${own ?? ''}): people there may write to it wherever the app is installed. Who may ask what, the directory says all the same.`,
      ];
};

const CREDENTIALS: { readonly [C in TeamsConfig['credential']]: readonly string[] } = {
  password: [
    'Whoever copies teams-app-password writes in the bot’s name until it is taken out of the app registration. Entra ends it after two years at most, and then nothing is answered and nothing leaves: a managed identity (TEAMS_CREDENTIAL=managed-identity) cannot be copied and does not end.',
  ],
  certificate: [
    'Whoever copies teams-app-certificate writes in the bot’s name until it is taken out of the app registration. It ends, and then nothing is answered and nothing leaves: "sotto doctor" says thirty days ahead.',
  ],
  'managed-identity': [],
};

const signInNotes = ({ oauthConnection }: TeamsConfig): readonly string[] =>
  oauthConnection === null
    ? []
    : [
        'Single sign-on (TEAMS_OAUTH_CONNECTION) says that an account and its token belong together, and no more, unless that token itself shows a strong sign-in as recent as a rule asks for. The app registration must take tokens for nobody but Teams: "Expose an API", authorised clients.',
      ];

const targetedNotes = ({ targeted }: TeamsConfig): readonly string[] =>
  targeted
    ? [
        'That an answer in a channel or group is for the asker’s eyes alone rests on Teams (TEAMS_TARGETED): it is a preview, such a message is taken away after a day by Teams and not by us, and the package must be made with --targeted ("sotto manifest teams" reads the setting).',
      ]
    : [];

const wayNotes = (config: Pick<Config, 'publicUrl'> | null): readonly string[] =>
  config?.publicUrl === null
    ? [
        'Whether what Teams sends reaches this machine cannot be tried from here (SOTTO_PUBLIC_URL is not set). In Azure, "Test in Web Chat" is refused on purpose and says nothing of it: ask in Teams itself.',
      ]
    : [];
