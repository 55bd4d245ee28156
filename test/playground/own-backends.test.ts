/** The playground with descriptions of one's own, as `SOTTO_BACKENDS` names them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Playing, startPlayground } from '../../playground/playground.ts';
import { playedBackends } from '../../src/cli/played-backends.ts';
import { sharedModels } from '../support/shared-model.ts';
import { until } from '../support/until.ts';

const DESCRIPTION = `backend: off
baseUrl: https://off.example.com
operations:
  leave.balance:
    method: GET
    path: /people/{subject}/leave
    data: leave
    subject: who
    fields: { remaining: number, total: number, planned: number }
`;

let folder: string;
let backends: string;
let playing: Playing;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-own-'));
  backends = join(folder, 'backends');
  mkdirSync(join(backends, 'recorded', 'off'), { recursive: true });
  writeFileSync(join(backends, 'off.yaml'), DESCRIPTION);
  writeFileSync(
    join(backends, 'recorded', 'off', 'leave.balance.json'),
    JSON.stringify({ who: 'evan', remaining: 4.5, total: 31, planned: 6 }),
  );
  playing = await startPlayground({
    dataFolder: join(folder, 'data'),
    host: '127.0.0.1',
    port: 0,
    opsPort: 0,
    policiesFolder: null,
    ...playedBackends({ SOTTO_BACKENDS: backends }),
    say: () => undefined,
    unsafeModelCache: sharedModels(),
  });
}, 60_000);
afterAll(async () => {
  await playing.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('the playground with descriptions of one’s own', () => {
  it('answers from them, and says so', async () => {
    const { talks, people } = playing.stage;
    const evan = people.find(({ id }) => id === 'evan');
    if (evan === undefined) throw new Error('the sample has lost Evan');
    await talks.slack.say({ person: evan, place: 'direct', text: 'how many days of leave have I left?' });
    const answered = (): boolean => talks.slack.messages(evan).some(({ text }) => text.includes('4.5 of 31 days'));
    await until(answered, 30_000);
    expect(answered()).toBe(true);
    expect(playing.greeting).toContain(`Your descriptions answer (${backends})`);
  }, 60_000);
});

describe('what is played with', () => {
  it('is nothing of one’s own where no folder is named, and of a vault a folder alone', () => {
    expect(playedBackends({ SOTTO_VAULT: 'files:/vault' })).toEqual({});
    expect(playedBackends({ SOTTO_BACKENDS: '/b', SOTTO_VAULT: 'files:/vault' })).toEqual({
      ownBackends: { folder: '/b', secretsFolder: '/vault' },
    });
    expect(playedBackends({ SOTTO_BACKENDS: '/b', SOTTO_VAULT: 'https://name.vault.azure.net' })).toEqual({
      ownBackends: { folder: '/b', secretsFolder: null },
    });
  });
});
