/**
 * An entry of the audit log as a line of syslog (RFC 5424), without the framing that a transport puts around it. The message is JSON and in
 * ASCII alone: RFC 5424 §6.4 wants a byte order mark before UTF-8, which RFC 8259 §8.1 forbids before JSON, and ASCII needs none.
 */

/** Facility "log audit" (RFC 5424 §6.2.1). */
const AUDIT = 13;

/** By the names of RFC 5424: warning, notice, informational. */
export type Severity = 4 | 5 | 6;

/** What every receiver over TLS should take, in octets (RFC 5425 §4.3.1); 2,048 is what it must. */
export const MOST_LINE_BYTES = 8_192;

/** Of header and structured data, and of what wraps a part: host 255, process 128, kind 32, and the rest. */
const HEAD_BYTES = 700;

/** A sequence starts at 1 and begins anew behind this (RFC 5424 §7.3.1). */
const MOST_SEQUENCE = 2_147_483_647;

/** PRINTUSASCII: what a field of the header may hold. */
const FIELD = /[^\x21-\x7e]/g;

/** A field of the header; `-` where nothing is left of it. */
const field = (value: string, most: number): string => value.replace(FIELD, '').slice(0, most) || '-';

/** Every kind that tells of harm, of somebody turned away from us, or of a promise that could not be kept. */
const WARNINGS: readonly unknown[] = [
  'rejected',
  'probing',
  'recovered',
  'undeliverable',
  'dead-letter',
  'lost',
  'data-refused',
  'surprise',
];

/** Outcomes of which the same is true, whatever the kind. */
const BAD: readonly unknown[] = ['refused-by-platform', 'refused', 'void', 'failed', 'burnt', 'revoked'];

/** By what came of it: a refusal is a notice, what somebody should look at a warning, all else informational. */
export const severityOf = (entry: Readonly<Record<string, unknown>>): Severity => {
  const { kind, verdict, state, change } = entry;
  if (WARNINGS.includes(kind) || BAD.includes(state) || BAD.includes(change)) return 4;
  return kind === 'decision' && verdict !== 'answer' ? 5 : 6;
};

export interface SyslogEntry {
  readonly severity: Severity;
  /** When it happened, ms since the epoch. */
  readonly at: number;
  /** Of this machine; characters that a header may not hold are left out. */
  readonly hostname: string;
  /** The log's name, which is what the entries of one writer have in common. */
  readonly procid: string;
  /** The kind of entry. */
  readonly msgid: string;
  /** Its place in the log, from 0; shown as `sequenceId`, from 1, so that a receiver finds gaps and repetitions. Null: it has none. */
  readonly index: number | null;
  readonly json: string;
}

/** Beyond ASCII, and DEL, as JSON escapes them: the value stays the same. */
const asciiJson = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const headOf = ({ severity, at, hostname, procid, msgid, index }: SyslogEntry): string => {
  const time = Number.isFinite(at) && Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : '-';
  const data = index === null ? '-' : `[meta sequenceId="${(index % MOST_SEQUENCE) + 1}"]`;
  const fields = [field(hostname, 255), 'sotto', field(procid, 128), field(msgid, 32)];
  // A year of five figures is no timestamp of RFC 3339.
  return `<${AUDIT * 8 + severity}>1 ${time.length === 24 ? time : '-'} ${fields.join(' ')} ${data}`;
};

/**
 * The line; or, where it would be longer than a receiver should take, several, none of them longer. Each is then
 * `{"index":N,"of":COUNT,"part":1…,"text":"…"}`, and the texts one after another are the JSON: nothing is cut.
 */
export const syslogLines = (entry: SyslogEntry): readonly string[] => {
  const head = headOf(entry);
  const json = asciiJson(entry.json);
  const whole = `${head} ${json}`;
  if (whole.length <= MOST_LINE_BYTES) return [whole];
  const texts = chunksOf(json, MOST_LINE_BYTES - HEAD_BYTES);
  return texts.map(
    (text, at) => `${head} {"index":${entry.index},"of":${texts.length},"part":${at + 1},"text":${text}}`,
  );
};

/** Strings of JSON, none longer than `most` although quotes and backslashes grow in it. */
const chunksOf = (json: string, most: number): readonly string[] => {
  const chunks: string[] = [];
  let chunk = '';
  for (const sign of json) {
    const written = sign === '"' || sign === '\\' ? `\\${sign}` : sign;
    if (chunk.length + written.length + 2 > most) {
      chunks.push(`"${chunk}"`);
      chunk = '';
    }
    chunk += written;
  }
  return [...chunks, `"${chunk}"`];
};
