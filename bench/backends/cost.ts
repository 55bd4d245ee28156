/** What a call costs beside the same request made with undici alone and parsed, in rounds that take turns. */
import { Agent } from 'undici';
import { type Figure, figure, median, roundsIn } from '../figure.ts';
import type { Systems } from './systems.ts';

const AT_ONCE = 4;

const perSecond = async (ms: number, one: () => Promise<unknown>): Promise<number> => {
  const until = performance.now() + ms;
  let done = 0;
  const from = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() < until) {
        await one();
        done += 1;
      }
    }),
  );
  return (done / (performance.now() - from)) * 1_000;
};

export const costFigures = async (systems: Systems, seconds: number): Promise<readonly Figure[]> => {
  const agent = new Agent({ connections: 8, pipelining: 1 });
  const origin = systems.base('well');
  const bare = async (): Promise<unknown> => {
    const { hostname, port, protocol, pathname } = new URL(origin);
    const came = await agent.request({
      origin: `${protocol}//${hostname}:${port}`,
      path: `${pathname}/people/evan/leave`,
      method: 'GET',
      headers: { accept: 'application/json' },
    });
    return came.body.json();
  };
  let nth = 0;
  let failed = 0;
  /** Each with the calls of a minute of its own: no more are made in a round. */
  const oursOf = async (): Promise<() => Promise<void>> => {
    const backend = systems.backend({ first: 'well' });
    const call = async (): Promise<void> => {
      const fetched = await backend.fetch({
        operation: 'first.one',
        subject: 'evan',
        asker: `p${nth++ % 5_000}`,
        id: 'q',
      });
      if (!fetched.ok) failed += 1;
    };
    // Connections are made before anything is measured.
    await Promise.all(Array.from({ length: AT_ONCE }, call));
    return call;
  };
  const ms = seconds < 2 ? 100 : 1_000;
  const ratios: number[] = [];
  const each: number[] = [];
  await perSecond(ms, bare);
  await perSecond(ms, await oursOf());
  for (let round = 0; round < roundsIn(seconds, 9); round++) {
    const both: Partial<Record<'bare' | 'ours', number>> = {};
    for (const which of round % 2 === 0 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const))
      both[which] = await perSecond(ms, which === 'bare' ? bare : await oursOf());
    if (both.bare === undefined || both.ours === undefined) continue;
    ratios.push(both.bare / both.ours);
    each.push(1_000 / both.ours - 1_000 / both.bare);
  }
  await agent.close();
  return [
    figure({
      id: 'time of a call, beside undici alone',
      value: median(ratios),
      unit: '×',
      target: 2,
      direction: 'max',
    }),
    figure({ id: 'what a call adds to that', value: median(each), unit: 'ms', target: 0.5, direction: 'max' }),
    figure({
      id: 'calls that failed while that was measured',
      value: failed,
      unit: 'calls',
      target: 0,
      direction: 'max',
    }),
  ];
};
