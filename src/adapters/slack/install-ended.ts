/** What Slack says when the app was taken away: `app_uninstalled`, and `tokens_revoked` where a bot's is among them. */
import { type Fields, fieldsAt, firstAt, idAt, stringAt } from './read.ts';

export interface Ending {
  readonly event: 'uninstalled' | 'revoked';
  /** The workspace; the organisation, where the whole of it had the app. */
  readonly tenant: string;
  /** Slack's time of it, ms since the epoch; null: it does not say. */
  readonly at: number | null;
  /** The workspace that is named beside the organisation as a whole: which of both is meant, Slack must be asked. Null: there is no doubt. */
  readonly named: string | null;
}

/** Slack's time of an event, ms since the epoch, to the second; null: it does not say. */
export const timeOf = (body: Fields): number | null => {
  const seconds = body['event_time'];
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1_000 : null;
};

/** Null: it says nothing of the kind, or of people's own tokens alone, of which there are none here. */
const eventOf = (event: Fields): Ending['event'] | null => {
  const type = stringAt(event, 'type');
  if (type === 'app_uninstalled') return 'uninstalled';
  const { bot } = fieldsAt(event, 'tokens');
  return type === 'tokens_revoked' && Array.isArray(bot) && bot.length > 0 ? 'revoked' : null;
};

/** `foreign`: it is of nobody that may use the app. */
export const endingOf = (body: Fields, allowed: ReadonlySet<string>): Ending | 'foreign' | null => {
  const event = eventOf(fieldsAt(body, 'event'));
  if (event === null) return null;
  // Of an installation that is over Slack may name none.
  const authorization = firstAt(body, 'authorizations') ?? {};
  const organisation = idAt(authorization, 'enterprise_id') ?? idAt(body, 'enterprise_id');
  const team = idAt(authorization, 'team_id') ?? idAt(body, 'team_id');
  const whole =
    team === null ||
    team === organisation ||
    authorization['is_enterprise_install'] === true ||
    body['is_enterprise_install'] === true;
  const tenant = whole && organisation !== null ? organisation : team;
  const isOurs = [team, organisation].some((id) => id !== null && allowed.has(id));
  if (tenant === null || !isOurs) return 'foreign';
  const named = tenant === organisation && team !== organisation ? team : null;
  return { event, tenant, at: timeOf(body), named };
};

/** The organisation that installed the app as a whole, and the workspace that an event is of; null: it was not installed so. */
export const withinOf = (body: Fields, tenant: string): string | null => {
  const authorization = firstAt(body, 'authorizations') ?? {};
  const whole = authorization['is_enterprise_install'] === true || body['is_enterprise_install'] === true;
  const organisation =
    idAt(authorization, 'enterprise_id') ?? idAt(fieldsAt(body, 'enterprise'), 'id') ?? idAt(body, 'enterprise_id');
  return whole && organisation !== null && organisation !== tenant ? organisation : null;
};
