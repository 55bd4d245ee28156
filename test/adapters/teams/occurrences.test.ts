import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../playground/teams/types.ts';
import type { Occurrences } from '../../../src/adapters/teams/occurrences.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { CHANNEL, CHAT, EVAN, openTeams, TENANT, type TeamsBench } from './support.ts';

let bench: TeamsBench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

/** Every occurrence that reached whoever answers for it, with what was kept of the chat by then. */
const open = async (o: Parameters<typeof openTeams>[0] = {}) => {
  const told: string[] = [];
  const note = (which: keyof Occurrences) => async (of: { readonly tenant: string }) => {
    expect(of.tenant).toBe(TENANT);
    told.push(`${which} ${bench?.kept.length ?? 0}`);
  };
  const occurrences = {
    edited: note('edited'),
    deleted: note('deleted'),
    added: note('added'),
  };
  bench = await openTeams({ ...o, adapter: { occurrences, ...o.adapter } });
  return { stage: bench, told };
};

const CASES: readonly {
  readonly what: string;
  readonly of: (stage: TeamsBench) => Json;
  readonly told: readonly string[];
}[] = [
  {
    what: 'R22 an edit',
    of: ({ sender, question }) => sender.changed(question(), 'editMessage', 'new'),
    told: ['edited 2'],
  },
  {
    what: 'R22 a deletion',
    of: ({ sender, question }) => sender.changed(question(), 'softDeleteMessage'),
    told: ['deleted 2'],
  },
  {
    what: 'an installation',
    of: ({ sender }) => sender.installed({ person: EVAN, chat: CHAT, action: 'add' }),
    told: ['added 2'],
  },
  {
    what: 'R23 a removal, of which nothing is kept',
    of: ({ sender }) => sender.installed({ person: EVAN, chat: CHAT, action: 'remove' }),
    told: [],
  },
  {
    what: 'an upgrade, which is neither',
    of: ({ sender }) => ({
      ...sender.installed({ person: EVAN, chat: CHAT, action: 'remove' }),
      action: 'remove-upgrade',
    }),
    told: [],
  },
  {
    what: 'the bot in a channel',
    of: ({ sender }) => sender.membersAdded({ person: EVAN, chat: CHANNEL }),
    told: ['added 2'],
  },
  {
    what: 'somebody else in a channel',
    of: ({ sender }) => ({
      ...sender.membersAdded({ person: EVAN, chat: CHANNEL }),
      membersAdded: [{ id: '29:another' }],
    }),
    told: [],
  },
  {
    what: 'R23 the bot out of a channel',
    of: ({ sender, appId }) => ({
      ...sender.membersAdded({ person: EVAN, chat: CHANNEL }),
      membersAdded: undefined,
      membersRemoved: [{ id: `28:${appId}` }],
    }),
    told: [],
  },
  { what: 'members that are none', of: ({ question }) => strange(question()), told: [] },
];
const strange = (over: Json): Json => ({ ...over, type: 'conversationUpdate', membersAdded: 'bot' });

describe('what happens beside questions', () => {
  it.each(CASES)('$what reaches whoever answers for it, and nobody else', async ({ what, of, told: expected }) => {
    const { stage, told } = await open();
    expect(await stage.post(of(stage))).toEqual({ status: 200, body: '' });
    const left = what.startsWith('R23');
    // Who is left is no occurrence to hand on: it goes into the inbox, and nothing is kept of the chat.
    expect({ told, accepted: stage.accepted.map(({ kind }) => kind), rejected: stage.rejected }).toEqual({
      told: expected,
      accepted: left ? ['left'] : [],
      rejected: [],
    });
    if (left) expect(stage.kept).toEqual([]);
  });

  it('R2 nothing reaches anybody without proof', async () => {
    const { stage, told } = await open();
    for (const { of } of CASES)
      expect((await stage.post(of(stage), `Bearer ${stage.issuer.mint({ key: 'unpublished' })}`)).status).toBe(401);
    expect({ told, kept: stage.kept }).toEqual({ told: [], kept: [] });
  });

  it('R22 is sent again where it could not be taken', async () => {
    const { stage } = await open({
      adapter: { occurrences: { deleted: async () => Promise.reject(new Error('my secret salary')) } },
    });
    const deleted = stage.sender.changed(stage.question(), 'softDeleteMessage');
    expect(await stage.post(deleted)).toEqual({ status: 503, body: '' });
    expect(stage.logged.join('\n')).not.toContain('salary');
  });

  it('R14 is answered within 900 ms whoever answers for it', async () => {
    const clock = createFakeClock(Date.now());
    let asked = false;
    const deleted = (): Promise<never> => {
      asked = true;
      return new Promise(() => undefined);
    };
    const { stage } = await open({ adapter: { clock, occurrences: { deleted } } });
    const sent = stage.post(stage.sender.changed(stage.question(), 'softDeleteMessage'));
    await until(() => asked);
    await clock.advance(900);
    expect((await sent).status).toBe(503);
  });
});
