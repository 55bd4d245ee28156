/** Slack requirement 30, both ways in: health elsewhere, nothing that goes wrong ends the process, and an end that loses nothing. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCrowd } from '../../support/crowd.ts';
import { type Fleet, openFleet } from '../../support/fleet.ts';
import { OWN_LEAVE } from '../../support/reckoning.ts';
import { openStage, type TestStage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { messageEvent, openSlack, type SlackBench } from './support.ts';
import { sleep, WAYS } from './whole.ts';

const get = async (url: string): Promise<{ readonly status: number; readonly body: string }> => {
  const answer = await fetch(url);
  return { status: answer.status, body: await answer.text() };
};

describe.each(WAYS)('over %s', (via) => {
  let bench: SlackBench | null = null;
  let fleet: Fleet | null = null;
  afterEach(async () => {
    await bench?.close();
    await fleet?.end();
    bench = null;
    fleet = null;
  });

  it('R30 nothing that a listener throws ends the process: what comes next is taken', async () => {
    const thrown: readonly (() => unknown)[] = [
      () => {
        throw new Error('at once');
      },
      () => Promise.reject(new TypeError('later')),
      () => Promise.reject('no error at all'),
      () => Promise.reject(undefined),
      () => Promise.reject(Object.freeze({ code: Symbol('odd') })),
      () => undefined,
    ];
    let next = 0;
    let taken = 0;
    bench = await openSlack({
      via,
      adapter: {
        accept: async () => {
          const throwing = thrown[next++];
          if (throwing !== undefined) await throwing();
          taken += 1;
          return 'accepted';
        },
      },
    });
    const { standIn, logged } = bench;
    const told = await Promise.all(
      Array.from({ length: thrown.length + 1 }, (_, n) =>
        standIn.deliverRaw({ body: JSON.stringify(standIn.envelope(messageEvent({ ts: `1771442483.00000${n}` }))) }),
      ),
    );
    const good = told.filter(({ status }) => status === 200).length;
    expect([good, taken]).toEqual([2, 2]);
    expect(told.filter(({ status }) => status === (via === 'http' ? 503 : 0))).toHaveLength(5);
    expect(logged.filter((line) => line.includes('slack.listener-failed'))).toHaveLength(5);
  }, 20_000);

  it('R30 a process that is told to end takes nothing that it does not finish: all is answered once by the next one', async () => {
    const people = makeCrowd({ count: 24, payroll: 0 });
    fleet = await openFleet(1, {
      people,
      slackMode: via,
      teamsIsOn: false,
      unlike: { leaseMs: 3_000, quick: true },
    });
    const crew = fleet;
    const { processes, talks, slack } = crew;
    const [one] = processes;
    if (one === undefined) throw new Error('there is no process');
    await one.start();
    if (via === 'socket') await until(() => slack.sockets.open().length === 1);
    const said: Promise<{ readonly delivered: number }>[] = [];
    let taken = 0;
    const sayAll = (some: typeof people): void => {
      for (const who of some) {
        const one = crew.say({ on: 'slack', who, text: OWN_LEAVE });
        said.push(one);
        void one.then(({ delivered }) => (taken += delivered === 200 ? 1 : 0));
      }
    };
    // However fast the machine is: some are taken before the end, and some come while it ends.
    sayAll(people.slice(0, people.length / 2));
    await until(() => taken > 0, 60_000);
    const stopping = one.stop();
    sayAll(people.slice(people.length / 2));
    const ended = await stopping;
    expect(ended.status).toBe(0);
    // Orchestrators wait for half a minute before they kill.
    expect(ended.ms).toBeLessThan(30_000);
    await one.start();
    await Promise.all(said);
    const answers = (): readonly number[] =>
      people.map((who) => talks.slack.messages(who).filter(({ from }) => from === 'sotto').length);
    await until(() => answers().every((count) => count > 0), 60_000);
    await sleep(1_000);
    expect(answers()).toEqual(people.map(() => 1));
  }, 180_000);

  describe('a whole Sotto', () => {
    let stage: TestStage;
    beforeAll(async () => {
      stage = await openStage({ slackMode: via });
    }, 60_000);
    afterAll(() => stage.end());

    it('R30 says how it stands elsewhere than where events come in, and tells reasons to operators alone', async () => {
      const { url, opsUrl } = stage.running;
      expect(new URL(url).port).not.toBe(new URL(opsUrl).port);
      for (const base of [url, opsUrl]) {
        await until(async () => (await get(`${base}/health/ready`)).status === 200);
        expect((await get(`${base}/health/live`)).status).toBe(200);
      }
      const post = { method: 'POST', body: '{}' };
      expect((await fetch(`${opsUrl}/slack/events`, post)).status).toBe(404);
      // In Socket Mode nobody can knock: nothing of Slack's listens.
      expect((await fetch(`${url}/slack/events`, post)).status).toBe(via === 'http' ? 401 : 404);
    });

    if (via === 'http') return;

    it('R30 says that no question can come in while no connection stands, and takes them again afterwards', async () => {
      const { url, opsUrl } = stage.running;
      stage.slack.fail({ method: 'apps.connections.open', how: 'internal_error', times: 2 });
      stage.slack.sockets.cut();
      await until(async () => (await get(`${opsUrl}/health/ready`)).status === 503);
      expect(JSON.parse((await get(`${opsUrl}/health/ready`)).body)).toEqual({ ok: false, why: 'slack-socket' });
      // Teams comes in over the routes, and is not to be sent elsewhere because Slack is away.
      expect(await get(`${url}/health/ready`)).toEqual({ status: 200, body: '{"ok":true}' });
      expect((await get(`${url}/health/live`)).status).toBe(200);
      await until(async () => (await get(`${opsUrl}/health/ready`)).status === 200, 20_000);
      expect((await stage.ask({ who: 'evan', says: 'how many days of leave have I left?' })).said).toContain('14');
      const figures = (await get(`${opsUrl}/metrics`)).body;
      expect(figures).toMatch(/^sotto_slack_sockets_total\{outcome="opened"\} 2$/m);
      expect(figures).toMatch(/^sotto_slack_sockets_total\{outcome="closed"\} 1$/m);
      expect(figures).toMatch(/^sotto_slack_envelopes_total\{outcome="acked"\} 1$/m);
    }, 60_000);
  });
});
