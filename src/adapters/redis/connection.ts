/**
 * One connection. A command that meets no connection fails at once, one that gets no answer fails in time, and none is
 * sent twice: whether a lost one happened is for the core to find out. It reconnects by itself, for ever.
 */
import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Command, Redis } from 'ioredis';
import { SottoError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import type { Address } from './address.ts';
import { busy, codeOfFailure, isNoScript, shut, unavailable } from './errors.ts';
import { createPatience } from './patience.ts';

const CONNECT_MS = 1_500;
const COMMAND_MS = 1_500;

/** A server that sends nothing for so long while something waits is as good as gone: the connection is made anew. */
const SILENT_MS = 1_750;

/** The client's own watch over that, once the connection stands. It knows nothing of time in which we stood still, so it is a last resort. */
const DEAF_MS = 60_000;

/** For a Redis that is still loading its data. */
const OPEN_MS = 10_000;
const CLOSE_MS = 2_000;

/** Commands that may wait for an answer at once. Beyond it callers hear `store-unavailable` rather than fill the memory. */
const MOST_WAITING = 10_000;

const LONGEST_BACKOFF_MS = 2_000;

const backoff = (times: number): number => {
  const ms = Math.min(LONGEST_BACKOFF_MS, 50 * 2 ** Math.min(times, 10));
  return Math.round(ms * (0.5 + Math.random() / 2));
};

/** A Lua script: one call is one atomic change. Its keys all carry one tag. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export const script = (lua: string): Script => ({ lua, sha: hash('sha1', lua) });

/**
 * A script that goes on where Redis is at its maxmemory: what was accepted ends, what is due leaves. Redis stops none there that has
 * called a command which writes, and this one changes nothing: the first key of such a script has no end that could be taken away.
 */
export const draining = (lua: string): Script => script(`redis.call('PERSIST', KEYS[1])\n${lua}`);

export interface Call {
  /** Completes the sentence "The store could not …". */
  readonly what: string;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

export interface Connection {
  /** One round trip, but for the first time after Redis was started. */
  run(script: Script, call: Call): Promise<unknown>;
  /** One plain command. */
  ask(what: string, command: string, ...args: readonly (string | number)[]): Promise<unknown>;
  /** `seen` runs whenever a lost connection stands again. */
  onBack(seen: () => void): void;
  /** Lets what waits be answered, briefly, and hangs up. */
  close(): Promise<void>;
}

export type Passwords = () => Promise<readonly string[]>;

interface ConnectOptions {
  readonly address: Address;
  /** Asked again whenever a connection is lost: the files that it trusts and proves itself by may have been renewed. */
  readonly addressNow?: () => Promise<Address>;
  readonly passwords?: Passwords | undefined;
  readonly log?: Log | undefined;
}

/** With the first password that Redis takes. */
export const connect = async (o: ConnectOptions): Promise<Connection> => {
  const [first, ...others] = (await o.passwords?.()) ?? [];
  let opened = connectWith(first, o);
  for (const other of others) {
    opened = opened.catch((error: unknown) => {
      if (isRefused(error)) return connectWith(other, o);
      throw error;
    });
  }
  return opened;
};

const isRefused = (error: unknown): boolean =>
  error instanceof SottoError && codeOfFailure(error.cause) === 'WRONGPASS';

const connectWith = async (password: string | undefined, o: ConnectOptions): Promise<Connection> => {
  const redis = new Redis({
    ...o.address,
    ...(password === undefined ? {} : { password }),
    protocol: 2,
    lazyConnect: true,
    disableClientInfo: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    keepAlive: 10_000,
    noDelay: true,
    retryStrategy: backoff,
    // After a failover the address may lead to the new primary.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  const backs: (() => void)[] = [];
  let opened = false;
  let closed = false;
  let lost = false;
  let lastError: unknown = null;
  redis.on('error', (error: unknown) => {
    lastError = error;
  });
  /** It changes in the vault and in Redis at different moments: one that was refused is followed by the next. */
  let turn = 0;
  const renewPassword = async (): Promise<void> => {
    turn = codeOfFailure(lastError) === 'WRONGPASS' ? turn + 1 : 0;
    const given = (await o.passwords?.()) ?? [];
    const next = given[turn % Math.max(1, given.length)];
    if (next === undefined) delete redis.options.password;
    else redis.options.password = next;
  };
  const renewTls = async (): Promise<void> => {
    const { tls } = (await o.addressNow?.()) ?? o.address;
    if (tls !== undefined) redis.options.tls = tls;
  };
  redis.on('close', () => {
    if (!opened || closed) return;
    // While the vault does not answer, the last one serves; and so it does where a file cannot be used.
    if (o.passwords !== undefined) renewPassword().catch(() => undefined);
    if (o.address.tls !== undefined) renewTls().catch(() => undefined);
    if (lost) return;
    lost = true;
    o.log?.warn('redis.lost', { code: lastError === null ? 'DISCONNECTED' : codeOfFailure(lastError) });
  });
  redis.on('ready', () => {
    lastError = null;
    if (!lost) return;
    lost = false;
    o.log?.info('redis.back');
    for (const back of backs) back();
  });

  const patience = createPatience<Command>({
    lateMs: COMMAND_MS,
    silentMs: SILENT_MS,
    late: (command) => command.reject(new Error('Command timed out')),
    silent: () => redis.stream.destroy(new Error('Socket timeout')),
  });
  // Until it stands, the client watches over the silence of what it asks itself.
  redis.on('connect', () => redis.stream.on('data', patience.heard));
  redis.on('ready', () => {
    redis.options.socketTimeout = DEAF_MS;
  });
  redis.on('close', () => {
    redis.options.socketTimeout = SILENT_MS;
    patience.ended();
  });

  let gathering = false;
  /** What is asked in one turn of the event loop goes out in one write. */
  const gather = (): void => {
    const { stream } = redis;
    if (gathering || stream === undefined) return;
    gathering = true;
    stream.cork();
    setImmediate(() => {
      gathering = false;
      stream.uncork();
    });
  };

  type Args = readonly (string | number)[];
  /** `otherwise`: what is asked in its place where Redis does not know the script; nothing was run then. */
  const sent = (what: string, name: string, args: Args, otherwise?: () => Promise<unknown>): Promise<unknown> => {
    if (closed) return Promise.reject(shut());
    if (patience.size() >= MOST_WAITING) return Promise.reject(busy());
    const command = new Command(name, [...args], { replyEncoding: 'utf8' });
    patience.asked(command);
    gather();
    redis.sendCommand(command);
    return command.promise.then(
      (answer: unknown) => {
        patience.done(command);
        return answer;
      },
      (error: unknown) => {
        patience.done(command);
        if (otherwise !== undefined && isNoScript(error)) return otherwise();
        throw unavailable(what, error);
      },
    );
  };

  const late = pause(OPEN_MS, 'late' as const, { ref: false });
  try {
    if ((await Promise.race([redis.connect(), late])) === 'late') throw new Error('Command timed out');
    opened = true;
  } catch (error) {
    redis.disconnect();
    throw unavailable('be opened', lastError ?? error);
  }

  return {
    run: ({ lua, sha }, { what, keys, args }) =>
      sent(what, 'evalsha', [sha, keys.length, ...keys, ...args], () =>
        // Redis was started anew, or another one has taken over.
        sent(what, 'eval', [lua, keys.length, ...keys, ...args]),
      ),
    ask: (what, command, ...args) => sent(what, command, args),
    onBack: (seen) => void backs.push(seen),
    close: async () => {
      if (closed) return;
      closed = true;
      const end = performance.now() + CLOSE_MS;
      while (patience.size() > 0 && performance.now() < end) await pause(10);
      redis.disconnect();
    },
  };
};
