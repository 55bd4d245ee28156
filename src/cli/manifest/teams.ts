/** Teams' app package: the committed manifest filled for a host and a bot, its icons and its other languages. */
import { SottoError } from '../../core/errors.ts';
import { fill, readTemplate } from './templates.ts';

/** What the package holds beside the manifest, as it is; all of it at the zip's root, as Teams wants it. */
const ICONS = ['color.png', 'outline.png'] as const;
const LANGUAGES = ['de.json'] as const;

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NOBODY = /^[0-]+$/;

/**
 * Versions of Microsoft's schema that a package can be of: the newest, which the committed manifest is, and the oldest that has titles of
 * 128 characters, so that a prompt can be a whole question. The older one is for clouds and tenants that do not take the newest yet.
 */
export const SCHEMAS = ['1.30', '1.21'] as const;
export type TeamsSchema = (typeof SCHEMAS)[number];

/** The package's files by name. */
export type TeamsPackage = ReadonlyMap<string, Uint8Array>;

export interface TeamsPackageOptions {
  /** Of `readPublicUrl`. */
  readonly publicUrl: string;
  /** Of `readAppId`. */
  readonly appId: string;
  /** MAJOR.MINOR.PATCH. */
  readonly version: string;
  /** Answers in shared places may be for one pair of eyes, and questions too (Teams facts, section 6); not with schema 1.21. */
  readonly targeted?: boolean;
  readonly schema?: TeamsSchema;
  /** The company's pages, https; `/privacy` and `/terms` of the host unless given. */
  readonly privacyUrl?: string;
  readonly termsUrl?: string;
}

/** The bot's application (client) id as it goes into the package. Refuses with code `usage` what is none. */
export const readAppId = (value: string): string => {
  if (GUID.test(value) && !NOBODY.test(value)) return value.toLowerCase();
  throw new SottoError(
    'usage',
    `The app id "${value.slice(0, 100)}" is not one: an application (client) id is a GUID such as 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0. Copy it from the bot’s app registration in Entra.`,
  );
};

/** Refuses with code `usage` what is no version that a package can be of. */
export const readSchema = (value: string): TeamsSchema => {
  const schema = SCHEMAS.find((one) => one === value);
  if (schema !== undefined) return schema;
  throw new SottoError(
    'usage',
    `--schema is "${value.slice(0, 40)}", and a package is made of ${SCHEMAS.join(' or ')}. Leave it out for the newest.`,
  );
};

/** Packages that one version of Sotto can make one after the other, each newer than the one before. */
const MOST_EDITIONS = 99;

/**
 * The package's version, MAJOR.MINOR.N. Teams takes a package in place of another only where its version is higher, also where the same
 * version of Sotto made both; so the last part is a hundred times Sotto's own, and the edition. Refuses with code `usage` an edition that
 * is not 0 to 99.
 */
export const teamsVersion = (version: string, edition: string): string => {
  if (!/^[0-9]{1,2}$/.test(edition))
    throw new SottoError(
      'usage',
      `--edition is "${edition.slice(0, 40)}". It is a number up to ${MOST_EDITIONS}: one more than that of the package which this one replaces.`,
    );
  const [major = '0', minor = '0', patch = '0'] = version.split('.');
  return `${major}.${minor}.${Number.parseInt(patch, 10) * (MOST_EDITIONS + 1) + Number(edition)}`;
};

interface Listed {
  readonly scopes: readonly string[];
}

/** What is changed in the filled manifest; all else is as it was committed. */
interface Changeable {
  readonly bots: readonly { readonly commandLists: readonly Listed[] }[];
  readonly composeExtensions: readonly { readonly commands: readonly { readonly triggers?: unknown }[] }[];
}

/** The same bytes for the same options. */
export const teamsPackage = (o: TeamsPackageOptions): TeamsPackage => {
  const schema = o.schema ?? SCHEMAS[0];
  const filled = fill(readTemplate('teams/manifest.json').toString('utf8'), {
    PUBLIC_URL: o.publicUrl,
    HOST: new URL(o.publicUrl).hostname,
    PRIVACY_URL: inJson(o.privacyUrl ?? `${o.publicUrl}/privacy`),
    TERMS_URL: inJson(o.termsUrl ?? `${o.publicUrl}/terms`),
    APP_ID: o.appId,
    VERSION: o.version,
  });
  const manifest = JSON.parse(inSchema(filled, schema)) as Changeable;
  const changed = schema === '1.21' ? withoutSlash(manifest) : o.targeted === true ? withTargeted(manifest) : manifest;
  return new Map<string, Uint8Array>([
    ['manifest.json', Buffer.from(`${JSON.stringify(changed, null, 2)}\n`)],
    ...ICONS.map((name) => [name, readTemplate(`teams/${name}`)] as const),
    ...LANGUAGES.map(
      (name) => [name, Buffer.from(inSchema(readTemplate(`teams/${name}`).toString('utf8'), schema))] as const,
    ),
  ]);
};

/** An address may hold a backslash in its query. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const inSchema = (text: string, schema: TeamsSchema): string =>
  text
    .replaceAll(`/teams/v${SCHEMAS[0]}/`, `/teams/v${schema}/`)
    .replace(`"manifestVersion": "${SCHEMAS[0]}"`, `"manifestVersion": "${schema}"`);

/** Messages that one person alone sees, both ways; in shared places the commands stand behind a slash too. */
const withTargeted = (manifest: Changeable): Changeable => ({
  ...manifest,
  bots: manifest.bots.map((bot) => ({
    ...bot,
    supportsTargetedMessages: true,
    commandLists: bot.commandLists.map((list) =>
      list.scopes.includes('personal') ? list : { ...list, triggers: ['mention', 'slash'] },
    ),
  })),
});

/** Before schema 1.29 nothing stood behind a slash. */
const withoutSlash = (manifest: Changeable): Changeable => ({
  ...manifest,
  composeExtensions: manifest.composeExtensions.map((extension) => ({
    ...extension,
    commands: extension.commands.map((command) => ({ ...command, triggers: undefined })),
  })),
});
