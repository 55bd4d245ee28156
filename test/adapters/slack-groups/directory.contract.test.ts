import { afterEach } from '@jest/globals';
import type { StandInPerson } from '../../../playground/slack/types.ts';
import { CAST_TEAM, type CastMember, directoryContract } from '../../contracts/directory.ts';
import { type Scene, scene } from './support.ts';

const GROUPS = new Map([
  ['manager', 'S0MANAGER0'],
  ['payroll', 'S0PAYROLL0'],
  ['contractor', 'S0CONTRACT'],
]);

let open: Scene[] = [];
afterEach(async () => {
  await Promise.all(open.map(({ close }) => close()));
  open = [];
});

const personOf = ({ id, name, kind, slackUser, deactivated }: CastMember): StandInPerson => ({
  user: slackUser,
  name,
  kind,
  deactivated,
  email: `${id}@cast.example`,
  ...(kind === 'external' ? { team: 'T0PARTNER0' } : {}),
});

directoryContract(
  'the directory in Slack',
  async (cast) => {
    const made = await scene({
      tenants: [CAST_TEAM],
      standIn: {
        teamId: CAST_TEAM,
        people: cast.map(personOf),
        userGroups: [...GROUPS].map(([word, id]) => ({
          id,
          handle: word,
          users: cast.filter((it) => it.groups.includes(word) || it.kind === word).map((it) => it.slackUser),
        })),
      },
      options: { groups: GROUPS },
    });
    open.push(made);
    await made.directory.start();
    const slackUser = (id: string): string => cast.find((member) => member.id === id)?.slackUser ?? id;
    return {
      directory: made.directory,
      idOf: (id) => `${CAST_TEAM}.${slackUser(id)}`,
      identityOf: (id) => ({
        issuer: 'https://sign-in.example',
        subject: `sub-of-${id}`,
        tenant: null,
        email: `${id}@cast.example`,
      }),
    };
  },
  ['teams', 'managers', 'departments', 'handles', 'identifiers'],
);
