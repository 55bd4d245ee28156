/** Syslog as a strict receiver reads it: RFC 5424 by its ABNF, framed by counts of octets (RFC 5425 §4.3). */

export interface SyslogMessage {
  readonly facility: number;
  readonly severity: number;
  readonly timestamp: string | null;
  readonly hostname: string;
  readonly appName: string;
  readonly procid: string;
  readonly msgid: string;
  readonly structured: string;
  readonly msg: string;
}

const PRINT = '[\\x21-\\x7e]';
/** PARAM-VALUE: `"`, `\` and `]` only behind a backslash. */
const VALUE = '(?:[^"\\\\\\]]|\\\\["\\\\\\]])*';
const NAME = '(?:(?![= \\]"])[\\x21-\\x7e]){1,32}';
const ELEMENT = `\\[${NAME}(?: ${NAME}="${VALUE}")*\\]`;

const LINE = new RegExp(
  `^<(0|[1-9]\\d{0,2})>([1-9]\\d{0,2}) (-|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?(?:Z|[+-]\\d\\d:\\d\\d)) (${PRINT}{1,255}) (${PRINT}{1,48}) (${PRINT}{1,128}) (${PRINT}{1,32}) (-|(?:${ELEMENT})+)(?: (.*))?$`,
  's',
);

/** One message; throws where a receiver would refuse it, or where it is in UTF-8 and has no byte order mark. */
export const parseSyslog = (bytes: Buffer): SyslogMessage => {
  const text = bytes.toString('latin1');
  const found = LINE.exec(text);
  if (found === null) throw new Error(`no message of RFC 5424: ${JSON.stringify(text.slice(0, 200))}`);
  const [
    ,
    pri = '',
    version,
    timestamp = '',
    hostname = '',
    appName = '',
    procid = '',
    msgid = '',
    structured = '',
    msg = '',
  ] = found;
  if (Number(pri) > 191) throw new Error(`priority ${pri}`);
  if (version !== '1') throw new Error(`version ${version}`);
  if (timestamp !== '-' && Number.isNaN(Date.parse(timestamp))) throw new Error(`timestamp ${timestamp}`);
  if (/[^\x20-\x7e]/.test(msg)) throw new Error('a message beyond ASCII without a byte order mark');
  return {
    facility: Number(pri) >> 3,
    severity: Number(pri) & 7,
    timestamp: timestamp === '-' ? null : timestamp,
    hostname,
    appName,
    procid,
    msgid,
    structured,
    msg,
  };
};

/** Takes frames off a stream: `MSG-LEN SP SYSLOG-MSG`. Gives what is left; throws at what is no frame, or is larger than it takes. */
export const takeFrames = (bytes: Buffer, take: (frame: Buffer) => void, most = 8_192): Buffer => {
  let rest = bytes;
  for (;;) {
    const gap = rest.indexOf(0x20);
    if (gap === -1) {
      if (rest.length > 0 && !/^[1-9]\d{0,5}$/.test(rest.toString('latin1'))) throw new Error('no count of octets');
      return rest;
    }
    const count = rest.toString('latin1', 0, gap);
    if (!/^[1-9]\d{0,5}$/.test(count)) throw new Error(`no count of octets: ${count.slice(0, 20)}`);
    const [start, end] = [gap + 1, gap + 1 + Number(count)];
    if (Number(count) > most) throw new Error(`a message of ${count} octets`);
    if (rest.length < end) return rest;
    take(rest.subarray(start, end));
    rest = rest.subarray(end);
  }
};
