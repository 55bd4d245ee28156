/**
 * Messages that one person alone sees in a chat of several. The vendor's library cannot send them: it drops what makes them so, and everybody reads
 * along (Teams facts, section 6). So they are raw calls, and no answer is written into one before Teams has shown that it is such a message.
 */
import type { Aside, Log } from '../../core/ports.ts';
import type { Address, Card } from '../../core/types.ts';
import { failed } from '../bounded/fault.ts';
import type { Called, Calling } from './calling.ts';
import { fits, messageOf } from './card.ts';
import type { Activity, Connector, Where } from './connector.ts';
import { fault, type Outcome } from './faults.ts';

export interface InPlace {
  /** Whose eyes it is for. */
  readonly to: Pick<Address, 'tenant' | 'user'>;
  /** The conversation, with the thread where there is one. */
  readonly where: string;
  readonly card: Card;
}

export interface Targeted {
  /** An answer. `lost` only where it may have been seen. */
  show(o: InPlace): Promise<Aside>;
  /** A line that tells nothing. `no`: nobody saw it. `lost`: they may have. */
  line(o: InPlace): Promise<'shown' | 'lost' | 'no'>;
}

/** That a chat has no such message, in Teams' own word; a chat that is not found, or a 404 without a word, tells nothing of the message. */
const NO_SUCH_MESSAGE = 'ActivityNotFoundInConversation';

export const createTargeted = (o: {
  readonly connector: Pick<Connector, 'create' | 'update' | 'remove' | 'member'>;
  readonly call: Calling['call'];
  /** Stands there until it is filled in; tells nothing. */
  readonly moment: string;
  readonly log: Log;
}): Targeted => {
  const { connector, call } = o;

  const moment = messageOf({ text: o.moment, note: null, buttons: [], fallback: null }, null);

  /** Whom Teams knows there by this account; only who is there themselves, and of the tenant that was proved, can be written to. */
  const memberOf = async ({ to }: InPlace, at: Where): Promise<Outcome<string>> => {
    const found = await connector.member({ ...at, user: to.user });
    if ('fault' in found) return found;
    const { id, aadObjectId, tenantId } = found.done;
    const theirs = aadObjectId?.toLowerCase() === to.user && tenantId?.toLowerCase() === to.tenant;
    return theirs ? { done: id } : { fault: fault('final', 'member_other', { alarm: true }) };
  };

  /** Teams counts looking somebody up apart from messages, so both have one turn. */
  const create = (to: InPlace, activity: Activity): Promise<Outcome<{ readonly id: string }>> =>
    call(chatOf(to), async (at) => {
      const member = await memberOf(to, at);
      if ('fault' in member) return member;
      return connector.create({ ...at, activity: { ...activity, recipient: { id: member.done } }, targeted: true });
    });

  /** Also where it turned out to be everybody's: it cannot be found by the query then. */
  const removeQuietly = async (to: InPlace, id: string): Promise<void> => {
    const at = { ...chatOf(to), removal: true };
    const removed = await call(at, (chat) => connector.remove({ ...chat, id, targeted: true }));
    if ('fault' in removed && removed.fault.kind === 'absent')
      await call(at, (chat) => connector.remove({ ...chat, id }));
  };

  /**
   * Whether nobody else sees it. A message that everybody sees can be changed without the query, one for a single person cannot: so a change
   * of what tells nothing, into the same, must find no such message. That tells something only once Teams finds it by the query: a message
   * that has just been made may not be found at all for a moment.
   */
  const isTargeted = async (to: InPlace, id: string): Promise<boolean> => {
    const found = await call(chatOf(to), (at) => connector.update({ ...at, id, activity: moment, targeted: true }));
    if ('fault' in found) return false;
    const tried = await call(chatOf(to), (at) => connector.update({ ...at, id, activity: moment }));
    if ('fault' in tried) return tried.fault.kind === 'absent' && tried.fault.code === NO_SUCH_MESSAGE;
    o.log.error('teams.targeted-ignored', { tenant: to.to.tenant });
    return false;
  };

  return {
    show: async (at) => {
      if (!fits(at.card)) return { ok: false, fault: 'never', code: 'button_too_long' };
      const stands = await create(at, moment);
      // In doubt there is a moment there, and nothing that anybody could have learnt.
      if ('fault' in stands) return failed(stands.fault, { absent: 'never', unclear: 'later' });
      const { id } = stands.done;
      if (!(await isTargeted(at, id))) {
        await removeQuietly(at, id);
        return { ok: false, fault: 'never', code: 'not_targeted' };
      }
      const activity = messageOf(at.card, null);
      const reveal = () => call(chatOf(at), (chat) => connector.update({ ...chat, id, activity, targeted: true }));
      let shown = await reveal();
      const unclear = 'fault' in shown && shown.fault.kind === 'unclear';
      // A change may be made again.
      if (unclear) shown = await reveal();
      if ('done' in shown) return { ok: true, message: id };
      if (unclear || shown.fault.kind === 'unclear') return { ok: false, fault: 'lost', code: shown.fault.code };
      await removeQuietly(at, id);
      return failed(shown.fault, { absent: 'never', unclear: 'lost' });
    },

    line: async (at) => {
      const shown = await create(at, messageOf(at.card, null));
      if ('done' in shown) return 'shown';
      return shown.fault.kind === 'unclear' ? 'lost' : 'no';
    },
  };
};

const chatOf = ({ to, where }: InPlace): Called => ({ tenant: to.tenant, channel: where });
