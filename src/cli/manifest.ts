import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Status, Subcommand } from '../cli.ts';
import { type Environment, environment } from '../config.ts';
import { codeOf, SottoError } from '../core/errors.ts';
import { lintSlackText } from './manifest/findings.ts';
import { lintTeamsManifest } from './manifest/lint-teams.ts';
import { slackManifest } from './manifest/slack.ts';
import { readAppId, readSchema, SCHEMAS, teamsPackage, teamsVersion } from './manifest/teams.ts';
import { packageVersion, readPageUrl, readPublicUrl } from './manifest/templates.ts';
import { zipOf } from './manifest/zip.ts';

export const manifest: Subcommand = {
  summary: 'makes what an admin installs in Slack or Teams',
  help: [
    'sotto manifest slack --url https://HOST [--org] [--rotate] [--groups] [--out PATH]',
    'sotto manifest slack --socket [--org] [--groups] [--out PATH]',
    '  prints the app manifest for "Create an app from a manifest", or writes it to PATH. --socket: for Socket Mode, where Slack reaches',
    '  no address. --org: to be installed once in a whole Enterprise Grid organisation. --rotate: tokens end after twelve hours and',
    '  Sotto renews them; Slack lets nobody take that back.',
    '  --groups: Sotto may read user groups (SOTTO_DIRECTORY=slack-groups says so too).',
    'sotto manifest teams --url https://HOST --app-id ID [--targeted] [--privacy URL] [--terms URL] [--schema VERSION]',
    '  [--edition N] [--out PATH]',
    '  writes the app package, to sotto-teams.zip unless told otherwise; the same bytes for the same options and version of Sotto.',
    '  --targeted: for messages in channels and groups that one person alone sees (TEAMS_TARGETED says so too).',
    '  --privacy, --terms: your company’s pages, which Teams links to; /privacy and /terms of HOST where they are not given.',
    `  --schema: ${SCHEMAS.join(' or ')}, of Microsoft’s manifest schema; the first unless a tenant or cloud does not take it yet.`,
    '  --edition: 1 to 99, where this package replaces another one of the same version of Sotto: Teams takes only a higher version.',
    'HOST is where Slack and Teams reach Sotto (SOTTO_PUBLIC_URL where it is not given); ID the bot’s application id in',
    'Entra (TEAMS_APP_ID where it is not given). docs/install-slack.md and docs/install-teams.md go through all of it.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        'app-id': { type: 'string' },
        out: { type: 'string' },
        socket: { type: 'boolean', default: false },
        org: { type: 'boolean', default: false },
        rotate: { type: 'boolean', default: false },
        groups: { type: 'boolean', default: false },
        targeted: { type: 'boolean', default: false },
        privacy: { type: 'string' },
        terms: { type: 'string' },
        schema: { type: 'string' },
        edition: { type: 'string' },
      },
      allowPositionals: true,
      strict: true,
    });
    const [platform, ...more] = positionals;
    if ((platform !== 'slack' && platform !== 'teams') || more.length > 0)
      throw new SottoError('usage', 'Say for which: "sotto manifest slack" or "sotto manifest teams".');
    const env = environment();
    if (platform === 'slack') {
      if (values['app-id'] !== undefined)
        throw new SottoError(
          'usage',
          '--app-id is for Teams; Slack gives an app its id when you create it. Leave it out.',
        );
      for (const name of ['targeted', 'privacy', 'terms', 'schema', 'edition'] as const)
        if (values[name] !== undefined && values[name] !== false)
          throw new SottoError('usage', `--${name} is for Teams. Leave it out.`);
      const { org, rotate } = values;
      const groups = values.groups || env['SOTTO_DIRECTORY']?.trim() === 'slack-groups';
      const text = slackManifest({ publicUrl: slackAddress(values, env), org, rotate, groups });
      refuseFindings(lintSlackText(text));
      if (values.out === undefined) {
        console.log(text.trimEnd());
        return 0;
      }
      write(values.out, text);
      console.log(`${values.out} is written. Create the app from it at https://api.slack.com/apps.`);
      return 0;
    }

    for (const name of ['socket', 'org', 'rotate', 'groups'] as const)
      if (values[name]) throw new SottoError('usage', `--${name} is for Slack. Leave it out.`);
    const publicUrl = readPublicUrl(addressOf(values.url, env));
    const id = values['app-id'] ?? env['TEAMS_APP_ID'];
    if (id === undefined)
      throw new SottoError('usage', '--app-id is missing. Give the bot’s application (client) id from Entra.');
    const schema = readSchema(values.schema ?? SCHEMAS[0]);
    const targeted = values.targeted || targetedIn(env);
    if (targeted && schema !== SCHEMAS[0])
      throw new SottoError(
        'usage',
        `--schema ${schema} knows no messages that one person alone sees. Leave it out, or --targeted (TEAMS_TARGETED) instead.`,
      );
    const files = teamsPackage({
      publicUrl,
      appId: readAppId(id),
      version: teamsVersion(packageVersion(), values.edition ?? '0'),
      targeted,
      schema,
      ...(values.privacy === undefined ? {} : { privacyUrl: readPageUrl('privacy', values.privacy) }),
      ...(values.terms === undefined ? {} : { termsUrl: readPageUrl('terms', values.terms) }),
    });
    refuseFindings(lintTeamsManifest(files));
    const zip = zipOf(files);
    const out = values.out ?? 'sotto-teams.zip';
    write(out, zip);
    console.log(
      `${out} is written (SHA-256 ${createHash('sha256').update(zip).digest('hex')}). Upload it in the Teams admin centre.`,
    );
    return 0;
  },
};

const addressOf = (url: string | undefined, env: Environment): string => {
  const address = url ?? env['SOTTO_PUBLIC_URL'];
  if (address !== undefined) return address;
  throw new SottoError(
    'usage',
    '--url is missing. Give the address at which Slack and Teams reach Sotto (or --socket, where Slack cannot).',
  );
};

/** Null: Socket Mode. */
const slackAddress = (
  o: { readonly url?: string | undefined; readonly socket: boolean; readonly rotate: boolean },
  env: Environment,
): string | null => {
  if (!o.socket) return readPublicUrl(addressOf(o.url, env));
  if (o.url !== undefined)
    throw new SottoError('usage', '--socket and --url exclude each other: in Socket Mode Slack calls no address.');
  if (o.rotate)
    throw new SottoError(
      'usage',
      '--socket and --rotate exclude each other: tokens that are renewed come by OAuth, which needs an address. Give --url instead.',
    );
  return null;
};

/** As `sotto serve` reads it, so that the package is as the settings are. */
const targetedIn = (env: Environment): boolean => {
  const said = env['TEAMS_TARGETED']?.trim() ?? '';
  if (said === '' || said === 'yes') return said === 'yes';
  throw new SottoError('usage', `TEAMS_TARGETED is "${said.slice(0, 40)}". It is "yes", or left out.`);
};

/** What the platform would refuse, or worse take, is not handed out. */
const refuseFindings = (findings: readonly string[]): void => {
  if (findings.length > 0) throw new SottoError('settings', findings.join('\n'));
};

const write = (path: string, content: string | Uint8Array): void => {
  try {
    writeFileSync(path, content);
  } catch (cause) {
    throw new SottoError(
      'usage',
      `${path} cannot be written (${codeOf(cause)}). Give --out a file in a folder that is there and that you may write to.`,
      { cause },
    );
  }
};
