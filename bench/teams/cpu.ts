/**
 * CPU of an accepted message: our route against the vendor's adapter, with its own authentication and with none. Real http, real
 * signatures; once with one token for all, as Teams sends one for an hour, and once with a token of its own for each, which nobody
 * can have proved before.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { PERMIT } from '../../test/support/world.ts';
import { askSqlite } from '../core/cpu.ts';
import { type Bench, type Figure, figure, median, roundsIn } from '../figure.ts';
import { answeringByRoute, openBots, serve } from './bots.ts';

const AT_ONCE = 16;
const ROUNDS = 5;

/** Before anything is measured, of each kind. */
const WARM = 100;

/** More than our adapter remembers, so that one that comes again is new. */
const MOST_TOKENS = 1_100;

interface Order {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** One for each request in turn; none: without. */
  readonly tokens: readonly string[];
}

/** Resolves to how many were answered by 200. */
const post = async (posting: ChildProcess, order: Order, count: number): Promise<number> => {
  posting.send({ ...order, count, atOnce: AT_ONCE });
  const [good] = await once(posting, 'message');
  return good;
};

/** Resolves to the CPU of this process for each of them, µs. */
const cpuOf = async (posting: ChildProcess, order: Order, count: number): Promise<number> => {
  const before = process.cpuUsage();
  const good = await post(posting, order, count);
  const { user, system } = process.cpuUsage(before);
  if (good !== count) throw new Error(`${count - good} of ${count} messages were refused: the bench measures nothing`);
  return (user + system) / count;
};

export const acceptedCost: Bench = async ({ seconds }) => {
  const bots = await openBots();
  const ours = bots.ours();
  const servers = {
    ours: await serve(answeringByRoute(ours.teams)),
    proved: await serve(bots.vendors({ authentication: true })),
    bare: await serve(bots.vendors({ authentication: false })),
  };
  const posting = fork(new URL('../posting.ts', import.meta.url));
  try {
    const [count, rounds] = [Math.max(100, Math.round(seconds * 120)), roundsIn(seconds, ROUNDS)];
    const body = bots.question;
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': `${Buffer.byteLength(body)}`,
    };
    const one = [bots.issuer.mint()];
    let minted = 0;
    const each = Array.from({ length: Math.min(MOST_TOKENS, WARM + count * rounds) }, () =>
      bots.issuer.mint({ claims: { nonce: String(minted++) } }),
    );
    let at = 0;
    /** The next so many of those that are new. */
    const fresh = (many: number): readonly string[] => {
      const taken = Array.from({ length: many }, (_, n) => each[(at + n) % each.length] ?? '');
      at += many;
      return taken;
    };
    const to = (name: keyof typeof servers, tokens: readonly string[]): Order => ({
      url: servers[name].url,
      headers,
      body,
      tokens,
    });
    const first = fresh(WARM);
    // The first of all fetch the keys, for which a busy machine may need longer than Teams would wait.
    for (const name of ['ours', 'proved'] as const) await post(posting, to(name, one), WARM);
    for (const order of [to('ours', one), to('ours', first), to('proved', first), to('bare', [])])
      await cpuOf(posting, order, WARM);
    const measure = async () => {
      const core = (await askSqlite({ questions: count, decision: PERMIT })).cpuMicros;
      const tokens = fresh(count);
      return {
        core,
        bare: await cpuOf(posting, to('bare', []), count),
        proved: await cpuOf(posting, to('proved', one), count),
        ours: await cpuOf(posting, to('ours', one), count),
        provedEach: await cpuOf(posting, to('proved', tokens), count),
        oursEach: await cpuOf(posting, to('ours', tokens), count),
      };
    };
    const measured: Awaited<ReturnType<typeof measure>>[] = [];
    for (let round = 0; round < rounds; round++) measured.push(await measure());
    if (ours.taken() === 0) throw new Error('no message was accepted: the bench measures nothing');
    const middle = (of: (round: (typeof measured)[number]) => number): number => median(measured.map(of));
    const ratio = (id: string, of: (round: (typeof measured)[number]) => number, target: number | null): Figure =>
      figure({ id, value: middle(of), unit: 'x', target, direction: 'max' });
    const micros = (id: string, of: (round: (typeof measured)[number]) => number): Figure =>
      figure({ id, value: middle(of), unit: 'µs', target: null, direction: 'max' });
    return [
      ratio(
        'CPU a question through the core and its store / a bare CloudAdapter without authentication (G12)',
        (r) => r.core / r.bare,
        0.4,
      ),
      ratio(
        'CPU an accepted message / a CloudAdapter with its own authentication, one token for all',
        (r) => r.ours / r.proved,
        1.1,
      ),
      ratio(
        'CPU an accepted message / a CloudAdapter with its own authentication, a token each',
        (r) => r.oursEach / r.provedEach,
        1.1,
      ),
      ratio('CPU an accepted message / a CloudAdapter without authentication', (r) => r.ours / r.bare, null),
      micros('CPU an accepted message, one token for all', (r) => r.ours),
      micros('CPU an accepted message, a token each', (r) => r.oursEach),
      micros('CPU of a CloudAdapter with authentication', (r) => r.proved),
      micros('CPU of a CloudAdapter without', (r) => r.bare),
      micros('CPU a question through the core and its store', (r) => r.core),
    ];
  } finally {
    posting.kill();
    for (const { server } of Object.values(servers)) {
      server.closeAllConnections();
      server.close();
    }
    await bots.close();
  }
};
