/** `sotto doctor --live` where Teams is on as well: what is platform-neutral in it is all of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { command } from '../support/command.ts';
import { openStage, type TestStage } from '../support/stage.ts';

describe('sotto doctor --live, on both platforms', () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterAll(() => stage.end());

  const messages = (): readonly string[] => {
    const hana = stage.people.find(({ id }) => id === 'hana');
    if (hana === undefined) throw new Error('hana is in the sample');
    return (['slack', 'teams'] as const).flatMap((on) =>
      stage.talks[on].messages(hana).map(({ id, text }) => `${on} ${id} ${text}`),
    );
  };

  it('sends one message on each, takes both away, and has both on record', async () => {
    // Teams lets a bot write to whoever wrote to it before.
    await stage.ask({ who: 'hana', says: 'what can you do?', on: 'teams' });
    const before = messages();
    const out = join(stage.folder, 'page.md');
    const args = ['doctor', '--live', '--as', 'hana', '--json', '--out', out];
    const ended = await command({ args, data: join(stage.folder, 'data') }).ended();
    expect(ended.err).toBe('');
    const { live, lines } = JSON.parse(ended.out) as {
      readonly lines: readonly { readonly area: string; readonly state: string; readonly what: string }[];
      readonly live: { readonly trips: readonly { readonly platform: string; readonly state: string }[] };
    };
    expect(live.trips.map(({ platform, state }) => [platform, state])).toEqual([
      ['slack', 'removed'],
      ['teams', 'removed'],
    ]);
    expect(messages()).toEqual(before);
    const ofTeams = lines.filter(({ what }) => what.startsWith('Teams ')).map(({ state, what }) => `${state} ${what}`);
    expect(ofTeams).toEqual([
      expect.stringMatching(/^ok Teams [0-9a-f-]+: Teams takes the bot’s token\.$/),
      expect.stringMatching(
        /^warning Teams .*: a request without Teams’ token was not turned away .*\(public_url_unset\)/,
      ),
      expect.stringMatching(/^ok Teams .*: a message was shown, taken away and is gone, in /),
      expect.stringMatching(/^ok Teams .*: \d+ messages a minute may leave there/),
    ]);
    const noted = stage.trail.flatMap(({ entry }) => (entry.kind === 'live' ? [entry] : []));
    const person = stage.running.world.sealer.fingerprint('hana');
    expect(new Set(noted.map((entry) => `${entry.platform} ${entry.change} ${entry.person === person}`))).toEqual(
      new Set(['slack begun true', 'slack removed true', 'teams begun true', 'teams removed true']),
    );
    expect(readFileSync(out, 'utf8')).toMatch(/## Slack T[\s\S]*## Teams /);
  }, 120_000);
});
