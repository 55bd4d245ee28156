/** An entry as it is taken out of the audit log: one or more lines of text. */
import { toOcsf } from '../../core/audit-ocsf.ts';
import { severityOf, syslogLines } from '../../core/audit-syslog.ts';
import type { EXPORT_FORMATS } from '../../core/orders/types.ts';

export type Format = (typeof EXPORT_FORMATS)[number];

/**
 * `native`: `{"entry":…,"origin":…,"seq":…}`, which without its `origin` is byte for byte the leaf of the log's tree. `ocsf`: an event of OCSF.
 * `syslog`: that event as lines of RFC 5424, the process the log's name and the message's id the kind of entry.
 */
export const linesOf = (o: {
  readonly format: Format;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly origin: string;
  readonly index: number;
  /** Of Sotto. */
  readonly version: string;
  /** Of this machine. */
  readonly hostname: string;
}): readonly string[] => {
  const { format, entry, origin, index, version, hostname } = o;
  if (format === 'native') return [JSON.stringify({ entry, origin, seq: index })];
  const json = JSON.stringify(toOcsf({ entry, origin, index, version }));
  if (format === 'ocsf') return [json];
  const { at, kind } = entry;
  return syslogLines({
    severity: severityOf(entry),
    at: typeof at === 'number' ? at : Number.NaN,
    hostname,
    procid: origin,
    msgid: String(kind),
    index,
    json,
  });
};
