/** What is shown and trusted on the way: the server's certificate, and those of a Redis and of a receiver of syslog. */
import { readPair } from '../adapters/files/certificate.ts';
import { type CertificateKeeper, createCertificateKeeper } from '../adapters/files/certificate-keeper.ts';
import { readTrusted } from '../adapters/files/pem.ts';
import type { RedisTlsConfig, StoreConfig, SyslogTlsConfig, TransitConfig } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import type { Clock, Log } from '../core/ports.ts';

interface Transit {
  readonly transit: TransitConfig;
  readonly store: StoreConfig;
  /** Absent: there is no receiver of syslog. */
  readonly syslog?: SyslogTlsConfig;
}

/** A certificate that has been read: when it ends, ms since the epoch. */
export interface CertificateEnd {
  readonly of: 'server' | 'redis-client' | 'syslog-client';
  readonly end: number;
}

/** Null: it is TLS of somebody else, or none. */
const serverFiles = ({ tls, behindProxy, publicUrl }: TransitConfig) =>
  tls === null
    ? null
    : ({
        ...tls,
        settings: ['SOTTO_TLS_CERT', 'SOTTO_TLS_KEY'],
        use: 'server',
        // Between a proxy and us the name may be one that only the two know.
        host: behindProxy || publicUrl === null ? null : new URL(publicUrl).hostname.replace(/^\[|\]$/g, ''),
      } as const);

const clientFiles = (tls: RedisTlsConfig | undefined) => {
  const client = tls?.client ?? null;
  return client === null
    ? null
    : ({ ...client, settings: ['SOTTO_REDIS_CERT', 'SOTTO_REDIS_KEY'], use: 'client', host: null } as const);
};

const syslogFiles = (tls: SyslogTlsConfig | undefined) => {
  const client = tls?.client ?? null;
  return client === null
    ? null
    : ({ ...client, settings: ['SOTTO_SYSLOG_CERT', 'SOTTO_SYSLOG_KEY'], use: 'client', host: null } as const);
};

/**
 * Reads every certificate that the settings name: a sentence for each that will not do, and when the others end. Nothing is
 * listened on and nobody is called.
 */
export const checkTransit = async (
  { transit, store, syslog }: Transit,
  now: number,
): Promise<{ readonly findings: readonly string[]; readonly ends: readonly CertificateEnd[] }> => {
  const findings: string[] = [];
  const ends: CertificateEnd[] = [];
  const redis = store.kind === 'redis' ? store.tls : undefined;
  const pairs = [
    ['server', serverFiles(transit)],
    ['redis-client', clientFiles(redis)],
    ['syslog-client', syslogFiles(syslog)],
  ] as const;
  for (const [of, files] of pairs) {
    if (files === null) continue;
    const read = await readPair({ ...files, now });
    if (read.ok) ends.push({ of, end: read.pair.end });
    else findings.push(...read.faults.map(({ finding }) => finding));
  }
  const trusted = [
    ['SOTTO_REDIS_CA', redis?.caFile ?? null],
    ['SOTTO_SYSLOG_CA', syslog?.caFile ?? null],
  ] as const;
  for (const [setting, path] of trusted) {
    if (path === null) continue;
    await readTrusted({ path, setting }).catch((error: unknown) =>
      findings.push(error instanceof Error ? error.message : String(error)),
    );
  }
  return { findings, ends };
};

/** The certificate that the main listener shows, kept up to date; null: it speaks plain http. Refuses with code `settings`. */
export const openServerCertificate = async (o: {
  readonly transit: TransitConfig;
  readonly clock: Clock;
  readonly log: Log;
  /** So long before its end it is warned of, ms. */
  readonly warnMs: number;
}): Promise<CertificateKeeper | null> => {
  const files = serverFiles(o.transit);
  return files === null ? null : createCertificateKeeper({ ...files, clock: o.clock, log: o.log, warnMs: o.warnMs });
};

/** What a connection to Redis trusts and shows, read anew each time it is asked for. Refuses with code `settings`. */
export const redisTls = (tls: RedisTlsConfig, clock: Pick<Clock, 'now'>) => async () => {
  const client = clientFiles(tls);
  const read = client === null ? null : await readPair({ ...client, now: clock.now() });
  if (read?.ok === false) throw new SottoError('settings', read.faults.map(({ finding }) => finding).join('\n'));
  return {
    ...(tls.name === null ? {} : { servername: tls.name }),
    ...(tls.caFile === null ? {} : { ca: await readTrusted({ path: tls.caFile, setting: 'SOTTO_REDIS_CA' }) }),
    ...(read === null ? {} : { cert: read.pair.cert, key: read.pair.key }),
  };
};

/** What a connection to a receiver of syslog trusts and shows, read anew each time it is asked for. Refuses with code `settings`. */
export const syslogTls = (tls: SyslogTlsConfig, clock: Pick<Clock, 'now'>) => async () => {
  const client = syslogFiles(tls);
  const read = client === null ? null : await readPair({ ...client, now: clock.now() });
  if (read?.ok === false) throw new SottoError('settings', read.faults.map(({ finding }) => finding).join('\n'));
  return {
    ...(tls.caFile === null ? {} : { ca: await readTrusted({ path: tls.caFile, setting: 'SOTTO_SYSLOG_CA' }) }),
    ...(read === null ? {} : { cert: read.pair.cert, key: read.pair.key }),
  };
};
