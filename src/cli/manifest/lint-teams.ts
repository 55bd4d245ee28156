/**
 * What Microsoft's schema lets pass and Teams, or good sense, do not (facts: Teams section 10, requirement 25): plain http,
 * domains of everybody, ids that do not agree, permissions to hear everything; and what lies beside the manifest.
 */

import { safely } from '../../core/safely.ts';
import { lintShape, lintTexts, readJson } from './lint.ts';
import { lintTeamsFiles } from './lint-teams-files.ts';
import type { TeamsPackage } from './teams.ts';
import { type TeamsManifest, teamsShape } from './teams-shape.ts';

/** Where anybody may have a name: a wildcard there is as good as none. Ends of two parts; those of one are seen by themselves. */
const ANYBODYS: readonly string[] = [
  'azurewebsites.net',
  'cloudapp.net',
  'co.uk',
  'com.au',
  'github.io',
  'herokuapp.com',
  'ngrok.app',
  'ngrok.io',
  'sharepoint.com',
  'trycloudflare.com',
  'web.app',
];

/** Sentences; none: the package may be given to Teams. */
export const lintTeamsManifest = (files: TeamsPackage): readonly string[] => {
  const bytes = files.get('manifest.json');
  if (bytes === undefined) return ['manifest.json is missing from the package. Put it at its root.'];
  const read = readJson('manifest.json', bytes);
  if ('finding' in read) return [read.finding];
  const texts = lintTexts(read.value);
  const parsed = safely(teamsShape, read.value);
  if (!parsed.success) return [...texts, ...lintShape(parsed.error)];
  return [
    ...texts,
    ...lintIds(parsed.data),
    ...lintBot(parsed.data),
    ...lintSlash(parsed.data),
    ...lintExtension(parsed.data),
    ...lintDeveloper(parsed.data),
    ...parsed.data.validDomains.flatMap(lintDomain),
    ...lintTeamsFiles(files, parsed.data),
  ];
};

const lintIds = ({ $schema, manifestVersion, id, bots, webApplicationInfo: sso }: TeamsManifest): readonly string[] => {
  const bot = bots[0]?.botId ?? '';
  const resource = `api://botid-${bot}`;
  return [
    ...($schema.endsWith(`/teams/v${manifestVersion}/MicrosoftTeams.schema.json`)
      ? []
      : [`$schema is not the one of manifestVersion "${manifestVersion}". Let both name the same version.`]),
    ...(/^[0-]+$/.test(id) ? ['id is all zeros, which is nobody’s. Set it to the bot’s application id.'] : []),
    ...(sso.id.toLowerCase() === bot.toLowerCase()
      ? []
      : [
          `webApplicationInfo.id is "${sso.id}" and the bot’s id "${bot}": people would sign in to another app. Make them one.`,
        ]),
    ...(sso.resource.toLowerCase() === resource.toLowerCase()
      ? []
      : [
          `webApplicationInfo.resource is "${sso.resource}", and Teams asks for tokens of a bot at "${resource}". Set it to that, and the Application ID URI in Entra too.`,
        ]),
  ];
};

const lintBot = ({ bots, authorization }: TeamsManifest): readonly string[] => {
  const [bot] = bots;
  if (bot === undefined) return [];
  const listed = bot.commandLists.flatMap(({ scopes }) => scopes);
  return [
    ...(bot.scopes.includes('personal')
      ? []
      : ['bots[0].scopes lacks "personal", and confidences are answered in private. Add it.']),
    ...listed
      .filter((scope, at) => listed.indexOf(scope) !== at)
      .map((scope) => `bots[0].commandLists has two lists for "${scope}", and Teams shows one. Make them one.`),
    ...[...new Set(listed)]
      .filter((scope) => !bot.scopes.includes(scope))
      .map((scope) => `bots[0].commandLists has a list for "${scope}", where the bot is not. Take it away.`),
    ...(authorization?.permissions?.resourceSpecific ?? []).map(
      ({ name }) =>
        `authorization.permissions.resourceSpecific asks for "${name}", and Sotto needs none: with some of them it would receive everything that is said. Take it away.`,
    ),
  ];
};

/** The first schema that knows a slash, and messages that one person alone sees. */
const FIRST_WITH_SLASH = 29;

/** What stands behind a slash comes as a message that one person alone sees, which the bot must be told to expect. */
const lintSlash = ({ manifestVersion, bots, composeExtensions }: TeamsManifest): readonly string[] => {
  const [bot] = bots;
  const early = Number(/^1\.([0-9]{1,3})$/.exec(manifestVersion)?.[1] ?? FIRST_WITH_SLASH) < FIRST_WITH_SLASH;
  const targeted = bot?.supportsTargetedMessages === true;
  const lists = (bot?.commandLists ?? []).flatMap(({ triggers }, at) => (triggers.includes('slash') ? [at] : []));
  const commands = composeExtensions.flatMap((extension) => extension.commands.map(({ triggers }) => triggers));
  const slash = lists.length > 0 || commands.some((triggers) => triggers.includes('slash'));
  return [
    ...(early && (targeted || slash)
      ? [
          `manifestVersion is "${manifestVersion}", and nothing stands behind a slash there. Make it 1.${FIRST_WITH_SLASH} or later, or take supportsTargetedMessages and "slash" away.`,
        ]
      : []),
    ...(targeted
      ? []
      : lists.map(
          (at) =>
            `bots[0].commandLists[${at}] stands behind a slash, and the bot does not take such messages. Set bots[0].supportsTargetedMessages, or take "slash" away.`,
        )),
  ];
};

/** The extension asks in a window, so that nothing that is typed stands in a chat or goes to a search. */
const lintExtension = ({ bots, composeExtensions }: TeamsManifest): readonly string[] =>
  composeExtensions.flatMap(({ botId, commands, messageHandlers }) => [
    ...(botId.toLowerCase() === bots[0]?.botId.toLowerCase()
      ? []
      : [`composeExtensions[0].botId is "${botId}", which is another bot than bots[0]. Make them one.`]),
    ...(messageHandlers.length === 0
      ? []
      : ['composeExtensions[0].messageHandlers would send Sotto what people write without asking it. Take them away.']),
    ...commands.flatMap(({ id, type, fetchTask, parameters }, at) =>
      type === 'action' && fetchTask && parameters.length === 0
        ? []
        : [
            `composeExtensions[0].commands[${at}] ("${id}") does not open a window of Sotto’s, so what is typed would go elsewhere first. Make it an action with fetchTask and without parameters.`,
          ],
    ),
    ...commands
      .map(({ id }) => id)
      .filter((id, at, ids) => ids.indexOf(id) !== at)
      .map((id) => `composeExtensions[0] has two commands "${id}". Name each once.`),
  ]);

/** Whoever looks the app up in Teams opens these. The schema takes whatever text. */
const lintDeveloper = ({ developer }: TeamsManifest): readonly string[] =>
  (['websiteUrl', 'privacyUrl', 'termsOfUseUrl'] as const).flatMap((key) =>
    /^https:\/\/[^\s/]+\.[^\s/]/i.test(developer[key]) || /^http:/i.test(developer[key])
      ? []
      : [`developer.${key} is "${developer[key]}", which is no https address. Write one that people can open.`],
  );

const lintDomain = (domain: string, at: number): readonly string[] => {
  const path = `validDomains[${at}]`;
  if (/[^a-z0-9.*-]/i.test(domain))
    return [`${path} is "${domain}", and a domain has no scheme, port or path. Write the host alone.`];
  const [first, ...rest] = domain.toLowerCase().split('.');
  if (rest.some((label) => label.includes('*')) || (first?.includes('*') === true && first !== '*'))
    return [`${path} is "${domain}", and a star stands for the whole first part only. Write the host in full.`];
  if (first === '*' && (rest.length < 2 || ANYBODYS.includes(rest.join('.'))))
    return [
      `${path} is "${domain}", where anybody may have a name and be trusted as Sotto is. Write the host in full.`,
    ];
  if (first !== '*' && rest.length === 0)
    return [`${path} is "${domain}", which is no host on the internet. Write the host in full.`];
  return [];
};
