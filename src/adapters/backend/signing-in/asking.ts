/** The request for a token, as the grant of the description has it. */
import type { OwnToken } from '../../../core/sign-in-ports.ts';
import type { Request } from '../calling/types.ts';
import type { SignInShape } from '../describing/signing-in.ts';

export type OAuth = NonNullable<SignInShape['oauth']>;

/** How the client proves who it is. `certificate`: by the connection alone (RFC 8705, 2). */
export type ClientProof = { readonly by: 'basic' | 'post'; readonly secret: string } | { readonly by: 'certificate' };

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';

/** As a form writes it (RFC 6749, 2.3.1): a colon or a blank in a secret must not end it. */
const asForm = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

/** `own`: the person's token; null where it is asked as Sotto. */
export const tokenRequest = (oauth: OAuth, proof: ClientProof, own: OwnToken | null): Request => {
  const form = new URLSearchParams(grantOf(oauth, own));
  if (oauth.scope !== undefined) form.set('scope', oauth.scope);
  if (oauth.resource !== undefined) form.set('resource', oauth.resource);
  if (proof.by !== 'basic') form.set('client_id', oauth.clientId);
  if (proof.by === 'post') form.set('client_secret', proof.secret);
  const basic =
    proof.by === 'basic'
      ? {
          authorization: `Basic ${Buffer.from(`${asForm(oauth.clientId)}:${asForm(proof.secret)}`).toString('base64')}`,
        }
      : {};
  return {
    method: 'POST',
    url: oauth.tokenUrl,
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/x-www-form-urlencoded',
      ...basic,
    },
    body: form.toString(),
  };
};

const grantOf = ({ grant, audience }: OAuth, own: OwnToken | null): Record<string, string> => {
  switch (grant) {
    case 'client-credentials':
      // Not of RFC 6749, which has authorities pass over what they do not know: several choose the audience by it.
      return { grant_type: 'client_credentials', audience };
    case 'token-exchange':
      return {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        audience,
        subject_token: own?.token ?? '',
        subject_token_type: own?.kind === 'id-token' ? ID_TOKEN : ACCESS_TOKEN,
        requested_token_type: ACCESS_TOKEN,
      };
    case 'on-behalf-of':
      return {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: own?.token ?? '',
        requested_token_use: 'on_behalf_of',
      };
  }
};
