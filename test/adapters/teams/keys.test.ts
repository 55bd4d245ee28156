import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/adapters/system/system.ts';
import { createGate } from '../../../src/adapters/teams/gate.ts';
import { createKeyring } from '../../../src/adapters/teams/keys.ts';
import { createSecondOpinion, type Opinion } from '../../../src/adapters/teams/second-opinion.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { printedDuring } from './printed.ts';
import { openTeams, TENANT, type TeamsBench } from './support.ts';

let bench: TeamsBench | null = null;
const open = async (o: Parameters<typeof openTeams>[0] = {}): Promise<TeamsBench> => {
  bench = await openTeams({ cold: true, ...o });
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const status = async (stage: TeamsBench, authorization?: string): Promise<number> =>
  (await stage.post(stage.question(), authorization)).status;

describe('R7 the keys that Teams signs with', () => {
  it('R7 are read once by us and once by the library, however many ask at once', async () => {
    const stage = await open();
    const statuses = await Promise.all(Array.from({ length: 20 }, () => status(stage)));
    expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));
    expect(stage.issuer.fetched()).toEqual({ metadata: 2, keys: 2 });
  });

  it('R7 are read at start, before anybody asks', async () => {
    const stage = await open();
    await stage.teams.start();
    await until(() => stage.counted.includes('teams_keys {"outcome":"read"}'));
    expect(stage.issuer.fetched()).toEqual({ metadata: 1, keys: 1 });
  });

  it('R7 are read once for an id that nobody knows, where they had to be read for it anyway', async () => {
    const stage = await open();
    expect(await status(stage, `Bearer ${stage.issuer.mint({ header: { kid: 'nobody' } })}`)).toBe(401);
    expect(stage.issuer.fetched()).toEqual({ metadata: 1, keys: 1 });
  });

  it('R7 are read anew at once when a new one appears, and only now and then for one that nobody knows', async () => {
    const clock = createFakeClock(Date.now());
    const stage = await open({ adapter: { clock } });
    expect(await status(stage)).toBe(200);
    const before = stage.issuer.fetched().metadata;
    stage.issuer.rotate();
    expect(await status(stage)).toBe(200);
    for (let index = 0; index < 50; index++) {
      expect(await status(stage, `Bearer ${stage.issuer.mint({ header: { kid: `nobody-${index}` } })}`)).toBe(401);
    }
    expect(stage.issuer.fetched().metadata - before).toBe(1);
    await clock.advance(10_000);
    stage.issuer.rotate();
    expect(await status(stage)).toBe(200);
    expect(stage.issuer.fetched().metadata - before).toBe(2);
  });

  it.each(['500', 'hang', 'no-keys'] as const)(
    'R7 that are known serve on while the list is away: %s',
    async (mode) => {
      const clock = createFakeClock(Date.now());
      const stage = await open({ adapter: { clock } });
      expect(await status(stage)).toBe(200);
      stage.issuer.mode(mode);
      const printed = await printedDuring(async () => {
        expect(await status(stage)).toBe(200);
        const unknown = `Bearer ${stage.issuer.mint({ header: { kid: 'nobody' } })}`;
        expect(await status(stage, unknown)).toBe(503);
        expect(await status(stage)).toBe(200);
        expect(await status(stage, `Bearer ${stage.issuer.mint({ key: 'unpublished' })}`)).toBe(401);
      });
      expect(printed).toEqual([]);
      expect(stage.accepted).toHaveLength(3);
    },
  );

  it.each(['500', 'hang', 'no-keys'] as const)(
    'R7 that were never known let nobody in, and nobody waits for ever: %s',
    async (mode) => {
      const stage = await open();
      stage.issuer.mode(mode);
      const printed = await printedDuring(async () => {
        const answers = await Promise.all(Array.from({ length: 10 }, () => stage.post(stage.question())));
        expect(answers).toEqual(Array.from({ length: 10 }, () => ({ status: 503, body: '' })));
      });
      expect(printed).toEqual([]);
      // Whoever came just after the first attempt had failed shares the second.
      expect(stage.issuer.fetched().metadata).toBeLessThanOrEqual(2);
      expect({ accepted: stage.accepted, kept: stage.kept, rejected: stage.rejected }).toEqual({
        accepted: [],
        kept: [],
        rejected: [],
      });
      stage.issuer.mode('ok');
      expect(await status(stage)).toBe(200);
    },
  );

  it('R7 that come too late for the request that asked for them serve the next', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const slow = createServer(async (request, response) => {
      if (request.url === '/keys') {
        await setTimeout(1_700);
        response.end(
          JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', endorsements: ['msteams'] }] }),
        );
      } else response.end(JSON.stringify({ jwks_uri: `${url}/keys` }));
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const metrics = { count: () => undefined, observe: () => undefined };
    const keyring = createKeyring({
      metadataUrl: url,
      mayFetch: () => true,
      clock: systemClock(),
      log: quiet,
      metrics,
    });
    try {
      expect(await keyring.find('k')).toBe('unavailable');
      await until(async () => (await keyring.find('k')) !== 'unavailable', 5_000);
      expect(await keyring.find('k')).toMatchObject({ endorsements: ['msteams'] });
    } finally {
      slow.closeAllConnections();
      slow.close();
    }
  });

  it('R7 are not believed for ever when they cannot be read anew', async () => {
    const clock = createFakeClock(Date.now());
    const stage = await open({ adapter: { clock } });
    const lasting = `Bearer ${stage.issuer.mint({ claims: { exp: Math.floor(Date.now() / 1_000) + 30 * 86_400 } })}`;
    expect(await status(stage, lasting)).toBe(200);
    stage.issuer.mode('500');
    await clock.advance(2 * 86_400_000);
    expect(await status(stage, lasting)).toBe(200);
    await until(() => stage.counted.includes('teams_keys {"outcome":"failed"}'));
    await clock.advance(6 * 86_400_000);
    expect(await status(stage, lasting)).toBe(503);
  });

  it('R7 are read anew once a day, and a key that was withdrawn counts no more', async () => {
    const clock = createFakeClock(Date.now());
    const stage = await open({ adapter: { clock } });
    const lasting = `Bearer ${stage.issuer.mint({ claims: { exp: Math.floor(Date.now() / 1_000) + 30 * 86_400 } })}`;
    expect(await status(stage, lasting)).toBe(200);
    const { metadata } = stage.issuer.fetched();
    stage.issuer.rotate();
    await clock.advance(86_400_001);
    // Nobody waits for it.
    expect(await status(stage, lasting)).toBe(200);
    await until(() => stage.counted.filter((line) => line.includes('"read"')).length === 2);
    expect(stage.issuer.fetched().metadata).toBe(metadata + 1);
    expect(await status(stage, lasting)).toBe(401);
  });

  it('R27 never reach the console, not even where another key takes an id over', async () => {
    const clock = createFakeClock(Date.now());
    const stage = await open({ adapter: { clock } });
    const old = `Bearer ${stage.issuer.mint()}`;
    expect(await status(stage, old)).toBe(200);
    const printed = await printedDuring(async () => {
      stage.issuer.rotate({ sameIds: true });
      expect(await status(stage)).toBe(401);
      // The list is read anew for an id that nobody knows, and brings the new key along.
      expect(await status(stage, `Bearer ${stage.issuer.mint({ header: { kid: 'nobody' } })}`)).toBe(401);
      expect(await status(stage)).toBe(200);
      expect(await status(stage, old)).toBe(401);
    });
    expect(printed).toEqual([]);
    expect(stage.logged.join('\n')).not.toContain('KEY');
  });
});

describe('the second opinion', () => {
  const opinionOf = (answer: () => Promise<unknown>) => {
    const clock = createFakeClock();
    let asked = 0;
    const ask = createSecondOpinion({
      authentication: {
        authenticateRequest: async () => {
          asked++;
          await answer();
          throw new Error('the answer of the library is not looked at');
        },
      },
      clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    return { clock, ask: (): Promise<Opinion> => ask({}, 'Bearer a.b.c'), asked: () => asked };
  };
  const failing = (fields: object) => async () => {
    throw Object.assign(new Error('x'), fields);
  };

  it.each([
    { what: 'a refusal', error: { statusCode: 401, message: 'Unauthorized.' } },
    { what: 'a fault of its own', error: {} },
    { what: 'a token that ended', error: { name: 'TokenExpiredError' } },
  ])('counts $what as an objection', async ({ error }) => {
    expect(await opinionOf(failing(error)).ask()).toBe('objects');
  });

  it('has none where it has no such key, and is asked again', async () => {
    const { ask, asked } = opinionOf(failing({ statusCode: 401, message: 'Signing Key could not be retrieved.' }));
    expect([await ask(), await ask(), asked()]).toEqual(['abstains', 'abstains', 2]);
  });

  it.each<{ readonly opinion: Opinion; readonly ok: boolean }>([
    { opinion: 'agrees', ok: true },
    { opinion: 'abstains', ok: true },
    { opinion: 'objects', ok: false },
  ])('decides together with our own proof: $opinion', async ({ opinion, ok }) => {
    const stage = await open();
    const clock = systemClock();
    const metadataUrl = `${new URL(stage.serviceUrl).origin}${stage.issuer.metadataPath}`;
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const metrics = { count: () => undefined, observe: () => undefined };
    const asked: string[] = [];
    const gate = createGate({
      appId: stage.appId,
      tokenIssuer: stage.issuer.tokenIssuer,
      tenants: new Set([TENANT]),
      mayCall: () => true,
      keyring: createKeyring({ metadataUrl, mayFetch: () => true, clock, log, metrics }),
      secondOpinion: async (_activity, authorization) => {
        asked.push(authorization);
        return opinion;
      },
      clock,
    });
    const authorization = `Bearer ${stage.issuer.mint()}`;
    expect((await gate.prove({ activity: stage.question(), authorization })).ok).toBe(ok);
    // It never sees what we have not verified.
    const forged = `Bearer ${stage.issuer.mint({ key: 'unpublished' })}`;
    expect(await gate.prove({ activity: stage.question(), authorization: forged })).toMatchObject({ status: 401 });
    expect(asked).toEqual([authorization]);
  });

  it.each([
    { what: 'its fetch fails', error: { statusCode: 500 } },
    { what: 'its network fails', error: { name: 'FetchError' } },
  ])('is left alone for a while where $what', async ({ error }) => {
    const { ask, asked, clock } = opinionOf(failing(error));
    expect([await ask(), await ask(), asked()]).toEqual(['abstains', 'abstains', 1]);
    await clock.advance(60_000);
    expect([await ask(), asked()]).toEqual(['abstains', 2]);
  });

  it('is not waited for where it hangs, and then not asked', async () => {
    const { ask, asked, clock } = opinionOf(() => new Promise(() => undefined));
    const first = [ask(), ask(), ask()];
    await clock.advance(400);
    expect(await Promise.all(first)).toEqual(['abstains', 'abstains', 'abstains']);
    expect([await ask(), asked()]).toEqual(['abstains', 1]);
  });
});
