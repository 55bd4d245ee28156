/** Which addresses people, Slack and Teams can reach Sotto by. */
import { isLoopback, type Reading, shown } from './findings.ts';

/** What certificates are made out to. A URL may hold more, quotes among it, and the name is written into JSON. */
const HOST = /^(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}\.?$/;

/** Why Slack and Teams would not call it, as a clause without a full stop; null: `new URL(value).origin` is where they do. */
export const publicUrlFault = (value: string): string | null => {
  if (!URL.canParse(value)) return 'it is no address';
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(value);
  if (username !== '' || password !== '') return 'it holds a name or a password, which everybody could read';
  if (protocol !== 'https:')
    return 'it is not https: what goes there could be read on the way, and Slack and Teams call nothing else';
  if (pathname !== '/' || search !== '' || hash !== '' || /[?#]/.test(value))
    return 'it has more than a host: Sotto’s paths are added by itself';
  if (/^\[|^[0-9.]+$/.test(hostname)) return 'it names a number: certificates are for names';
  if (!hostname.includes('.') || /(^|\.)(localhost|local|internal|invalid|test)\.?$/.test(hostname))
    return 'it is known on this machine or network only, and Slack and Teams call from outside';
  return HOST.test(hostname) ? null : 'its host is no name: letters, digits and dashes between dots';
};

/** `SOTTO_PUBLIC_URL`, without a slash at its end; null: it was not said, or a finding was. Between stand-ins it may be on this machine. */
export const readPublicUrl = ({ optional, find }: Reading): string | null => {
  const url = optional('SOTTO_PUBLIC_URL');
  if (url === null) return null;
  if (isLoopback(url) && /^https?:\/\/[^/?#]+\/*$/i.test(url)) return new URL(url).origin;
  const fault = publicUrlFault(url);
  if (fault === null) return new URL(url).origin;
  find(
    `SOTTO_PUBLIC_URL is "${shown(url)}", and ${fault}. Set it to the https address that people see, such as https://sotto.example.com.`,
  );
  return null;
};
