import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Where } from '../../../src/adapters/teams/connector.ts';
import { fault } from '../../../src/adapters/teams/faults.ts';
import { createTargeted } from '../../../src/adapters/teams/targeted.ts';
import { EVAN, TENANT } from './support.ts';

const MOMENT = 'One moment.';
const ANSWER = 'The 25th.';
const card = (text: string) => ({ text, note: null, buttons: [], fallback: null });
const done = { done: null };
const absent = (code = 'ActivityNotFoundInConversation') => ({ fault: fault('absent', code) });
const at = { tenant: TENANT, serviceUrl: 'https://smba.trafficmanager.net/emea/', conversation: 'x' };

/** What stands in a channel. `ignores`: this Teams takes every message for everybody's. `found`: from which change on it finds the message. */
let teams: { ignores: boolean; found: number; code: string };
let stands: string | null;
let changes: number;
let alarms: string[];
/** What everybody could have read. */
let read: string[];
beforeEach(() => {
  teams = { ignores: false, found: 1, code: 'ActivityNotFoundInConversation' };
  [stands, changes, alarms, read] = [null, 0, [], []];
});

const put = (text: string): void => {
  stands = text;
  if (teams.ignores) read.push(text);
};
const isOther = (targeted: boolean | undefined): boolean => stands === null || (targeted !== true && !teams.ignores);
const targeted = () =>
  createTargeted({
    moment: MOMENT,
    log: { info: () => undefined, warn: () => undefined, error: (event) => void alarms.push(event) },
    call: (_called, make) => make(at),
    connector: {
      member: async () => ({
        done: {
          id: '29:evan',
          aadObjectId: EVAN.user ?? '',
          tenantId: TENANT,
          userRole: 'user',
          userPrincipalName: null,
        },
      }),
      create: async ({ activity }) => {
        put(JSON.stringify(activity));
        return { done: { id: '1' } };
      },
      update: async ({ activity, targeted }: Where & { activity: unknown; targeted?: true }) => {
        changes += 1;
        if (changes < teams.found || isOther(targeted)) return absent(teams.code);
        put(JSON.stringify(activity));
        return done;
      },
      remove: async ({ targeted }) => {
        if (isOther(targeted)) return absent();
        stands = null;
        return done;
      },
    },
  });
const show = () =>
  targeted().show({ to: { tenant: TENANT, user: EVAN.user ?? '' }, where: 'channel', card: card(ANSWER) });

describe('an answer for one person alone', () => {
  it('R12 is filled in where Teams finds the moment by the query and not without it', async () => {
    expect(await show()).toEqual({ ok: true, message: '1' });
    expect([stands?.includes(ANSWER), changes]).toEqual([true, 3]);
  });

  it.each([1, 2, 3, 4])(
    'R12 is never filled in where Teams ignores the query, though it finds the moment only at change %d',
    async (found) => {
      teams = { ...teams, ignores: true, found };
      expect(await show()).toMatchObject({ ok: false, fault: 'never', code: 'not_targeted' });
      expect([read.join().includes(ANSWER), stands]).toEqual([false, null]);
      expect(alarms).toEqual(found === 1 ? ['teams.targeted-ignored'] : []);
    },
  );

  it('R12 goes to the private chat where it is too early to tell, and the moment is taken away', async () => {
    teams = { ...teams, found: 2 };
    expect(await show()).toMatchObject({ ok: false, code: 'not_targeted' });
    expect(stands).toBeNull();
  });

  it.each(['ConversationNotFound', 'http_404'])(
    'R12 is not filled in where Teams says no more than %s',
    async (code) => {
      teams = { ...teams, code };
      expect(await show()).toMatchObject({ ok: false, code: 'not_targeted' });
      expect(stands).toBeNull();
    },
  );
});
