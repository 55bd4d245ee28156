/** Signing in strongly: which promise rests on which setting, and what of the settings can prove nothing. `sotto check` and `sotto doctor` say it alike. */
import type { Config, SignInConfig } from '../config.ts';

export interface Fault {
  readonly what: string;
  readonly why: string;
  readonly mend: string;
}

/** Claims that people may have changed, or that somebody else gets one day. */
const CHANGEABLE: readonly string[] = [
  'email',
  'upn',
  'preferred_username',
  'unique_name',
  'name',
  'nickname',
  'phone_number',
  'login_hint',
];

export const isEntra = ({ issuer }: Pick<SignInConfig, 'issuer'>): boolean =>
  /^https:\/\/login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn)\//.test(issuer);

/** Settings that can be read, and by which nobody could ever sign in, or somebody else could. */
export const signInFaults = (signIn: SignInConfig): readonly Fault[] => {
  const { issuer, personClaim, strength } = signIn;
  const { acr, authContext } = strength;
  const entra = isEntra(signIn);
  const faults: Fault[] = [];
  if (CHANGEABLE.includes(personClaim))
    faults.push({
      what: `OIDC_PERSON_CLAIM is ${personClaim}, which can be changed or given to somebody else.`,
      why: 'Whoever gets it would sign in as the one who had it.',
      mend: 'Name one that nobody ever gets anew, such as sub, or oid of Entra.',
    });
  if (authContext !== null && !entra)
    faults.push({
      what: `OIDC_AUTH_CONTEXT is ${authContext}, and this provider is not Entra.`,
      why: 'Authentication contexts are Entra’s: no other puts them into acrs, so every sign-in would be refused.',
      mend: 'Unset it, and say by OIDC_ACR_VALUES or OIDC_AMR what is strong.',
    });
  if (entra && authContext === null && acr.length === 0)
    faults.push({
      what: 'With Entra, how strong a sign-in was is looked for in amr alone.',
      why: 'Tokens of its version 2.0 do not have that claim, so every sign-in would be refused as not strong.',
      mend: 'Make an authentication context in Entra, require multifactor authentication for it, and name it in OIDC_AUTH_CONTEXT (docs/identity.md).',
    });
  if (URL.canParse(issuer) && new URL(issuer).hostname === 'accounts.google.com')
    faults.push({
      what: 'Google does not say in its tokens how strong a sign-in was.',
      why: 'There is neither acr nor amr to look at, so every sign-in would be refused as not strong.',
      mend: 'Let people sign in at a provider that asks for a second factor itself and takes Google for the first (docs/identity.md).',
    });
  return faults;
};

/** What counts as strong here, as one reads it. */
export const strengthInWords = ({ strength: { acr, authContext, amr } }: SignInConfig): string => {
  const wanted = [
    ...(acr.length === 0 ? [] : [`acr ${acr.join(' or ')}`]),
    ...(authContext === null ? [] : [`acrs ${authContext}`]),
    ...(amr.length === 0 ? [] : [`amr ${amr.join(' or ')}`]),
  ];
  return wanted.length === 0 ? 'amr mfa' : wanted.join(', and ');
};

/** `config`: null where there are no settings yet. */
export const signInNotes = (
  config: (Pick<Config, 'directory'> & { readonly signIn: SignInConfig | null }) | null,
): readonly string[] => {
  if (config === null) return [];
  const { directory, signIn } = config;
  if (signIn === null)
    return [
      'Nobody can sign in strongly (OIDC_ISSUER is not set), so what a rule asks a recent sign-in for is refused to everybody. docs/identity.md says how it is set up.',
    ];
  return [
    `Who signs in rests on ${signIn.issuer}: whoever administers it can sign in as anybody. What counts as strong is what its token says (${strengthInWords(signIn)}); whether it keeps to that, a trial sign-in with a password alone must show.`,
    ...(signIn.strength.authContext === null
      ? []
      : [
          `Entra gives ${signIn.strength.authContext} to whoever asks unless a Conditional Access policy stands behind it, and Sotto cannot see that policy.`,
        ]),
    ...(directory.kind === 'file'
      ? [
          'Whose a sign-in is stands in the people file: under accounts.oidc, else the provider’s subject is the id there. Whoever may write to the file decides it.',
        ]
      : []),
    ...(directory.kind === 'slack-groups'
      ? [
          'Whose a sign-in is, is told by an e-mail address that the provider and Slack both confirm: whoever is given an address that somebody else had signs in as who has it on Slack now.',
        ]
      : []),
  ];
};
