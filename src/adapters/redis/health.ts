/** How a Redis stands, for `sotto doctor`: nothing is changed in it. */
import { SottoError } from '../../core/errors.ts';
import { addressOf } from './address.ts';
import { connect } from './connection.ts';
import { listOf, textOf } from './replies.ts';
import type { RedisStoreOptions } from './store.ts';

/** Null: this Redis does not tell, to this user. */
export interface RedisHealth {
  readonly version: string | null;
  readonly maxmemoryPolicy: string | null;
  readonly usedBytes: number | null;
  /** 0: no bound. */
  readonly mostBytes: number | null;
  readonly appendonly: string | null;
  readonly appendfsync: string | null;
  /** Whether the last rewriting and the last write of the append-only file went well. */
  readonly appendsWell: boolean | null;
  readonly replica: boolean | null;
  /** Of this Redis, ms since the epoch, in the middle of a round trip that took `tripMs`. */
  readonly time: number;
  readonly tripMs: number;
}

/** Refuses with `store-unavailable` where it does not answer, with `settings` for an address or certificates that cannot be used. */
export const redisHealth = async (o: Pick<RedisStoreOptions, 'url' | 'passwords' | 'tls'>): Promise<RedisHealth> => {
  const address = addressOf({ url: o.url, tls: await o.tls?.() });
  const connection = await connect({ address, passwords: o.passwords });
  try {
    const info = await connection.ask('say how it stands', 'INFO').then(textOf, () => null);
    const field = (name: string): string | null =>
      info
        ?.split('\r\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.slice(name.length + 1) ?? null;
    const number = (name: string): number | null => {
      const value = field(name);
      return value === null ? null : Number(value);
    };
    const setting = (name: string): Promise<string | null> =>
      connection.ask('say its settings', 'CONFIG', 'GET', name).then(
        (answer) => {
          const [, value] = listOf(answer);
          return typeof value === 'string' ? value : null;
        },
        () => null,
      );
    const appended = [field('aof_last_bgrewrite_status'), field('aof_last_write_status')];
    const [appendonly, appendfsync] = [await setting('appendonly'), await setting('appendfsync')];
    const begun = performance.now();
    const [seconds, micros] = listOf(await connection.ask('say what time it is', 'TIME'));
    const tripMs = performance.now() - begun;
    const time = Number(seconds) * 1_000 + Number(micros) / 1_000;
    if (!Number.isFinite(time))
      throw new SottoError('store-unavailable', 'This Redis says no time. See that it is one, and nothing in between.');
    return {
      version: field('redis_version'),
      maxmemoryPolicy: field('maxmemory_policy'),
      usedBytes: number('used_memory'),
      mostBytes: number('maxmemory'),
      appendonly,
      appendfsync,
      appendsWell: appended.includes(null) ? null : appended.every((status) => status === 'ok'),
      replica: field('role') === null ? null : field('role') !== 'master',
      time,
      tripMs,
    };
  } finally {
    await connection.close();
  }
};
