/** The company's OpenID provider: whether people who are asked to sign in strongly could. It is asked for what it tells anybody; no client secret goes there. */
import { parsedJson, readText } from '../../adapters/bounded/body.ts';
import { codeOfFetch } from '../../adapters/bounded/failure.ts';
import { type Fields, isFields } from '../../adapters/bounded/fields.ts';
import type { Config, SignInConfig } from '../../config.ts';
import { hasCode } from '../../core/errors.ts';
import type { Secrets } from '../../core/ports.ts';
import { endOfSecret } from '../../main/ends.ts';
import { isEntra, signInFaults, strengthInWords } from '../check-identity.ts';
import { ending, finding, type Line, ok, sentence, warning } from './line.ts';

const ASK_MS = 5_000;
const LARGEST = 256 * 1024;

/** Slower than this somebody who signs in would think that it hangs, ms. */
const SLOW_MS = 2_000;

const SECRET = 'oidc-client-secret';

/** Signed by a key that nobody but the provider has. */
const ASYMMETRIC = /^(?:RS|PS|ES)(?:256|384|512)$|^Ed(?:DSA|25519)$/;

/** What the provider tells anybody, or why it could not be read. */
export type Told =
  | { readonly metadata: Fields; readonly keys: number; readonly ms: number }
  | { readonly code: string; readonly of: 'metadata' | 'keys' };

/** Where it tells what it can, and what time it is. */
export const metadataUrl = (issuer: string): string => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/** Never rejects. Follows no redirect. */
export const askProvider = async ({ issuer }: Pick<SignInConfig, 'issuer'>, now: () => number): Promise<Told> => {
  const begun = now();
  const metadata = await fetched(metadataUrl(issuer));
  if ('code' in metadata) return { ...metadata, of: 'metadata' };
  const url = metadata.body['jwks_uri'];
  if (typeof url !== 'string') return { code: 'no-address', of: 'keys' };
  const keys = await fetched(url);
  if ('code' in keys) return { ...keys, of: 'keys' };
  const { keys: list } = keys.body;
  return { metadata: metadata.body, keys: Array.isArray(list) ? list.length : 0, ms: now() - begun };
};

const fetched = async (url: string): Promise<{ readonly body: Fields } | { readonly code: string }> => {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ASK_MS) });
    const text = await readText(response, LARGEST);
    if (response.status !== 200) return { code: `http_${response.status}` };
    const body = text === null ? null : parsedJson(text);
    return isFields(body) ? { body } : { code: 'no-json' };
  } catch (error) {
    return { code: codeOfFetch(error) };
  }
};

/** Nothing where nobody can sign in: `sotto check` says what that means. */
export const lookAtProvider = async (o: {
  readonly config: Pick<Config, 'signIn' | 'publicUrl' | 'warnMs'>;
  readonly secrets: Secrets;
  readonly now: () => number;
}): Promise<readonly Line[]> => {
  const { signIn, publicUrl, warnMs } = o.config;
  if (signIn === null) return [];
  return [
    ...providerLines(signIn, await askProvider(signIn, o.now)),
    ok('identity', `It must know the redirect address ${publicUrl ?? ''}/auth/callback, to the last character.`),
    await secretLine({ secrets: o.secrets, now: o.now(), warnMs }),
  ];
};

export const providerLines = (signIn: SignInConfig, told: Told): readonly Line[] => {
  if ('code' in told)
    return [
      finding('identity', {
        what: `${told.of === 'keys' ? 'The keys of the OpenID provider' : 'The OpenID provider'} could not be read (${told.code}).`,
        why: 'Nobody could sign in, and what asks for a recent sign-in would be refused to everybody.',
        mend: `Let this machine reach ${new URL(signIn.issuer).host}, and see that ${metadataUrl(signIn.issuer)} answers in a browser.`,
      }),
    ];
  const { metadata } = told;
  return [
    told.ms > SLOW_MS
      ? warning('identity', {
          what: `The OpenID provider took ${(told.ms / 1_000).toFixed(1)} s to say what it can.`,
          why: 'Whoever signs in waits as long before an empty page.',
          mend: 'Look at the way to it: a proxy, a name server, the provider itself.',
        })
      : ok('identity', 'The OpenID provider says what it can, in time.'),
    ...issuerLines(signIn, metadata),
    ...signatureLines(metadata, told.keys),
    ...pkceLines(signIn, metadata),
    ...claimLines(metadata),
    ...strengthLines(signIn, metadata),
  ];
};

const issuerLines = ({ issuer }: SignInConfig, metadata: Fields): readonly Line[] =>
  metadata['issuer'] === issuer
    ? []
    : [
        finding('identity', {
          what: 'The OpenID provider names itself otherwise than OIDC_ISSUER does.',
          why: 'A token would be of another issuer than the one that is trusted, and is refused.',
          mend: 'Copy "issuer" from its own metadata, to the last character: a slash at the end counts.',
        }),
      ];

const signatureLines = (metadata: Fields, keys: number): readonly Line[] => {
  const said = listOf(metadata, 'id_token_signing_alg_values_supported');
  if (said?.some((name) => ASYMMETRIC.test(name)) === true && keys > 0)
    return [ok('identity', `It signs by ${said.filter((name) => ASYMMETRIC.test(name)).join(', ')}; keys: ${keys}.`)];
  return [
    finding('identity', {
      what:
        keys > 0
          ? 'The OpenID provider signs its tokens by nothing that Sotto takes.'
          : 'The OpenID provider shows no key.',
      why: 'A token that anybody else could have signed proves nobody, so each is refused.',
      mend: 'Let it sign this client’s ID tokens by RS256, PS256, ES256 or EdDSA, not by HS256, and publish the key.',
    }),
  ];
};

const pkceLines = (signIn: SignInConfig, metadata: Fields): readonly Line[] => {
  const methods = listOf(metadata, 'code_challenge_methods_supported');
  if (methods?.includes('S256') === true) return [ok('identity', 'It takes PKCE (S256).')];
  // Entra takes it and does not say so.
  if (methods === null && isEntra(signIn))
    return [ok('identity', 'Entra takes PKCE (S256), which it does not announce.')];
  const told = {
    what: `The OpenID provider ${methods === null ? 'does not say' : 'says'} that it takes ${methods === null ? 'PKCE' : 'PKCE by other methods than S256'}.`,
    why: 'A code that somebody reads on its way could be used by them.',
    mend: 'Require PKCE with S256 for this client at the provider.',
  };
  return [methods === null ? warning('identity', told) : finding('identity', told)];
};

const claimLines = (metadata: Fields): readonly Line[] => {
  const claims = listOf(metadata, 'claims_supported');
  if (claims === null || claims.includes('auth_time')) return [];
  return [
    warning('identity', {
      what: 'The OpenID provider does not list auth_time among its claims.',
      why: 'A token that does not say when somebody signed in is refused, however strong it was.',
      mend: 'Ask for max_age in a trial sign-in and look whether auth_time comes back; most providers add it then.',
    }),
  ];
};

const strengthLines = (signIn: SignInConfig, metadata: Fields): readonly Line[] => {
  const { acr } = signIn.strength;
  const known = listOf(metadata, 'acr_values_supported');
  const strange = known !== null && acr.length > 0 && !acr.some((value) => known.includes(value));
  const faults = [
    ...signInFaults(signIn),
    ...(strange
      ? [
          {
            what: `The OpenID provider knows none of OIDC_ACR_VALUES (it lists ${known.slice(0, 10).join(', ')}).`,
            why: 'None of them can come back, so every sign-in would be refused as not strong.',
            mend: 'Name one that it lists and that stands for more than one factor.',
          },
        ]
      : []),
  ];
  if (faults.length > 0) return faults.map((fault) => finding('identity', fault));
  return [ok('identity', `Strong is what its token says to be: ${strengthInWords(signIn)}.`)];
};

const secretLine = async (o: {
  readonly secrets: Secrets;
  readonly now: number;
  readonly warnMs: number;
}): Promise<Line> => {
  try {
    const secret = await o.secrets.get(SECRET);
    const end = endOfSecret(secret);
    if (end === null)
      return warning('identity', {
        what: `When ${SECRET} ends is not known here.`,
        why: 'Most providers end it after a year or two, and then nobody can sign in.',
        mend: 'Put its end into the vault beside it, or into a calendar.',
      });
    const why = 'Nothing newer stands ready in the vault, and without it nobody can sign in.';
    const mend = 'Make another at the provider and put it into the vault: old and new are tried.';
    return ending({ area: 'identity', subject: SECRET, now: o.now, end, warnMs: o.warnMs, why, mend });
  } catch (error) {
    if (hasCode(error, 'secret-missing'))
      return ok(
        'identity',
        `${SECRET} is not in the vault: Sotto is a public client there, which PKCE alone protects.`,
      );
    return sentence('identity', error instanceof Error ? error.message : String(error));
  }
};

/** Null: it does not say. */
const listOf = (metadata: Fields, name: string): readonly string[] | null => {
  const value = metadata[name];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : null;
};
