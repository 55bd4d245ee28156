/** A Sotto as a process of its own, which can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Step } from '../../src/core/reached.ts';
import { childEnvironment, LEARNT, QUICK } from './child.ts';
import { until } from './until.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SERVE_WITH = fileURLToPath(new URL('./serve-with.ts', import.meta.url));

/** What `sotto serve` has no setting for. */
export interface Unlike {
  /** How long a question stays with a process that died, ms. */
  readonly leaseMs?: number;
  /** Within which every process has seen a new data key, ms. */
  readonly spreadMs?: number;
  /** The process's clock is ahead of the machine's by what `ahead` says last, ms. */
  readonly movable?: boolean;
  /** Knows a handful of sentences and learns none, so that it is up in half the time. See `quick-recogniser.ts`. */
  readonly quick?: boolean;
  /** A later version, whose schema has one step more: `beside`, older programs may run with it; `alone`, they may not. See `newer-store.ts`. */
  readonly newer?: 'beside' | 'alone';
}

/** What such a process may be told while it runs. */
export type Told = { readonly ahead: number } | { readonly snapshot: string } | Doom;

/** It kills itself with -9 when it is at this step next. Of all that are told of the same file, which is not there yet, one dies. */
export interface Doom {
  readonly dieAt: Step;
  readonly once: string;
}

export interface SottoProcess {
  /** Empty until it listens. */
  url(): string;
  opsUrl(): string;
  /** Everything that it wrote to its outputs so far, over all its starts. */
  output(): string;
  /** Resolves once it is ready; rejects with what it said where it ended instead. Only one with a doom may end before that. */
  start(doom?: Doom): Promise<void>;
  alive(): boolean;
  /** Of the one that was started last. Refuses where none was. */
  pid(): number;
  /** Resolves to the status with which it ended by itself. */
  ended(): Promise<number | null>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to how long it took to end, ms, and with which status. */
  stop(): Promise<{ readonly ms: number; readonly status: number | null }>;
  /** Sets a movable clock. */
  ahead(ms: number): Promise<void>;
  doom(doom: Doom): Promise<void>;
  /** Collects its garbage (needs --expose-gc) and writes what is still reachable in its heap into this file. */
  snapshot(path: string): Promise<void>;
  /** Time on a processor so far, ms; 0 where the system does not tell. */
  cpuMs(): number;
}

/** It may share its machine with many others, ms. */
const START_MS = 60_000;

/** A tick of the kernel's accounting, ms. */
const TICK_MS = 10;

export const createSottoProcess = (o: {
  /** Asked at each start. Nothing of our own environment goes along but the path. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Node's own options; default: those that spare most of a start. */
  readonly node?: readonly string[];
  /** Asked at each start, so that another version may come up than went down; null: it is `sotto serve` itself. */
  readonly unlike?: () => Unlike | null;
  /** Within which it is up, ms. */
  readonly startMs?: number;
}): SottoProcess => {
  let child: ChildProcess | null = null;
  let output = '';
  let [url, opsUrl] = ['', ''];

  const alive = (): boolean => child !== null && child.exitCode === null && child.signalCode === null;
  const gone = (): Promise<number | null> =>
    new Promise((resolve) => {
      if (child === null || child.exitCode !== null || child.signalCode !== null) resolve(child?.exitCode ?? null);
      else child.once('close', (status) => resolve(status));
    });

  const tell = (what: Told): Promise<void> =>
    new Promise((resolve) => {
      child?.once('message', () => resolve());
      child?.send(what);
    });

  const script = (unlike: Unlike | null, doom: Doom | undefined): readonly string[] =>
    unlike === null ? [...LEARNT, 'src/cli.ts', 'serve'] : [SERVE_WITH, JSON.stringify({ ...unlike, doom })];

  return {
    url: () => url,
    opsUrl: () => opsUrl,
    output: () => output,
    start: async (doom) => {
      let said = '';
      [url, opsUrl] = ['', ''];
      const unlike = o.unlike?.() ?? null;
      const started = spawn(process.execPath, [...(o.node ?? QUICK), ...script(unlike, doom)], {
        cwd: ROOT,
        env: childEnvironment(o.environment()),
        stdio: ['ignore', 'pipe', 'pipe', ...(unlike === null ? [] : (['ipc'] as const))],
      });
      child = started;
      for (const stream of [started.stdout, started.stderr]) {
        stream?.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          output += chunk.toString();
        });
      }
      const listens = (): RegExpExecArray | null => /listens on (\S+), health and metrics on (\S+)\./.exec(said);
      await until(
        () => listens() !== null || started.exitCode !== null || started.signalCode !== null,
        o.startMs ?? START_MS,
      );
      [, url = '', opsUrl = ''] = listens() ?? [];
      if (url === '' && doom === undefined) throw new Error(`it did not start: ${said}`);
    },
    alive,
    pid: () => {
      if (child?.pid === undefined) throw new Error('it was not started');
      return child.pid;
    },
    ended: gone,
    kill: async () => {
      child?.kill('SIGKILL');
      await gone();
    },
    stop: async () => {
      const begun = Date.now();
      child?.kill('SIGTERM');
      const status = await gone();
      return { ms: Date.now() - begun, status };
    },
    ahead: (ms) => tell({ ahead: ms }),
    doom: tell,
    snapshot: (path) => tell({ snapshot: path }),
    cpuMs: () => {
      try {
        // Behind the name, which may hold anything: state is the first, then utime and stime are the 12th and 13th.
        const fields = readFileSync(`/proc/${child?.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
        return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
      } catch {
        return 0;
      }
    },
  };
};
