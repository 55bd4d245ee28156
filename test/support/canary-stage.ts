/**
 * `sotto serve` as it is run, with debug on, between stand-ins of both platforms and an HR system, whose answers can be laid by; and
 * the search of everything that it writes or tells for canaries.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { SlackMode } from '../../src/config.ts';
import type { DecisionEntry } from '../../src/core/audit.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { type Canaries, type Canary, createCanaries, found, joined } from './canaries.ts';
import { makeCrowd, type Somebody } from './crowd.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { DESK_SECRET, describeHooks } from './hooked.ts';
import type { SottoProcess } from './sotto-process.ts';
import { until } from './until.ts';

/** What a stand-in answers once instead of its own answer. `reset`: the connection ends in the middle of the body. */
export interface Laid {
  readonly path: RegExp;
  readonly method?: string;
  readonly status: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly how?: 'reset' | 'hang';
}

export interface LogLine {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface CanaryStage {
  readonly canaries: Canaries;
  readonly fleet: Fleet;
  readonly process: SottoProcess;
  readonly data: string;
  /** Whose name and pay are canaries. */
  readonly subject: Somebody;
  readonly operators: readonly Somebody[];
  /** Somebody who has not asked yet, so that nobody asks too much; of payroll where that is wanted. */
  somebody(payroll?: boolean): Somebody;
  /** Lays an answer by; resolves once it was given. */
  lay(laid: Laid): () => Promise<void>;
  /** Asks in private, and waits until that has ended; returns the decision and what the asker reads in that chat. */
  ask(o: {
    readonly on: PlatformName;
    readonly who: Somebody;
    readonly text: string;
  }): Promise<{ readonly decision: DecisionEntry; readonly question: string; readonly read: string }>;
  /** Waits until the question has ended. */
  ended(question: string): Promise<void>;
  /** What this has written in the log. Resolves with the lines that are like that; waits for one. */
  logs<T>(during: () => Promise<T>, like: Readonly<Record<string, unknown>>): Promise<T>;
  /** An answer of ours that must hold no canary; see `leaks`. */
  answered(body: string): void;
  /** A request as bytes; what came back. */
  bytes(o: { readonly port: 'public' | 'ops'; readonly raw: string }): Promise<string>;
  /** Over the control socket. */
  control(o: {
    readonly method: string;
    readonly path: string;
    readonly body?: string;
  }): Promise<{ readonly status: number; readonly body: string }>;
  /** Where canaries stand and must not, by the place. Empty: nowhere. */
  leaks(canaries: readonly Canary[]): Promise<readonly string[]>;
  /** Throws the words of `bomb.txt` in the process, where nobody catches them. */
  explode(): void;
  end(): Promise<void>;
}

const PEOPLE = 200;
const PAYROLL = 40;
const OPERATORS = 2;

/** Nobody else in the crowd earns so much, and no other number in a log, an id or a time is like it. */
const FIGURE = 841_726_393;

/** Throws words from nowhere where it is told to: the worst of bugs, in a process that is otherwise as it is run. */
const BOMB = `
import { readFileSync } from 'node:fs';
process.on('SIGUSR2', () => {
  const words = readFileSync(new URL('./bomb.txt', import.meta.url), 'utf8');
  if (words.startsWith('print ')) return console.log('printed', words);
  setImmediate(() => { throw Object.assign(new Error(words, { cause: new Error(words) }), { code: words, request: { text: words } }); });
});
`;

export const openCanaryStage = async (
  o: {
    readonly store?: string;
    /** Laid over the settings; `base`: of the stand-ins. */
    readonly settings?: (base: string) => Readonly<Record<string, string>>;
    /** Further stand-ins, for these people. */
    readonly routes?: (app: FastifyInstance, people: readonly Somebody[]) => void;
    /** See `FleetOptions`. */
    readonly idOf?: (person: Somebody) => string;
    /** How what happens on Slack comes in; default: http. */
    readonly slackMode?: SlackMode;
    /** See `Unlike`: where it is not about what is recognised. */
    readonly quick?: boolean;
    /** Names of canaries that the store may name. */
    readonly plain?: readonly string[];
  } = {},
): Promise<CanaryStage> => {
  const canaries = createCanaries();
  const plain = o.plain ?? [];
  const crowd = makeCrowd({ count: PEOPLE, payroll: PAYROLL }).map((person, n): Somebody => {
    if (n === 0)
      return {
        ...person,
        id: canaries.word('the directory id of somebody'),
        name: `${canaries.letters('the first name of somebody')} ${canaries.letters('the last name of somebody')}`,
        annual: Number(canaries.add('the pay of somebody', String(FIGURE))),
      };
    return n <= OPERATORS ? { ...person, groups: ['operators'] } : person;
  });
  const [subject] = crowd as [Somebody];
  const unasked = {
    payroll: crowd.filter(({ groups }) => groups.includes('payroll')),
    other: crowd.filter(({ groups }) => groups.length === 0).slice(1),
  };

  const laid: { readonly what: Laid; readonly given: () => void }[] = [];
  const lieBy = (app: FastifyInstance): void => {
    app.addHook('onRequest', async (incoming, reply) => {
      const next = laid.findIndex(
        ({ what }) => what.path.test(incoming.url) && (what.method === undefined || what.method === incoming.method),
      );
      if (next < 0) return;
      const [{ what, given }] = laid.splice(next, 1) as [(typeof laid)[number]];
      reply.hijack();
      given();
      if (what.how === 'hang') return;
      const bytes = Buffer.from(what.body, 'utf8');
      const length = what.how === 'reset' ? bytes.length + 100 : bytes.length;
      reply.raw.writeHead(what.status, what.reason ?? 'As it is', { 'content-length': length, ...what.headers });
      if (what.how === 'reset') reply.raw.write(bytes, () => reply.raw.destroy());
      else reply.raw.end(bytes);
    });
  };

  let bomb: string | null = null;
  const node: string[] = [];
  const fleet = await openFleet(1, {
    people: crowd,
    expiresSeconds: 5,
    ...(o.store === undefined ? {} : { store: o.store }),
    ...(o.idOf === undefined ? {} : { idOf: o.idOf }),
    ...(o.slackMode === undefined ? {} : { slackMode: o.slackMode }),
    ...(o.quick === true ? { unlike: { quick: true } } : {}),
    routes: (app) => {
      lieBy(app);
      o.routes?.(app, crowd);
    },
    settings: (base) => ({ SOTTO_LOG_LEVEL: 'debug', TEAMS_OAUTH_CONNECTION: 'sso', ...o.settings?.(base) }),
    node,
  });
  bomb = join(fleet.folder, 'bomb.mjs');
  writeFileSync(bomb, BOMB);
  writeFileSync(join(fleet.folder, 'bomb.txt'), canaries.word('the words of an error that nobody caught'));
  node.push('--import', pathToFileURL(bomb).href);
  // Whoever waits for an HR system that hangs waits less long, and one that fails again and again is asked all the same.
  const hr = join(fleet.folder, 'backends', 'hr.yaml');
  writeFileSync(hr, readFileSync(hr, 'utf8').replace('timeoutMs: 5000', 'timeoutMs: 1000\nbreaker: { failures: 100 }'));
  describeHooks(fleet);
  canaries.add('the secret of a webhook', DESK_SECRET);
  const [sotto] = fleet.processes as [SottoProcess];
  const data = join(fleet.folder, 'data-0');
  for (const name of ['slack-signing-secret', 'slack-bot-token', 'teams-app-password', 'data-key'] as const)
    canaries.add(`the secret ${name}`, fleet.secret(name));
  canaries.add('the secret slack-app-token', readFileSync(join(fleet.secretsFolder, 'slack-app-token'), 'utf8').trim());
  // What stands between its first line and its last.
  canaries.add('the secret audit-signing-key', fleet.secret('audit-signing-key').split('\n')[1] ?? '');

  const answers: string[] = [];
  const lines = (from: number): readonly LogLine[] =>
    sotto
      .output()
      .slice(from)
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .flatMap((line) => {
        try {
          return [JSON.parse(line) as LogLine];
        } catch {
          return []; // Not written to its end yet.
        }
      });
  const ended = (question: string): Promise<void> =>
    until(
      () =>
        fleet
          .trail()
          .some(
            (entry) => (entry.kind === 'disclosure' || entry.kind === 'undeliverable') && entry.question === question,
          ),
      60_000,
    );
  // On a connection of its own: one that was kept may be closed by the other side in this moment.
  const text = async (url: string): Promise<string> => (await fetch(url, { headers: { connection: 'close' } })).text();

  return {
    canaries,
    fleet,
    process: sotto,
    data,
    subject,
    operators: crowd.filter(({ groups }) => groups.includes('operators')),
    somebody: (payroll = false) => {
      const one = (payroll ? unasked.payroll : unasked.other).shift();
      if (one === undefined) throw new Error('everybody has asked');
      return one;
    },
    lay: (what) => {
      const given = Promise.withResolvers<void>();
      laid.push({ what, given: given.resolve });
      return async () => {
        let was = false;
        void given.promise.then(() => {
          was = true;
        });
        await until(() => was, 30_000);
      };
    },
    ask: async ({ on, who, text: words }) => {
      const { question } = await fleet.say({ on, who, text: words });
      await ended(question);
      const decision = fleet
        .trail()
        .findLast((entry): entry is DecisionEntry => entry.kind === 'decision' && entry.question === question);
      if (decision === undefined) throw new Error(`no decision on ${question}`);
      const read = fleet.talks[on]
        .messages(who)
        .filter(({ from }) => from === 'sotto')
        .map((message) => message.text)
        .join('\n');
      return { decision, question, read };
    },
    ended,
    logs: async (during, like) => {
      const from = sotto.output().length;
      const result = await during();
      const alike = (line: LogLine): boolean => Object.entries(like).every(([name, value]) => line[name] === value);
      await until(() => lines(from).some(alike), 30_000).catch((error: unknown) => {
        throw new Error(`not in the log: ${JSON.stringify(like)}, but\n${sotto.output().slice(from)}`, {
          cause: error,
        });
      });
      return result;
    },
    answered: (body) => void answers.push(body),
    bytes: async ({ port, raw }) => {
      const { connect } = await import('node:net');
      const { hostname, port: number } = new URL(port === 'ops' ? sotto.opsUrl() : sotto.url());
      const got = await new Promise<string>((resolve) => {
        let said = '';
        const socket = connect({ host: hostname, port: Number(number) }, () => socket.write(raw));
        socket.on('data', (chunk: Buffer) => {
          said += chunk.toString('latin1');
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(said));
        socket.setTimeout(10_000, () => socket.destroy());
      });
      answers.push(got);
      return got;
    },
    control: ({ method, path, body }) =>
      new Promise((resolve, reject) => {
        const asking = request({ socketPath: join(data, 'control.sock'), method, path, agent: false }, (response) => {
          let said = '';
          response.on('data', (chunk: Buffer) => {
            said += chunk.toString();
          });
          response.on('end', () => {
            answers.push(said);
            resolve({ status: response.statusCode ?? 0, body: said });
          });
        });
        asking.on('error', reject);
        asking.end(body);
      }),
    leaks: async (wanted) => {
      const alive = sotto.alive();
      const proc = (file: string): string => (alive ? readFileSync(`/proc/${sotto.pid()}/${file}`, 'latin1') : '');
      const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const places: Readonly<Record<string, readonly [string | Buffer, readonly Canary[]]>> = {
        log: [sotto.output(), wanted],
        'log, its fields in one row': [joined(sotto.output()), wanted],
        answers: [answers.join('\n'), wanted],
        'command line': [`${proc('cmdline')}\n${proc('comm')}\n${proc('environ')}`, wanted],
        ...(alive
          ? {
              metrics: [await text(`${sotto.opsUrl()}/metrics`), wanted],
              health: [
                (await Promise.all([sotto.url(), sotto.opsUrl()].map((url) => text(`${url}/health/ready`)))).join('\n'),
                wanted,
              ],
            }
          : {}),
        ...Object.fromEntries(
          files.map((entry) => [
            join(entry.parentPath, entry.name).slice(data.length + 1),
            [
              readFileSync(join(entry.parentPath, entry.name)),
              entry.name.startsWith('sotto.db') ? wanted.filter(({ name }) => !plain.includes(name)) : wanted,
            ],
          ]),
        ),
      };
      return Object.entries(places).flatMap(([place, [there, which]]) =>
        found(there, which).map((what) => `${place}: ${what}`),
      );
    },
    explode: () => void process.kill(sotto.pid(), 'SIGUSR2'),
    end: () => fleet.end(),
  };
};
