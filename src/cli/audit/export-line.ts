/** An entry as it is taken out of the audit log: one or more lines of text. */
import { withNames } from '../../core/audit-names.ts';
import { toOcsf } from '../../core/audit-ocsf.ts';
import { severityOf, syslogLines } from '../../core/audit-syslog.ts';
import type { EXPORT_FORMATS } from '../../core/orders/types.ts';

export type Format = (typeof EXPORT_FORMATS)[number];

/**
 * `native`: `{"entry":…,"origin":…,"seq":…}`, which without its `origin` is byte for byte the leaf of the log's tree. `ocsf`: an event of OCSF.
 * Names that were opened stand beside the entry (`"names"`, by fingerprint), or in the event. `syslog`: that event as lines of RFC 5424, the process the log's name and the message's id the kind of entry.
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
  /** Directory ids by fingerprint, where names are opened. */
  readonly names?: ReadonlyMap<string, string>;
}): readonly string[] => {
  const { format, entry, origin, index, version, hostname, names } = o;
  if (format === 'native') {
    const opened = names === undefined ? {} : { names: Object.fromEntries(names) };
    return [JSON.stringify({ entry, ...opened, origin, seq: index })];
  }
  const event = toOcsf({ entry, origin, index, version });
  const json = JSON.stringify(names === undefined ? event : withNames(event, names));
  if (format === 'ocsf') return [json];
  const { at, kind } = entry;
  return syslogLines({
    severity: severityOf(entry),
    at: typeof at === 'number' ? at : Number.NaN,
    hostname,
    procid: origin,
    msgid: typeof kind === 'string' ? kind : '-',
    index,
    json,
  });
};
