/** An entry of the audit log as whoever watches is sent it: an event of OCSF, or as it stands in the log. */
import type { CopiedEntry } from './audit-copy-ports.ts';
import { toOcsf } from './audit-ocsf.ts';
import { severityOf, syslogLines } from './audit-syslog.ts';

export type StreamFormat = 'ocsf' | 'native';

export interface StreamOptions {
  readonly format: StreamFormat;
  /** Of this machine. */
  readonly hostname: string;
  /** Of Sotto. */
  readonly version: string;
}

/**
 * The lines of syslog for one entry; several where one would be too long. In the format `native` the message is
 * `{"entry":…,"origin":ORIGIN,"seq":N}`, as `sotto audit export` writes it; in `ocsf` the event alone, which names both. An entry that the log does not have yet is no line.
 */
export const entryLines = (origin: string, { index, json }: CopiedEntry, o: StreamOptions): readonly string[] => {
  const entry = fieldsOf(json);
  if (index === null || entry === null) return [];
  const { kind, at } = entry;
  return syslogLines({
    severity: severityOf(entry),
    at: typeof at === 'number' ? at : Number.NaN,
    hostname: o.hostname,
    procid: origin,
    msgid: typeof kind === 'string' ? kind : '-',
    index,
    json:
      o.format === 'ocsf'
        ? JSON.stringify(toOcsf({ entry, origin, index, version: o.version }))
        : `{"entry":${json},"origin":${JSON.stringify(origin)},"seq":${index}}`,
  });
};

/** The signed checkpoint behind some entries, for whoever keeps them in the format `native`: `{"note":…,"origin":ORIGIN}`. Events of OCSF have none. */
export const checkpointLines = (origin: string, note: string, at: number, o: StreamOptions): readonly string[] =>
  o.format === 'ocsf'
    ? []
    : syslogLines({
        severity: 6,
        at,
        hostname: o.hostname,
        procid: origin,
        msgid: 'checkpoint',
        index: null,
        json: JSON.stringify({ note, origin }),
      });

const fieldsOf = (json: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
};
