/** What the parts of the settings share: an environment to read, and the findings that keep Sotto from starting. */

export type Environment = Readonly<Record<string, string | undefined>>;

export const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]', '::1'];

/** Collects sentences; each reader goes on after one, so that everything wrong is said at once. */
export interface Reading {
  readonly env: Environment;
  /** Notes a finding; gives the empty string, which stands for a setting that could not be read. */
  find(finding: string): string;
  /** The setting without white space around it; null where it is not set. */
  optional(name: string): string | null;
  /** The setting, or a finding that says what to set it to. */
  needed(name: string, what: string): string;
  /** A setting's parts between commas. */
  list(value: string): readonly string[];
}

export const createReading = (
  env: Environment,
): { readonly reading: Reading; readonly findings: readonly string[] } => {
  const findings: string[] = [];
  const find = (finding: string): string => {
    findings.push(finding);
    return '';
  };
  const optional = (name: string): string | null => {
    const value = env[name]?.trim() ?? '';
    return value === '' ? null : value;
  };
  const reading: Reading = {
    env,
    find,
    optional,
    needed: (name, what) => optional(name) ?? find(`${name} is missing. Set it to ${what}.`),
    list: (value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
  };
  return { reading, findings };
};

/** True for an address on this machine, with one of these protocols. */
export const isLoopback = (url: string, protocols: readonly string[] = ['http:', 'https:']): boolean => {
  if (!URL.canParse(url)) return false;
  const { hostname, protocol, username, password } = new URL(url);
  return protocols.includes(protocol) && LOOPBACK.includes(hostname) && username === '' && password === '';
};

/** The address of a stand-in, which must be on this machine; null where it is not set. */
export const standInUrl = (
  { optional, find }: Reading,
  name: string,
  real: string,
  protocols: readonly string[] = ['http:', 'https:'],
): string | null => {
  const url = optional(name);
  if (url === null || isLoopback(url, protocols)) return url;
  find(
    `${name} is "${shown(url)}". Tokens and answers would go there, so it is for stand-ins only and must be ${protocols.includes('http:') ? '' : 'https and '}on this machine (127.0.0.1 or localhost): unset it to talk to ${real}.`,
  );
  return null;
};

/** An address as it may be said in a finding: without what could be a password in it. */
export const shown = (url: string): string =>
  url
    .replace(/\/\/[^/]*@/, '//…@')
    .replace(/[?#].*$/s, '?…')
    .slice(0, 200);

/** A GUID as Entra writes it. */
export const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
