/** What Slack hands out at an installation, and what is kept of it. */
import { z } from 'zod';
import { safely } from '../../core/safely.ts';

/** A token of a bot, expiring or not. Anything else could do more than it should. */
const BOT_TOKEN = /^(?:xoxe\.)?xoxb-[\w.-]{1,1000}$/;

/** Of a token's life so much has passed when it is renewed: with twelve hours, four are left, twice what Slack's own libraries leave. */
const RENEWED_AFTER = 2 / 3;

const id = z.string().regex(/^[A-Z][A-Z0-9]{2,30}$/);
const place = z.looseObject({ id }).nullish();

/** Of oauth.v2.access and oauth.v2.exchange. A workspace within an organisation names both; an installation in the whole organisation has no team. */
const answer = z.looseObject({
  app_id: id,
  access_token: z.string().regex(BOT_TOKEN),
  scope: z.string().max(4_000).default(''),
  bot_user_id: id.optional(),
  expires_in: z.number().int().positive().max(10_000_000).optional(),
  refresh_token: z
    .string()
    .regex(/^xoxe-[\w.-]{1,1000}$/)
    .optional(),
  team: place,
  enterprise: place,
  is_enterprise_install: z.boolean().default(false),
});

const kept = z.strictObject({
  token: z.string(),
  /** Null: the token does not end. */
  refresh: z.string().nullable(),
  team: z.string().nullable(),
  enterprise: z.string().nullable(),
  orgWide: z.boolean(),
  botUser: z.string().nullable(),
  scopes: z.array(z.string()),
  installedAt: z.number(),
});

/** An installation as it is kept, sealed. */
export type Installed = Readonly<z.infer<typeof kept>>;

export interface Granted {
  readonly appId: string;
  /** The workspace, or the organisation that installed it as a whole. */
  readonly tenant: string;
  readonly installed: Installed;
  readonly endsAt: number | null;
  readonly renewAt: number | null;
}

/** Null where it is no bot's, or says not where it is good. */
export const grantedIn = (said: unknown, now: number): Granted | null => {
  const parsed = safely(answer, said);
  if (!parsed.success) return null;
  const { data } = parsed;
  const orgWide = data.is_enterprise_install;
  const [team, enterprise] = [orgWide ? null : (data.team?.id ?? null), data.enterprise?.id ?? null];
  const tenant = orgWide ? enterprise : team;
  const life = data.expires_in === undefined ? null : data.expires_in * 1_000;
  const refresh = data.refresh_token ?? null;
  // One that ends and cannot be renewed would be dead by tomorrow.
  if (tenant === null || (life === null) !== (refresh === null)) return null;
  return {
    appId: data.app_id,
    tenant,
    installed: {
      token: data.access_token,
      refresh,
      team,
      enterprise,
      orgWide,
      botUser: data.bot_user_id ?? null,
      scopes: data.scope.split(',').filter((scope) => scope !== ''),
      installedAt: now,
    },
    endsAt: life === null ? null : now + life,
    renewAt: life === null ? null : now + life * RENEWED_AFTER,
  };
};

export const writeInstalled = (installed: Installed): string => JSON.stringify(kept.parse(installed));

/** Null where it is none of ours. */
export const readInstalled = (json: string): Installed | null => {
  try {
    return kept.parse(JSON.parse(json));
  } catch {
    return null;
  }
};

/** The scopes that are asked for and were not granted. */
export const missingScopes = (asked: readonly string[], { scopes }: Pick<Installed, 'scopes'>): readonly string[] =>
  asked.filter((scope) => !scopes.includes(scope));
