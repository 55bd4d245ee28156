/** Teams' app package: the committed manifest filled for a host and a bot, its icons and its other languages. */
import { SottoError } from '../../core/errors.ts';
import { fill, readTemplate } from './templates.ts';

/** What the package holds beside the manifest; all of it at the zip's root, as Teams wants it. */
const OTHERS = ['color.png', 'outline.png', 'de.json'] as const;

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NOBODY = /^[0-]+$/;

/** The package's files by name. */
export type TeamsPackage = ReadonlyMap<string, Uint8Array>;

/** The bot's application (client) id as it goes into the package. Refuses with code `usage` what is none. */
export const readAppId = (value: string): string => {
  if (GUID.test(value) && !NOBODY.test(value)) return value.toLowerCase();
  throw new SottoError(
    'usage',
    `The app id "${value.slice(0, 100)}" is not one: an application (client) id is a GUID such as 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0. Copy it from the bot’s app registration in Entra.`,
  );
};

/** `publicUrl`: of `readPublicUrl`; `appId`: of `readAppId`; `version`: MAJOR.MINOR.PATCH. */
export const teamsPackage = (o: {
  readonly publicUrl: string;
  readonly appId: string;
  readonly version: string;
}): TeamsPackage => {
  const manifest = fill(readTemplate('teams/manifest.json').toString('utf8'), {
    PUBLIC_URL: o.publicUrl,
    APP_ID: o.appId,
    VERSION: o.version,
  });
  return new Map<string, Uint8Array>([
    ['manifest.json', Buffer.from(manifest)],
    ...OTHERS.map((name) => [name, readTemplate(`teams/${name}`)] as const),
  ]);
};
