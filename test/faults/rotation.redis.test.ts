/** Three processes on one Redis: what one of them sealed by a new data key, the others must open. */
import { afterAll, beforeAll } from '@jest/globals';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { rotationTest } from './rotation.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

rotationTest({
  times: {
    'slack-signing-secret': 7,
    'slack-bot-token': 7,
    'teams-app-password': 7,
    'hr-token': 7,
    'audit-signing-key': 7,
    'data-key': 2,
  },
  // Not two: deliveries take turns, and so do the platforms, so that each would hear of one platform only.
  processes: 3,
  store: () => redis.url,
});
