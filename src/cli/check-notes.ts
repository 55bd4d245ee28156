/** What each promise rests on in this set-up, said plainly (promise 10). */
import { type Config, LOOPBACK } from '../config.ts';
import { signInNotes } from './check-identity.ts';
import { slackNotes } from './check-slack.ts';
import { teamsNotes } from './check-teams.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

const KEPT: Readonly<Record<Config['store']['kind'], string>> = {
  sqlite:
    'An accepted question survives a power cut as far as the disk keeps what it acknowledged: the store is written with fsync.',
  redis:
    'An accepted question survives a power cut only where Redis runs with appendonly yes and appendfsync always; with everysec the last second may be lost. Sotto warns at start where it can tell. What was settled stays in the append-only file, sealed, until Redis rewrites it.',
};

const hoursOf = (config: Config | null): string => {
  const hours = Math.round((config?.transcriptMs ?? DAY_MS) / HOUR_MS);
  return hours === 1 ? 'one hour' : `${hours} hours`;
};

const backupNote = ({ backups }: Pick<Config, 'backups'>): string =>
  backups.places.length === 0
    ? 'No backups are made (SOTTO_BACKUP_TO): with the disk go what HR restricts, and the record of which answers must still leave, which then stay in the chat.'
    : `With the disk goes what came after the last backup: an answer of the last ${backups.everyMs / HOUR_MS} h stays in the chat. What HR restricts is backed up within seconds. The newest backup in each place opens with the data key of today alone: keep that apart from them.`;

const auditNote = ({ auditSinks: { copy } }: Pick<Config, 'auditSinks'>): string => {
  if (copy === null)
    return 'The audit log lies on the disk of SOTTO_DATA alone (SOTTO_AUDIT_COPY): while that takes no entries nothing is answered.';
  return copy.kind === 'syslog'
    ? 'The second copy of the audit log goes by syslog, which never confirms: while the disk takes no entries nothing is answered.'
    : 'While the disk takes no entries of the audit log its second copy in Azure stands in. That nobody changes what is there rests on the retention policy of the container: it must be locked, and let append blobs grow.';
};

/** `config`: null where there are no settings, or not all that are needed. */
export const notesOf = (config: Config | null): readonly string[] => {
  const { store, slack, teams, directory, vault } = config ?? {};
  return [
    KEPT[store?.kind ?? 'sqlite'],
    `What a conversation remembers (verdicts and intents, no words) is shredded ${hoursOf(config)} after its first turn, however long the talk goes on (SOTTO_TRANSCRIPT_HOURS), unless a legal hold keeps it.`,
    ...(teams === null ? [] : teamsNotes(teams, config)),
    ...(slack === null ? [] : slackNotes(slack, config)),
    ...(slack?.oauth == null
      ? []
      : [
          'Slack’s tokens lie in the store, sealed, and in no backup: after a restore somebody opens /slack/install once for each workspace, and until then nothing leaves there.',
          ...(slack.oauth.rotate
            ? [
                'Tokens that do not end are exchanged for such that end after twelve hours (SLACK_TOKEN_ROTATION), which nobody can take back for an app. A process that dies between Slack’s answer and the store, or a Redis that loses its last second in that moment, costs the installation: it has then to be made once more.',
              ]
            : []),
        ]),
    ...signInNotes(config),
    'People’s own questions stay in the chat: no bot may delete them.',
    ...(directory?.kind === 'entra'
      ? [
          'Who left a group or the company loses what it gave within five minutes. While Graph is away nothing sensitive is answered, and the rest for four hours at most.',
        ]
      : []),
    ...(directory?.kind === 'slack-groups' ? slackDirectoryNotes(directory) : []),
    ...(vault?.kind === 'key-vault'
      ? [
          'A secret that was replaced or disabled in Key Vault counts within a minute. While the vault is away the last good ones serve.',
        ]
      : []),
    ...(config === null ? [] : [...wayNotes(config), backupNote(config), auditNote(config)]),
  ];
};

/** What rests on Slack alone, where nothing else knows people. */
const slackDirectoryNotes = ({
  adminsOnly,
}: Extract<Config['directory'], { kind: 'slack-groups' }>): readonly string[] => [
  'Who left a user group or the company loses what it gave at once where Slack tells of it, else within five minutes. While Slack is away nothing sensitive is answered, and the rest for four hours at most.',
  adminsOnly
    ? 'That only admins change Slack’s user groups rests on your word (SOTTO_SLACK_GROUPS_CHANGED_BY): whoever else can makes themselves an operator, HR or payroll.'
    : 'Members may change Slack’s user groups, so nobody is an operator or of HR by one. What a group takes away they can take off themselves too: whoever leaves "contractor" is an employee, and whoever leaves a group that a restriction names is not restricted. Where that matters let only admins change them (SOTTO_SLACK_GROUPS_CHANGED_BY).',
];

/** Where somebody else's network could be listened to, since it was declared to be closed. */
export const wayNotes = ({ host, tls, store }: Pick<Config, 'host' | 'tls' | 'store'>): readonly string[] => [
  ...(tls === null && !LOOPBACK.includes(host)
    ? [
        'What passes between the proxy and Sotto is plain http (SOTTO_BEHIND_PROXY), so whoever is on that network reads questions and answers. A certificate closes that (SOTTO_TLS_CERT, SOTTO_TLS_KEY).',
      ]
    : []),
  ...(store.kind === 'redis' &&
  new URL(store.url).protocol === 'redis:' &&
  !LOOPBACK.includes(new URL(store.url).hostname)
    ? [
        'What passes between Sotto and Redis is not encrypted (SOTTO_REDIS_PLAIN), so whoever is on that network reads ids and times, and can change what is kept. TLS closes that (rediss://).',
      ]
    : []),
];

const noGroup = (kind: Config['directory']['kind'] = 'entra'): string =>
  `No ${kind === 'slack-groups' ? 'user group of Slack' : 'group of Entra'}`;

const groupsSetting = (kind: Config['directory']['kind'] = 'entra'): string =>
  kind === 'slack-groups' ? 'SOTTO_SLACK_GROUPS' : 'SOTTO_ENTRA_GROUPS';

/** Of a group that rules name. */
export const unmappedNote = (name: string, kind: Config['directory']['kind'] | undefined): string =>
  `${noGroup(kind)} stands for "${name}" (${groupsSetting(kind)}), so every rule that names it holds for nobody, forbids included.`;

/** Who restricts what may be asked in this set-up, where that is nobody or too few. `count`, `unmapped` as below. */
export const hrNotes = (o: {
  readonly group: string;
  readonly count: number | null;
  readonly unmapped: boolean;
  /** Of the directory; absent: Entra. */
  readonly kind?: Config['directory']['kind'] | undefined;
}): readonly string[] => {
  const named = `"${o.group}" (SOTTO_HR)`;
  const nobody =
    'so nobody can restrict anything from a chat, and nothing that was restricted can be lifted: that takes two of them.';
  if (o.unmapped) return [`No group of Entra stands for ${named} in SOTTO_ENTRA_GROUPS, ${nobody}`];
  if (o.count === 0) return [`Nobody in the directory file is an employee in the group ${named}, ${nobody}`];
  return o.count === 1
    ? [
        `Only one employee in the directory file is in the group ${named}. Lifting or weakening a restriction needs two, and so does a pack that permits more.`,
      ]
    : [];
};

/** Who may confirm orders in this set-up, where that is nobody or too few. `count`: employees of the group; null: it cannot be counted here. */
export const operatorNotes = (o: {
  readonly group: string;
  readonly count: number | null;
  readonly unmapped: boolean;
  /** Of the directory; absent: Entra. */
  readonly kind?: Config['directory']['kind'] | undefined;
}): readonly string[] => {
  const named = `"${o.group}" (SOTTO_OPERATORS)`;
  if (o.unmapped)
    return [
      `No group of Entra stands for ${named} in SOTTO_ENTRA_GROUPS, so nobody can confirm an order: neither a pause nor a hold can be given.`,
    ];
  if (o.count === 0)
    return [
      `Nobody in the directory file is an employee in the group ${named}, so nobody can confirm an order: neither a pause nor a hold can be given.`,
    ];
  return o.count === 1
    ? [`Only one employee in the directory file is in the group ${named}. Lifting a hold needs two.`]
    : [];
};
