/** Entries of the audit log to a receiver of syslog over TLS (RFC 5424, framed by counts of octets as RFC 5425 has it). */
import type { AuditCopy, CopiedEntry } from '../../core/audit-copy-ports.ts';
import { SottoError } from '../../core/errors.ts';
import { within } from '../bounded/waiting.ts';
import { createConnection, type SyslogTls } from './connection.ts';

export type { SyslogTls } from './connection.ts';

/** One write, the connection among it, ms. */
const WRITE_MS = 10_000;

/** So much goes to the socket at once; the next only when that was taken. */
const CHUNK_BYTES = 64 << 10;

export interface SyslogOptions {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  readonly tls: () => Promise<SyslogTls>;
  /** The lines of an entry, each without its frame; none: it is not sent. */
  readonly entryLines: (origin: string, entry: CopiedEntry) => readonly string[];
  readonly noteLines: (origin: string, note: string) => readonly string[];
  /** One write, ms; ten seconds unless given. */
  readonly writeMs?: number;
}

/**
 * TLS 1.2 or newer; the receiver's certificate and name are always checked. Syslog never says that it has kept something: a write that resolves
 * was handed to the machine. What was handed over shortly before a connection ended may be lost, which `breaks` tells. Writes are done one after
 * another; one that fails ends its connection, so that no half message is gone on with.
 */
export const createSyslog = (o: SyslogOptions): AuditCopy => {
  const name = `syslog+tls://${o.host.includes(':') ? `[${o.host}]` : o.host}:${o.port}`;
  const connection = createConnection(o);
  let last: Promise<unknown> = Promise.resolve();

  const sendAll = async (lines: Iterable<string>, signal: AbortSignal): Promise<void> => {
    let [frames, size]: [Buffer[], number] = [[], 0];
    const flush = async (): Promise<void> => {
      if (size > 0) await connection.send(Buffer.concat(frames), signal);
      [frames, size] = [[], 0];
    };
    for (const line of lines) {
      const bytes = Buffer.from(line);
      const frame = Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
      frames.push(frame);
      size += frame.length;
      if (size >= CHUNK_BYTES) await flush();
    }
    await flush();
  };

  const inTurn = (outer: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    const mine = last.then(() => within({ ms: o.writeMs ?? WRITE_MS, outer }, work));
    last = mine.catch(() => undefined);
    return mine.catch((error: unknown) => {
      throw unavailable(name, error);
    });
  };

  return {
    name,
    confirms: false,
    write: ({ origin, entries, note }, outer) => {
      const lines = function* (): Generator<string> {
        for (const entry of entries) yield* o.entryLines(origin, entry);
        if (note !== null) yield* o.noteLines(origin, note);
      };
      return inTurn(outer, (signal) => sendAll(lines(), signal));
    },
    breaks: connection.breaks,
    onlyThere: async () => null,
    // Nobody can ask a receiver what it keeps; only whether it is there.
    keeps: async () => {
      await inTurn(undefined, connection.reach);
      return null;
    },
    close: async ({ graceMs }) => {
      await last;
      return connection.close(graceMs);
    },
  };
};

/** Node's and OpenSSL's words for a certificate that is not the receiver's, or not trusted. */
const CERTIFICATE = /CERT|ALTNAME|ISSUER|SELF_SIGNED|UNABLE_TO/;

const unavailable = (name: string, error: unknown): SottoError => {
  if (error instanceof SottoError && error.code === 'settings')
    return new SottoError('audit-copy-unavailable', error.message, { cause: error });
  const given = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'failed';
  const code = /^[A-Za-z][A-Za-z0-9_]{1,59}$/.test(given) ? given : 'failed';
  const why = CERTIFICATE.test(code)
    ? `its certificate is not one that is trusted for this name (${code}). Where an authority of your own issued it, name that in SOTTO_SYSLOG_CA.`
    : code === 'deadline'
      ? 'it took nothing in time. See that this machine may reach it, and whether it keeps up; a firewall often just swallows what is sent.'
      : `it cannot be reached, or ended the connection (${code}). See that it listens there with TLS, and whether it asks for a certificate (SOTTO_SYSLOG_CERT).`;
  // What Node says may hold names and addresses of certificates: only its code is told.
  return new SottoError('audit-copy-unavailable', `The audit log cannot be sent to ${name}: ${why}`, {
    cause: new Error(code),
  });
};
