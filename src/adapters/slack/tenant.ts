import { type Fields, fieldsAt, firstAt, idAt, stringAt } from './read.ts';

/** Which app a payload is for. */
export const appOf = (body: Fields): string | null => stringAt(body, 'api_app_id');

/**
 * The installation that a payload was delivered for; null: not one of ours. Events name it in `authorizations[0]`, never
 * in `event.team`. A channel shared with another company may bring that company's id in the envelope, so there only the
 * installation counts. An organisation's id in the list stands for all its workspaces.
 */
export const installationOf = (body: Fields, allowed: ReadonlySet<string>): string | null => {
  const isOurs = (id: string | null): boolean => id !== null && allowed.has(id);

  const authorization = firstAt(body, 'authorizations');
  if (authorization !== null) {
    const outer = idAt(body, 'team_id');
    const team = idAt(authorization, 'team_id');
    const ourOrganisation = isOurs(idAt(authorization, 'enterprise_id'));
    if (!isOurs(team) && !ourOrganisation) return null;
    const shared = body['is_ext_shared_channel'] === true;
    if (team === null && shared) return withinContext(body, isOurs);
    const foreignEnvelope = outer !== null && !isOurs(outer) && !ourOrganisation;
    return foreignEnvelope && !shared ? null : (team ?? outer);
  }

  const team = idAt(fieldsAt(body, 'team'), 'id');
  const organisation = idAt(fieldsAt(body, 'enterprise'), 'id') ?? idAt(body, 'enterprise_id');
  // A view says itself which installation opened it; the team beside it may be the one of whoever looks. Where a whole organisation
  // installed it, its own people are known by the workspace that they act in, as they are where they press a message's button.
  const installed = idAt(fieldsAt(body, 'view'), 'app_installed_team_id');
  const within = installed === organisation ? team : null;
  const id = within ?? installed ?? team ?? idAt(body, 'team_id') ?? idAt(fieldsAt(body, 'user'), 'team_id');
  return isOurs(id) || isOurs(organisation) ? id : null;
};

/**
 * Where a whole organisation installed it, the envelope's workspace in a shared channel may be the other company's: whoever wrote would be taken for
 * one of ours. The context says through which of our workspaces it came.
 */
const withinContext = (body: Fields, isOurs: (id: string | null) => boolean): string | null => {
  const team = idAt(body, 'context_team_id');
  return isOurs(team) || isOurs(idAt(body, 'context_enterprise_id')) ? team : null;
};
