import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../playground/teams/types.ts';
import { CHANNEL, CHAT, EVAN, openTeams, TENANT, type TeamsBench } from './support.ts';

let bench: TeamsBench;
afterEach(() => bench.close());

const removal = (over: Json = {}, chat = CHAT): Json => ({
  ...bench.sender.installed({ person: EVAN, chat, action: 'remove' }),
  ...over,
});
const bot = () => ({ id: `28:${bench.appId}`, name: 'Sotto' });

describe('R23 that the bot was taken out of a chat', () => {
  it('R23 goes behind what was asked there, whichever activity tells of it', async () => {
    bench = await openTeams();
    const left = bench.sender.membersAdded({ person: EVAN, chat: CHAT });
    expect((await bench.post(removal({ id: 'f:1' }))).status).toBe(200);
    expect((await bench.post({ ...left, id: 'f:2', membersAdded: undefined, membersRemoved: [bot()] })).status).toBe(
      200,
    );
    const conversation = `teams:${TENANT}:${CHAT.id}`;
    expect(bench.accepted).toMatchObject(
      ['f:1', 'f:2'].map((id) => ({
        kind: 'left',
        id: `${conversation}:left:${id}`,
        conversation,
        account: { platform: 'teams', tenant: TENANT, user: EVAN.user },
        place: { kind: 'direct', channel: CHAT.id },
        group: null,
      })),
    );
    expect(bench.kept).toEqual([]);
  });

  it('R23 names the team, with which its other channels go', async () => {
    bench = await openTeams();
    await bench.post(removal({}, CHANNEL));
    expect(bench.accepted).toMatchObject([
      { kind: 'left', place: { kind: 'channel', channel: CHANNEL.id }, group: expect.stringMatching(/^19:team/) },
    ]);
  });

  it('R23 is taken from an administrator without an account, and from an activity without an id', async () => {
    bench = await openTeams();
    await bench.post(removal({ from: { id: '29:admin' }, id: undefined }));
    expect(bench.accepted).toMatchObject([{ kind: 'left', account: { user: '' } }]);
  });

  it('R23 is sent again where it could not be kept, and leaves the chat to be kept anew', async () => {
    let away = true;
    const ids: string[] = [];
    bench = await openTeams({
      adapter: {
        accept: async (inbound) => {
          if (inbound.kind === 'left') ids.push(inbound.id);
          return away ? 'unavailable' : 'accepted';
        },
      },
    });
    const gone = removal();
    expect(await bench.post(gone)).toEqual({ status: 503, body: '' });
    away = false;
    expect((await bench.post(gone)).status).toBe(200);
    expect(new Set(ids).size).toBe(1);
    await bench.post(bench.question());
    await bench.post(removal({ id: 'f:next' }));
    await bench.post(bench.question({ id: '2' }));
    expect(bench.kept.filter((kept) => kept.includes(`|${CHAT.id}|`))).toHaveLength(2);
  });

  it('R23 is none of ours where the app stays in a newer version, somebody else leaves, or no chat is named', async () => {
    bench = await openTeams();
    const others = bench.sender.membersAdded({ person: EVAN, chat: CHAT });
    for (const activity of [
      removal({ action: 'remove-upgrade' }),
      removal({ action: 'add' }),
      { ...others, membersAdded: undefined, membersRemoved: [{ id: '29:somebody' }] },
      removal({ conversation: { id: '', tenantId: TENANT } }),
    ])
      expect((await bench.post(activity)).status).toBe(200);
    expect(bench.accepted).toEqual([]);
    expect(bench.logged.join()).toContain('removal-unreadable');
  });
});
