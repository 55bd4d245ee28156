/** Two processes over one Redis: the question is asked at one, the link is begun there, and the browser comes back to the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { claimForPlaying } from '../../src/adapters/files/data-folder.ts';
import { createLog } from '../../src/adapters/log/log.ts';
import { type Running, startSotto } from '../../src/main.ts';
import { createBrowser, signInAt } from '../support/openid/browser.ts';
import { openSignInStage, type SignInStage } from '../support/openid/stage.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { sharedModels } from '../support/shared-model.ts';
import { until } from '../support/until.ts';

let redis: RedisServer;
let s: SignInStage;
let other: Running;
const folder = mkdtempSync(join(tmpdir(), 'sotto-step-up-'));

beforeAll(async () => {
  redis = await startRedis();
  s = await openSignInStage({ stage: { store: { kind: 'redis', url: redis.url } } });
  const dataFolder = join(folder, 'data');
  claimForPlaying(dataFolder);
  // The same settings and the same vault, a folder of its own.
  other = await startSotto({
    config: { ...s.stage.config, dataFolder, port: 0, opsPort: 0 },
    unsafeAnyPack: true,
    unsafeUnpaced: true,
    firstUse: false,
    unsafeModelCache: sharedModels(),
    log: createLog({ level: 'silent' }),
  });
}, 180_000);
afterAll(async () => {
  await other.stop();
  await s.end();
  await redis.end();
  rmSync(folder, { recursive: true, force: true });
});

const COOKIE = '__Host-sotto-sign-in';

describe('over two processes', () => {
  it('a sign-in that was begun at one is finished at the other, once, and the question is answered by itself', async () => {
    const { link, ended } = await s.askFor('evan');
    const browser = createBrowser();
    const { address } = await s.begin(browser, link);
    const back = await signInAt(browser, address ?? '', { as: 'evan', back: s.back });
    const there = back.replace(s.url, other.url);
    browser.setCookie(other.url, COOKIE, browser.cookies(s.url).get(COOKIE) ?? '');
    const pages = await Promise.all([browser.get(there), browser.get(back)]);
    expect(pages.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400]);

    const { stage } = s;
    await until(() =>
      stage.talks.slack
        .messages(stage.person('evan'))
        .some(({ buttons }) => buttons.some(({ action }) => action === 'sotto.view')),
    );
    expect(ended.decision.verdict).toBe('step-up');
    // What the one used up the other does not have.
    expect((await createBrowser().get(link)).status).toBe(410);
    expect((await createBrowser().get(link.replace(s.url, other.url))).status).toBe(410);
  }, 120_000);
});
