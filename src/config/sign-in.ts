/** The company's own OpenID provider, at which people sign in strongly; none of it set: nobody can, and what needs it is refused. */
import { GUID, isLoopback, type Reading, shown } from './findings.ts';
import type { DirectoryConfig } from './keeping.ts';

export interface SignInConfig {
  /** As the provider names itself. https; plain http on this machine alone. */
  readonly issuer: string;
  readonly clientId: string;
  /** The claim that says who somebody is. */
  readonly personClaim: string;
  /** Each that is set must be met, and the token must say so; with none of them set `amr` must hold `mfa`. */
  readonly strength: {
    /** Of which one must come back. */
    readonly acr: readonly string[];
    /** Entra's, `c1` to `c99`. */
    readonly authContext: string | null;
    /** Of which one must have been used. */
    readonly amr: readonly string[];
  };
  /** Of the access token that is kept for systems that are asked as the person; absent: the ID token is. */
  readonly tokenScope?: string;
}

export const SIGN_IN_SETTINGS: readonly string[] = [
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_PERSON_CLAIM',
  'OIDC_ACR_VALUES',
  'OIDC_AUTH_CONTEXT',
  'OIDC_AMR',
  'OIDC_TOKEN_SCOPE',
];

/** Where Entra signs people in; each cloud has its own. */
const ENTRA_HOSTS: readonly string[] = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'sts.windows.net',
];

/** Printable and no blank: what an id or a claim's value is written in. */
const PLAIN = /^[\x21-\x7e]{1,255}$/;

/** A claim's name: some are addresses. */
const CLAIM = /^[A-Za-z][A-Za-z0-9_.:/-]{0,127}$/;

const AUTH_CONTEXT = /^c[1-9][0-9]?$/;

const MOST_VALUES = 20;

/** Null: nobody can sign in, or what is wrong was found. */
export const readSignIn = (
  reading: Reading,
  o: { readonly directory: DirectoryConfig; readonly publicUrl: string | null },
): SignInConfig | null => {
  const { optional, needed, find } = reading;
  const issuer = optional('OIDC_ISSUER');
  if (issuer === null) {
    const set = SIGN_IN_SETTINGS.filter((name) => optional(name) !== null);
    if (set.length > 0)
      find(
        `${set.join(', ')} ${set.length === 1 ? 'is' : 'are'} set without OIDC_ISSUER, so nobody could sign in. Set it to the address that your OpenID provider names as its issuer, or remove ${set.length === 1 ? 'it' : 'them'}.`,
      );
    return null;
  }
  if (optional('SOTTO_PUBLIC_URL') === null)
    find(
      'OIDC_ISSUER is set without SOTTO_PUBLIC_URL, so nobody could be sent to sign in, or back. Set it to the https address that people see, or remove OIDC_ISSUER.',
    );
  checkIssuer(reading, issuer);
  const entra = entraTenant(issuer);
  checkDirectory(reading, o.directory, entra);
  const clientId = needed('OIDC_CLIENT_ID', 'the id that your OpenID provider gave Sotto as a client');
  if (clientId !== '' && !PLAIN.test(clientId))
    find('OIDC_CLIENT_ID holds a blank or a sign that no client id has. Copy it from your OpenID provider.');
  const personClaim = optional('OIDC_PERSON_CLAIM') ?? (entra === null ? 'sub' : 'oid');
  if (!CLAIM.test(personClaim))
    find(
      `OIDC_PERSON_CLAIM is "${personClaim.slice(0, 120)}", which no claim is called. It is one, such as sub or oid.`,
    );
  const tokenScope = readScope(reading);
  return Object.freeze({
    issuer,
    clientId,
    personClaim,
    strength: readStrength(reading),
    ...(tokenScope === null ? {} : { tokenScope }),
  });
};

/** RFC 6749, 3.3; several with a blank between. */
const SCOPES = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}(?: [\x21\x23-\x5b\x5d-\x7e]{1,255}){0,9}$/;

const readScope = ({ optional, find }: Reading): string | null => {
  const scope = optional('OIDC_TOKEN_SCOPE');
  if (scope !== null && (!SCOPES.test(scope) || scope.split(' ').includes('offline_access')))
    find(
      'OIDC_TOKEN_SCOPE is no scope of an access token for Sotto, such as api://CLIENT/access_as_user. Name the one that your provider has for it, never offline_access: a token that renews itself would outlive the sign-in.',
    );
  return scope;
};

/** The id of the tenant that an issuer of Entra is of; empty: it is of no single one. Null: it is no issuer of Entra. */
const entraTenant = (issuer: string): string | null => {
  if (!URL.canParse(issuer)) return null;
  const { hostname, pathname } = new URL(issuer);
  if (!ENTRA_HOSTS.includes(hostname)) return null;
  const [, tenant = '', version, more] = pathname.split('/');
  return GUID.test(tenant) && version === 'v2.0' && more === undefined ? tenant.toLowerCase() : '';
};

const checkIssuer = ({ find }: Reading, issuer: string): void => {
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  if (url === null || (url.protocol !== 'https:' && !isLoopback(issuer))) {
    find(
      `OIDC_ISSUER is "${shown(issuer)}". It is the https address that your OpenID provider names as its issuer: whoever could change what comes from there could sign in as anybody.`,
    );
    return;
  }
  if (url.username !== '' || url.password !== '' || /[?#]/.test(issuer) || issuer.includes('/.well-known/')) {
    find(
      `OIDC_ISSUER is "${shown(issuer)}". It is the issuer alone, as it stands in tokens: without a name, a password, a question mark or /.well-known.`,
    );
    return;
  }
  if (entraTenant(issuer) === '')
    find(
      `OIDC_ISSUER is "${shown(issuer)}", which is no one tenant of Entra’s, so people of any company could sign in. Name yours: https://login.microsoftonline.com/TENANT/v2.0, TENANT being its id (a GUID).`,
    );
};

/** In the directory of Entra people are known by their object id, and nothing else of a token names them. */
const checkDirectory = ({ optional, find }: Reading, directory: DirectoryConfig, entra: string | null): void => {
  if (directory.kind !== 'entra') return;
  if (entra === null && optional('OIDC_PERSON_CLAIM') === null)
    find(
      'OIDC_ISSUER is not Entra’s and SOTTO_DIRECTORY is, so nobody who signs in would be known. Set OIDC_PERSON_CLAIM to the claim that holds a person’s object id in Entra, or use Entra’s issuer.',
    );
  if (entra !== null && entra !== '' && entra !== directory.tenantId)
    find(
      'OIDC_ISSUER and SOTTO_DIRECTORY name two tenants of Entra, so nobody who signs in would be known. Name the same one in both.',
    );
};

const readStrength = (reading: Reading): SignInConfig['strength'] => {
  const authContext = reading.optional('OIDC_AUTH_CONTEXT');
  if (authContext !== null && !AUTH_CONTEXT.test(authContext))
    reading.find(
      `OIDC_AUTH_CONTEXT is "${authContext.slice(0, 40)}". It is the id of one authentication context of Entra, c1 to c99.`,
    );
  return Object.freeze({
    acr: readValues(reading, 'OIDC_ACR_VALUES', 'urn:okta:loa:2fa:any'),
    authContext,
    amr: readValues(reading, 'OIDC_AMR', 'mfa'),
  });
};

const readValues = ({ optional, list, find }: Reading, name: string, example: string): readonly string[] => {
  const value = optional(name);
  const values = list(value ?? '');
  if (value !== null && values.length === 0)
    find(
      `${name} names nothing, and whatever it was meant to ask for would not be. Name one value at least, such as ${example}, or remove it.`,
    );
  if (values.length > MOST_VALUES || values.some((one) => !PLAIN.test(one)))
    find(`${name} is no list of values between commas, ${MOST_VALUES} at most and without blanks, such as ${example}.`);
  return Object.freeze(values);
};
