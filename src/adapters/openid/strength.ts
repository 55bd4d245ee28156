/** What in a token shows that a sign-in was strong. What was asked for proves nothing: a provider may ignore it, and so may whoever sits between. */

/** All that is set must be met; with nothing set, `amr` must hold `mfa` (RFC 8176). */
export interface StrengthRules {
  /** Authentication context classes of which one must come back (`acr`); also asked for. Empty: any. */
  readonly acr: readonly string[];
  /** Entra's authentication context, `c1` to `c99`, which must stand in `acrs`; also asked for. Null: none. */
  readonly authContext: string | null;
  /** Methods of which one must have been used (`amr`). Empty: any. */
  readonly amr: readonly string[];
}

/** A token that lists more than this of one kind is no token that anybody would make. */
const MOST_LISTED = 64;

/** What is asked of `amr` where the settings say nothing: that it was more than one factor. */
const DEFAULT_AMR = ['mfa'] as const;

/** What proves it, as `acr:…`, `acrs:…` and `amr:…`; null: it was not strong, or the token does not say. */
export const strengthOf = (
  claims: Readonly<Record<string, unknown>>,
  { acr, authContext, amr }: StrengthRules,
): readonly string[] | null => {
  const silent = acr.length === 0 && authContext === null && amr.length === 0;
  const methods = silent ? DEFAULT_AMR : amr;
  const checks = [
    { kind: 'acr', wanted: acr, said: typeof claims['acr'] === 'string' ? [claims['acr']] : [] },
    { kind: 'acrs', wanted: authContext === null ? [] : [authContext], said: listed(claims['acrs']) },
    { kind: 'amr', wanted: methods, said: listed(claims['amr']) },
  ].filter(({ wanted }) => wanted.length > 0);
  const proofs = checks.map(({ kind, wanted, said }) => {
    const proof = wanted.find((one) => said.includes(one));
    return proof === undefined ? null : `${kind}:${proof}`;
  });
  return proofs.includes(null) ? null : proofs.filter((proof) => proof !== null);
};

/** A list in a claim, whole or not at all; Entra writes one that has one member as that member. */
const listed = (claim: unknown): readonly string[] => {
  const list: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  const strings = list.filter((one) => typeof one === 'string');
  return list.length <= MOST_LISTED && strings.length === list.length ? strings : [];
};
