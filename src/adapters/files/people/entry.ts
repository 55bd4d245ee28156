/** What a directory in a file says of one person. The same of every kind of file. */
import { z } from 'zod';
import { asTimeZone } from '../../../core/time-zones.ts';
import type { Colleague, Person } from '../../../core/types.ts';

const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

/** Of Microsoft: GUIDs, which people and portals write in both cases; the platform's are in lower case. */
const microsoftId = z.string().max(64).toLowerCase();

/** As `core/identifying.ts` compares them: whatever is written otherwise would never be found. */
const identifier = z
  .string()
  .regex(
    /^[A-Za-z0-9._@+-]{1,200}$/,
    'must be 1 to 200 letters, digits, dots, dashes, underscores, plus signs or at signs',
  );

const entry = z.strictObject({
  id,
  name: z.string().min(1).max(200),
  aliases: z.array(z.string().min(1).max(100)).max(20).default([]),
  kind: z.enum(['employee', 'contractor', 'guest', 'external']),
  groups: z.array(id).max(200).default([]),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1)'),
  locale: z.enum(['en', 'de']),
  timeZone: z
    .string()
    .refine((zone) => asTimeZone(zone) !== null, 'must be a time zone of the IANA database, like Europe/Berlin')
    .optional(),
  manager: id.nullable(),
  department: z.string().min(1).max(100).optional(),
  deactivated: z.boolean().default(false),
  // What systems of record call them. Nobody is known to the bot by any of these.
  identifiers: z
    .strictObject({ email: identifier, 'employee-number': identifier, 'user-name': identifier })
    .partial()
    .default({}),
  accounts: z.strictObject({
    slack: z.array(z.strictObject({ team: z.string().max(64), user: z.string().max(64) })).default([]),
    teams: z.array(z.strictObject({ tenant: microsoftId, user: microsoftId })).default([]),
    // Where there is none, the provider's subject is the person's id.
    oidc: z
      .array(z.strictObject({ issuer: z.url().max(500), subject: z.string().min(1).max(255) }))
      .max(10)
      .default([]),
  }),
});

export const everybody = z.strictObject({ people: z.array(entry).min(1).max(20_000) });

export type Entry = z.infer<typeof entry>;

export const colleagueOf = ({ id: own, name, manager, department }: Entry): Colleague =>
  department === undefined ? { id: own, name, manager } : { id: own, name, manager, department };

export const personOf = (e: Entry): Person => ({
  id: e.id,
  name: e.name,
  manager: e.manager,
  kind: e.kind,
  groups: e.groups,
  country: e.country,
  locale: e.locale,
  ...(e.timeZone === undefined ? {} : { timeZone: e.timeZone }),
  // The version on disk is the truth; one that does not parse leaves the last good one in force.
  fresh: true,
});
