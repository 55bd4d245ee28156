/** The committed manifests (`manifest/`), and what is filled into them. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { publicUrlFault, shown } from '../../config.ts';
import { SottoError } from '../../core/errors.ts';

/** The package's own folder. */
const HOME = new URL('../../../', import.meta.url);

/** As Teams' schema has it, characters. */
const LONGEST_PAGE = 2_048;

export const readTemplate = (path: string): Buffer => readFileSync(new URL(`manifest/${path}`, HOME));

/** Teams wants a new version for each changed package: the product's own is the only one that says what changed. */
export const packageVersion = (): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(new URL('package.json', HOME), 'utf8'))).version;

/** Every `{{NAME}}` of a template by its value. One that nobody gave a value stays, and the lint finds it. */
export const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{\{([A-Z_]+)\}\}/g, (whole, name: string) => values[name] ?? whole);

/**
 * The address at which Slack and Teams reach Sotto, without a slash at its end. Refuses with code `usage` what they would
 * not call: no https, a path, a name or password in it, a host that is this machine or that only a local network knows.
 */
export const readPublicUrl = (value: string): string => {
  const fault = publicUrlFault(value);
  if (fault === null) return new URL(value).origin;
  throw new SottoError('usage', `The address "${shown(value)}" will not do: ${fault}. Give --url https://HOST.`);
};

/** The company's own page, of which `name` is the option. Refuses with code `usage` what Teams would not link to. */
export const readPageUrl = (name: string, value: string): string => {
  const url = URL.parse(value);
  const good =
    url !== null &&
    url.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    value.length <= LONGEST_PAGE &&
    publicUrlFault(url.origin) === null;
  if (good) return url.href;
  throw new SottoError(
    'usage',
    `--${name} is "${shown(value)}". It is the https address of a page that people can open.`,
  );
};
