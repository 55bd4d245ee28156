/** The `sotto` command as a process of its own, whose output can be read while it runs. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment, LEARNT, QUICK } from './child.ts';
import { until } from './until.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Commanded {
  out(): string;
  /** The code of the order that it gave, once it is printed. */
  code(): Promise<string>;
  ended(): Promise<Ended>;
  kill(): void;
}

/** No command that ends by itself takes longer, ms; an order that nobody confirms would wait for ten minutes. */
const LONGEST_MS = 240_000;

const CODE = /\b[2-9A-Z]{4}-[2-9A-Z]{4}\b/;

/** `data`: the folder of the Sotto that it talks to. */
export const command = (o: {
  readonly args: readonly string[];
  readonly data: string;
  readonly env?: Readonly<Record<string, string>>;
}): Commanded => {
  const child = spawn(process.execPath, [...QUICK, ...LEARNT, 'src/cli.ts', ...o.args], {
    cwd: ROOT,
    env: childEnvironment({ SOTTO_DATA: o.data, ...o.env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status) => resolve({ status, out, err }));
  });
  const late = (): Promise<never> =>
    new Promise((_, reject) => {
      setTimeout(() => reject(new Error(`it did not end: ${out}${err}`)), LONGEST_MS).unref();
    });
  return {
    out: () => out,
    code: async () => {
      // Where lines of data go to standard output, all that is said goes to the other.
      await until(() => CODE.test(out) || CODE.test(err) || child.exitCode !== null, 30_000);
      const [code] = CODE.exec(out) ?? CODE.exec(err) ?? [];
      if (code === undefined) throw new Error(`no code was printed: ${out}${err}`);
      return code;
    },
    ended: () => Promise.race([ended, late()]),
    kill: () => void child.kill('SIGKILL'),
  };
};

/** Commands of one suite: `kill` after each test, so that none that failed leaves one waiting. */
export const createCommands = (data: () => string): { run(...args: readonly string[]): Commanded; kill(): void } => {
  const running: Commanded[] = [];
  return {
    run: (...args) => {
      const commanded = command({ args, data: data() });
      running.push(commanded);
      return commanded;
    },
    kill: () => {
      for (const each of running.splice(0)) each.kill();
    },
  };
};
