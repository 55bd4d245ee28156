/** The committed manifests (`manifest/`), and what is filled into them. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';

/** The package's own folder. */
const HOME = new URL('../../../', import.meta.url);

export const readTemplate = (path: string): Buffer => readFileSync(new URL(`manifest/${path}`, HOME));

/** Teams wants a new version for each changed package: the product's own is the only one that says what changed. */
export const packageVersion = (): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(new URL('package.json', HOME), 'utf8'))).version;

/** Every `{{NAME}}` of a template by its value. One that nobody gave a value stays, and the lint finds it. */
export const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{\{([A-Z_]+)\}\}/g, (whole, name: string) => values[name] ?? whole);

const refuse = (value: string, why: string): SottoError =>
  new SottoError('usage', `The address "${value.slice(0, 200)}" ${why} Give --url https://HOST.`);

/** What certificates are made out to. A URL may hold more, quotes among it, and the name is written into JSON. */
const HOST = /^(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}\.?$/;

/**
 * The address at which Slack and Teams reach Sotto, without a slash at its end. Refuses with code `usage` what they would
 * not call: no https, a path, a name or password in it, a host that is this machine or that only a local network knows.
 */
export const readPublicUrl = (value: string): string => {
  if (!URL.canParse(value)) throw refuse(value, 'is not one.');
  const { protocol, hostname, username, password, pathname, search, hash, origin } = new URL(value);
  if (username !== '' || password !== '')
    throw new SottoError('usage', 'The address holds a name or a password, which everybody could read. Leave it out.');
  if (protocol !== 'https:')
    throw refuse(value, 'is not https. Slack and Teams call nothing else; a tunnel for development gives one too.');
  if (pathname !== '/' || search !== '' || hash !== '' || /[?#]/.test(value))
    throw refuse(value, 'has more than a host: Sotto’s paths are added by itself.');
  if (/^\[|^[0-9.]+$/.test(hostname)) throw refuse(value, 'names a number. Certificates are for names.');
  if (!hostname.includes('.') || /(^|\.)(localhost|local|internal|invalid|test)\.?$/.test(hostname))
    throw refuse(value, 'is known on this machine or network only, and Slack and Teams call from outside.');
  if (!HOST.test(hostname)) throw refuse(value, 'is not the name of a host: letters, digits and dashes between dots.');
  return origin;
};
