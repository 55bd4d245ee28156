/** Reads `redis://…` and `rediss://…`. A password never stands in an address: addresses are logged, shown and kept in settings. */
import { isIP } from 'node:net';
import { SottoError } from '../../core/errors.ts';
import { CLIENT_TLS } from '../bounded/suites.ts';

/** For `rediss://`. All PEM. */
export interface RedisTls {
  /** Authorities that are trusted instead of the machine's. */
  readonly ca?: string;
  /** The name in the certificate, where that is not the host's. */
  readonly servername?: string;
  /** By which we prove ourselves, where Redis asks for it. */
  readonly cert?: string;
  readonly key?: string;
}

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly tls?: RedisTls & typeof CLIENT_TLS & { readonly rejectUnauthorized: true };
}

const refused = (why: string): SottoError =>
  new SottoError(
    'settings',
    `The address of Redis ${why} It looks like redis://HOST:6379 or rediss://HOST:6380 (TLS).`,
  );

const parsed = (url: string): URL => {
  try {
    return new URL(url);
  } catch {
    // The cause would quote the address.
    throw refused('cannot be read.');
  }
};

/** Refuses with code `settings`. TLS is always verified against the host's name. */
export const addressOf = (o: { readonly url: string; readonly tls?: RedisTls | undefined }): Address => {
  const url = parsed(o.url);
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:')
    throw refused('begins with neither redis:// nor rediss://.');
  if (url.password !== '') throw refused('holds a password: it belongs in the vault, where it can be changed.');
  if (url.hostname === '' || url.search !== '' || url.hash !== '')
    throw refused('lacks a host or has parts that mean nothing here.');
  const db = /^\/?$/.test(url.pathname) ? 0 : Number(/^\/(\d{1,4})$/.exec(url.pathname)?.[1] ?? Number.NaN);
  if (Number.isNaN(db)) throw refused('ends in something that is no number of a database.');
  const secure = url.protocol === 'rediss:';
  if (o.tls !== undefined && !secure) throw refused('begins with redis://, but TLS is set.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // An address of digits is verified by itself and may not be announced as a name.
  const servername = o.tls?.servername ?? (isIP(host) === 0 ? host : null);
  return {
    host,
    port: url.port === '' ? 6379 : Number(url.port),
    db,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(secure
      ? {
          tls: {
            ...o.tls,
            ...(servername === null ? {} : { servername }),
            ...CLIENT_TLS,
            // Never left to the environment, which could switch it off.
            rejectUnauthorized: true,
          },
        }
      : {}),
  };
};
