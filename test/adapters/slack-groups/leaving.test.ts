import { leavingContract } from '../../contracts/leaving.ts';
import { account, PAYROLL, PIA, scene } from './support.ts';

const made = async (events: readonly string[]) => {
  const { directory, standIn, clock, close } = await scene({ standIn: { events } });
  return {
    directory,
    clock,
    account: account(PIA),
    leaveGroup: () => standIn.changeUserGroup({ id: PAYROLL, to: { users: [] } }),
    leaveCompany: () => standIn.changePerson({ user: PIA, to: { deactivated: true } }),
    close,
  };
};

leavingContract('the directory in Slack, which tells of nothing,', { boundMs: 5 * 60_000, make: () => made([]) });
leavingContract('the directory in Slack, which tells of changes,', {
  boundMs: 1,
  everyMs: 1,
  make: () => made(['user_change', 'subteam_members_changed', 'subteam_updated']),
});
