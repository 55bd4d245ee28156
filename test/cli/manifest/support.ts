import { createRequire } from 'node:module';
import { slackManifest } from '../../../src/cli/manifest/slack.ts';
import { SCHEMAS, type TeamsPackage, type TeamsPackageOptions, teamsPackage } from '../../../src/cli/manifest/teams.ts';

export const PUBLIC_URL = 'https://sotto.example.com';
export const APP_ID = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';

/** What a test changes in a JSON value: a path such as `settings.interactivity.request_url`, and its new value; undefined takes it away. */
export const changed = (value: unknown, path: string, to: unknown): unknown => {
  const copy: unknown = structuredClone(value);
  const keys = path.split('.').flatMap((part) => part.split(/[[\]]/).filter((key) => key !== ''));
  const last = keys.pop();
  let at = copy as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (last === undefined) throw new Error('a path has at least one key');
  if (to === undefined) delete at[last];
  else at[last] = to;
  return copy;
};

export const slack = (): unknown => JSON.parse(slackManifest({ publicUrl: PUBLIC_URL }));

/** Every manifest that `sotto manifest slack` can make. */
export const slackVariants = (): readonly { readonly name: string; readonly manifest: unknown }[] =>
  [PUBLIC_URL, null].flatMap((publicUrl) =>
    [false, true].flatMap((org) =>
      (publicUrl === null ? [false] : [false, true]).flatMap((rotate) =>
        [false, true].map((groups) => ({
          name: [
            publicUrl === null ? 'Socket Mode' : 'https',
            ...(org ? ['org'] : []),
            ...(rotate ? ['rotate'] : []),
            ...(groups ? ['groups'] : []),
          ].join(', '),
          manifest: JSON.parse(slackManifest({ publicUrl, org, rotate, groups })) as unknown,
        })),
      ),
    ),
  );

export const teams = (o: Partial<TeamsPackageOptions> = {}): TeamsPackage =>
  teamsPackage({ publicUrl: PUBLIC_URL, appId: APP_ID, version: '0.1.0', ...o });

/** Every package that `sotto manifest teams` can make. */
export const teamsVariants = (): readonly { readonly name: string; readonly files: TeamsPackage }[] => [
  ...SCHEMAS.map((schema) => ({ name: `schema ${schema}`, files: teams({ schema }) })),
  { name: 'targeted messages', files: teams({ targeted: true }) },
  {
    name: 'pages of the company’s own',
    files: teams({ privacyUrl: 'https://example.com/a?b=\\', termsUrl: 'https://example.com/terms' }),
  },
];

export const jsonOf = (files: TeamsPackage, name: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(files.get(name) ?? '').toString('utf8')) as Record<string, unknown>;

/** The package with one file changed; null takes it away. */
export const withFile = (files: TeamsPackage, name: string, content: unknown): TeamsPackage => {
  const copy = new Map(files);
  if (content === null) copy.delete(name);
  else copy.set(name, content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content)));
  return copy;
};

/** Microsoft's validator is CommonJS. */
export const { AppManifestUtils } = createRequire(import.meta.url)(
  '@microsoft/app-manifest',
) as typeof import('@microsoft/app-manifest');
