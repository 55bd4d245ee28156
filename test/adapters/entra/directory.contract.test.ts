import type { GraphGroup, GraphUser } from '../../../playground/graph/tenant.ts';
import { CAST_TENANT, type CastMember, directoryContract } from '../../contracts/directory.ts';
import { scene, slackOf } from './support.ts';

const GROUPS = new Map([
  ['manager', '6b1f0d5e-4444-4c3a-9f10-8e7d6c5b4a01'],
  ['payroll', '6b1f0d5e-4444-4c3a-9f10-8e7d6c5b4a02'],
  ['contractor', '6b1f0d5e-4444-4c3a-9f10-8e7d6c5b4a03'],
]);

const userOf = (member: CastMember, idOf: (id: string) => string): GraphUser => {
  const [givenName = null, ...rest] = member.name.split(' ');
  const guest = member.kind === 'guest';
  return {
    id: member.teamsUser,
    displayName: member.name,
    givenName,
    surname: rest.join(' '),
    mailNickname: member.id,
    mail: member.email,
    userPrincipalName: guest ? `${member.id}_cast.example#EXT#@ours.example` : (member.userName ?? ''),
    employeeId: member.employeeNumber,
    userType: guest ? 'Guest' : 'Member',
    accountEnabled: !member.deactivated,
    country: null,
    usageLocation: 'DE',
    department: member.department,
    preferredLanguage: null,
    manager: member.manager === null ? null : idOf(member.manager),
  };
};

directoryContract('the directory in Entra', async (cast) => {
  const idOf = (id: string): string => cast.find((member) => member.id === id)?.teamsUser ?? id;
  const ours = cast.filter(({ kind }) => kind !== 'external');
  const groups = [...GROUPS].map(
    ([word, id]): GraphGroup => ({
      id,
      members: ours.filter((it) => it.groups.includes(word) || it.kind === word).map((it) => it.teamsUser),
    }),
  );
  const slack = slackOf(
    Object.fromEntries(
      cast.map(({ id, kind, slackUser }) => [
        slackUser,
        kind === 'external'
          ? { email: null, kind: 'stranger' as const }
          : { email: `${id}@cast.example`, kind: kind === 'guest' ? ('guest' as const) : ('member' as const) },
      ]),
    ),
  );
  const { directory } = await scene({
    users: ours.map((member) => userOf(member, idOf)),
    groups,
    pageSize: 3,
    options: {
      tenantId: CAST_TENANT,
      groups: GROUPS,
      // Another workspace's accounts are nobody's here, as Slack says of users it does not know.
      slackEmail: async (account) =>
        account.tenant === 'T0CAST0000' ? slack.slackEmail(account) : { email: null, kind: 'member' },
    },
  });
  await directory.start();
  const issuer = `https://login.microsoftonline.com/${CAST_TENANT}/v2.0`;
  const identityOf = (id: string) => ({ issuer, subject: idOf(id), tenant: CAST_TENANT, email: null });
  return { directory, idOf, identityOf };
});
