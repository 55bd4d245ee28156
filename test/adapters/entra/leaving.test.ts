import { PAYROLL_TEAM } from '../../../playground/graph/sample.ts';
import { leavingContract } from '../../contracts/leaving.ts';
import { idOf, MINUTE, scene, slack, slackOf, teams } from './support.ts';

const made = async (on: 'slack' | 'teams') => {
  const { slackEmail } = slackOf({ U0PIA00000: { email: 'pia@example.com', kind: 'member' } });
  const { directory, graph, clock } = await scene({ options: { slackEmail } });
  return {
    directory,
    clock,
    account: on === 'teams' ? teams(idOf('pia')) : slack('U0PIA00000'),
    leaveGroup: async () => graph.tenant.leave(idOf('pia'), PAYROLL_TEAM),
    leaveCompany: async () => graph.tenant.change(idOf('pia'), { accountEnabled: false }),
    close: async () => directory.stop(),
  };
};

leavingContract('the directory in Entra, on Teams,', { boundMs: 5 * MINUTE, make: () => made('teams') });
leavingContract('the directory in Entra, on Slack,', { boundMs: 5 * MINUTE, make: () => made('slack') });
