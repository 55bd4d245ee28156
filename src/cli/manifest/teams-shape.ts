/** What the lint reads of a Teams manifest; Microsoft's own schema, which the tests hold against it, knows every other key. */
import { z } from 'zod';

const guid = z.string().regex(/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'it must be a GUID');

/** A file at the package's root. */
const fileName = z.string().regex(/^[A-Za-z0-9_-]{1,60}\.[a-z]{1,10}$/, 'it must be a file at the package’s root');
const language = z.string().regex(/^[a-z]{2}(?:-[A-Za-z0-9]{2,8})?$/, 'it must be a language such as "de"');

/** Kept as schema 1.21 has them, the older one that a package can be of: ten commands a list, titles of 128 characters. */
const command = z.looseObject({ title: z.string().min(1).max(128), description: z.string().min(1).max(4_000) });
const scopes = z.array(z.enum(['personal', 'team', 'groupChat'], 'Sotto knows "personal", "team" and "groupChat"'));

/** A command of the message extension: one that opens a window of ours. */
const extensionCommand = z.looseObject({
  id: z.string().min(1).max(64),
  type: z.string().default('query'),
  title: z.string().min(1).max(32),
  description: z.string().min(1).max(128),
  fetchTask: z.boolean().default(false),
  triggers: z.array(z.string()).default([]),
  parameters: z.array(z.unknown()).default([]),
});

export const teamsShape = z.looseObject({
  $schema: z.string(),
  manifestVersion: z.string(),
  // Teams takes no pre-release, though its schema does.
  version: z.string().regex(/^(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}$/, 'it must be MAJOR.MINOR.PATCH'),
  id: guid,
  developer: z.looseObject({
    name: z.string().min(1).max(32),
    websiteUrl: z.string().max(2_048),
    privacyUrl: z.string().max(2_048),
    termsOfUseUrl: z.string().max(2_048),
  }),
  name: z.looseObject({ short: z.string().min(1).max(30), full: z.string().min(1).max(100) }),
  description: z.looseObject({ short: z.string().min(1).max(80), full: z.string().min(1).max(4_000) }),
  localizationInfo: z.looseObject({
    defaultLanguageTag: language,
    additionalLanguages: z.array(z.looseObject({ languageTag: language, file: fileName })),
  }),
  icons: z.looseObject({ color: fileName, outline: fileName }),
  accentColor: z.string().regex(/^#[0-9a-fA-F]{6}$/, 'it must be a colour such as #12696b'),
  bots: z
    .array(
      z.looseObject({
        botId: guid,
        scopes,
        supportsTargetedMessages: z.boolean().optional(),
        commandLists: z
          .array(
            z.looseObject({ scopes, commands: z.array(command).max(10), triggers: z.array(z.string()).default([]) }),
          )
          .max(3)
          .default([]),
      }),
    )
    .length(1, 'there must be one bot, and Teams takes no second'),
  composeExtensions: z
    .array(
      z.looseObject({
        botId: guid,
        commands: z.array(extensionCommand).min(1).max(10),
        messageHandlers: z.array(z.unknown()).default([]),
      }),
    )
    .max(1, 'there may be one message extension, and Teams takes no second')
    .default([]),
  validDomains: z.array(z.string().max(2_048)).max(16),
  webApplicationInfo: z.looseObject({ id: guid, resource: z.string().max(2_048) }),
  authorization: z
    .looseObject({
      permissions: z
        .looseObject({ resourceSpecific: z.array(z.looseObject({ name: z.string() })).default([]) })
        .optional(),
    })
    .optional(),
});

export type TeamsManifest = z.infer<typeof teamsShape>;

/** What is said in each language, by the key that a language's file gives it, and how long it may be. */
export const sayings = ({ bots, composeExtensions }: TeamsManifest): ReadonlyMap<string, number> =>
  new Map<string, number>([
    ['name.short', 30],
    ['name.full', 100],
    ['description.short', 80],
    ['description.full', 4_000],
    ...bots
      .flatMap(({ commandLists }) => commandLists)
      .flatMap(({ commands }, list) =>
        commands.flatMap((_, at) => {
          const prefix = `bots[0].commandLists[${list}].commands[${at}]`;
          return [[`${prefix}.title`, 128] as const, [`${prefix}.description`, 4_000] as const];
        }),
      ),
    ...composeExtensions.flatMap(({ commands }) =>
      commands.flatMap((_, at) => {
        const prefix = `composeExtensions[0].commands[${at}]`;
        return [[`${prefix}.title`, 32] as const, [`${prefix}.description`, 128] as const];
      }),
    ),
  ]);
