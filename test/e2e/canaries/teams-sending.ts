/** What the ways in from Teams share: activities as Teams sends them, rightly signed, and what the log says of them. */
import type { CanaryStage } from '../../support/canary-stage.ts';
import { type Somebody, TENANT } from '../../support/crowd.ts';

export type Json = Readonly<Record<string, unknown>>;

export const rejected = (code: string): Json => ({ event: 'rejected', name: 'teams', code });
export const answered = (status: number): Json => ({ event: 'answered', name: '/teams/messages', status });

/** An activity of somebody's own chat, as Teams sends it. */
export const activityOf = ({ fleet }: CanaryStage, who: Somebody, fields: Json): Json => ({
  id: `f:${crypto.randomUUID()}`,
  timestamp: new Date().toISOString(),
  channelId: 'msteams',
  serviceUrl: fleet.teams.serviceUrl(),
  from: { id: `29:${who.teamsUser}`, name: who.name, aadObjectId: who.teamsUser },
  conversation: { conversationType: 'personal', tenantId: TENANT, id: fleet.teams.direct(who.teamsUser) },
  recipient: { id: fleet.teams.botUserId, name: 'Sotto' },
  channelData: { tenant: { id: TENANT } },
  ...fields,
});
export const deliver = async (stage: CanaryStage, activity: Json, status: number): Promise<void> => {
  const answer = await stage.fleet.teams.deliver(activity);
  stage.answered(answer.body);
  if (answer.status !== status) throw new Error(`answered ${answer.status}, not ${status}: ${answer.body}`);
};
