/** Where the audit log goes beside the disk: a second copy, and a stream for whoever watches. */
import { type ContainerConfig, readContainer } from './container.ts';
import { type Reading, shown } from './findings.ts';

export interface SyslogAddress {
  readonly host: string;
  readonly port: number;
}

/** What connections to receivers of syslog trust and show. */
export interface SyslogTlsConfig {
  /** Authorities that are trusted instead of the machine's; null: the machine's. */
  readonly caFile: string | null;
  /** By which Sotto proves itself; null: by nothing. */
  readonly client: { readonly certFile: string; readonly keyFile: string } | null;
}

export interface AuditSinksConfig {
  /** The second copy; null: there is none. */
  readonly copy:
    | ({ readonly kind: 'azure-blob' } & ContainerConfig)
    | ({ readonly kind: 'syslog' } & SyslogAddress)
    | null;
  /** Null: nothing is streamed. */
  readonly stream: (SyslogAddress & { readonly format: 'ocsf' | 'native' }) | null;
  readonly syslogTls: SyslogTlsConfig;
}

/** Of syslog over TLS (RFC 5425 section 4.1). */
const SYSLOG_PORT = 6514;

export const readAuditSinks = (reading: Reading): AuditSinksConfig => {
  const { optional, find } = reading;
  const [copyTo, streamTo] = [optional('SOTTO_AUDIT_COPY'), optional('SOTTO_AUDIT_STREAM')];
  const copy = copyTo === null ? null : readCopy(reading, copyTo);
  const address = streamTo === null ? null : readSyslog(reading, 'SOTTO_AUDIT_STREAM', streamTo);
  const format = optional('SOTTO_AUDIT_STREAM_FORMAT');
  if (format !== null && format !== 'ocsf' && format !== 'native')
    find(
      `SOTTO_AUDIT_STREAM_FORMAT is "${format.slice(0, 40)}". It is "ocsf", or "native": entries as they stand in the log.`,
    );
  if (format !== null && streamTo === null)
    find(
      'SOTTO_AUDIT_STREAM_FORMAT is set, and SOTTO_AUDIT_STREAM is not, so that nothing would be streamed. Set both, or unset it.',
    );
  return Object.freeze({
    copy,
    stream:
      address === null
        ? null
        : Object.freeze({ ...address, format: format === 'native' ? ('native' as const) : ('ocsf' as const) }),
    syslogTls: readSyslogTls(reading, copyTo?.startsWith('syslog') === true || streamTo !== null),
  });
};

const readCopy = (reading: Reading, value: string): AuditSinksConfig['copy'] => {
  if (value.startsWith('syslog')) {
    const address = readSyslog(reading, 'SOTTO_AUDIT_COPY', value);
    return address === null ? null : Object.freeze({ kind: 'syslog', ...address });
  }
  const container = readContainer(reading, { setting: 'SOTTO_AUDIT_COPY', value });
  if (container === 'found') return null;
  if (container !== null) return Object.freeze({ kind: 'azure-blob', ...container });
  reading.find(
    `SOTTO_AUDIT_COPY is "${shown(value)}". It is the https address of a container of Azure Blob Storage ("https://ACCOUNT.blob.core.windows.net/CONTAINER"), or "syslog+tls://HOST:PORT"; the copy goes to no other place.`,
  );
  return null;
};

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])$/i;

const readSyslog = (reading: Reading, setting: string, value: string): SyslogAddress | null => {
  const [scheme = ''] = value.split('://', 1);
  if (/^(?:syslog|syslog\+tcp|syslog\+udp|tcp|udp)$/.test(scheme)) {
    reading.find(
      `${setting} is "${shown(value)}", without TLS: anybody on the way could read who asked what, change it, or take it away. Write "syslog+tls://HOST:PORT".`,
    );
    return null;
  }
  const url = scheme === 'syslog+tls' && URL.canParse(value) ? new URL(value) : null;
  const extra =
    url === null ? '' : url.username + url.password + url.search + url.hash + url.pathname.replace(/^\/$/, '');
  if (url !== null && extra === '' && HOST.test(url.hostname) && url.port !== '0')
    return Object.freeze({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? SYSLOG_PORT : Number(url.port),
    });
  reading.find(
    `${setting} is "${shown(value)}". Write "syslog+tls://HOST:PORT", without anything else (the port is ${SYSLOG_PORT} where it is left away).`,
  );
  return null;
};

const readSyslogTls = ({ optional, find }: Reading, isUsed: boolean): SyslogTlsConfig => {
  const caFile = optional('SOTTO_SYSLOG_CA');
  const [certFile, keyFile] = [optional('SOTTO_SYSLOG_CERT'), optional('SOTTO_SYSLOG_KEY')];
  if ((certFile === null) !== (keyFile === null))
    find(
      `${certFile === null ? 'SOTTO_SYSLOG_CERT' : 'SOTTO_SYSLOG_KEY'} is missing: a certificate and its key go together. Set it to a file (PEM), or unset the other.`,
    );
  if (!isUsed && (caFile ?? certFile ?? keyFile) !== null)
    find(
      'SOTTO_SYSLOG_CA, SOTTO_SYSLOG_CERT and SOTTO_SYSLOG_KEY are for syslog, and neither SOTTO_AUDIT_STREAM nor SOTTO_AUDIT_COPY names a receiver. Name one, or unset them.',
    );
  return Object.freeze({
    caFile: isUsed ? caFile : null,
    client: !isUsed || certFile === null || keyFile === null ? null : Object.freeze({ certFile, keyFile }),
  });
};
