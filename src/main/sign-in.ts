/** Where people sign in strongly: the provider of the settings, and the page that leads to it. */
import type { Descriptions } from '../adapters/backend/described.ts';
import { createOpenId } from '../adapters/openid/openid.ts';
import type { Config } from '../config.ts';
import { CALLBACK_PATH } from '../core/auth-steps.ts';
import type { Secrets } from '../core/ports.ts';
import type { SignInOffer } from '../core/sign-in/types.ts';
import type { Tools } from './opening.ts';

/** Whether any system is asked as the person, so that a token of theirs is wanted. */
export const asksAsPerson = ({ operations }: Pick<Descriptions, 'operations'>): boolean =>
  [...operations.values()].some(({ asPerson }) => asPerson === true);

/** Null: the settings name no provider, or no address that people could be sent back to. */
export const openSignIn = (o: {
  readonly config: Pick<Config, 'signIn' | 'publicUrl' | 'directory'>;
  /** Whether the provider is asked for a token of the person besides. Absent: no. */
  readonly keepsOwn?: boolean;
  readonly secrets: Secrets;
  readonly tools: Tools;
}): SignInOffer | null => {
  const { signIn, publicUrl } = o.config;
  if (signIn === null || publicUrl === null) return null;
  const provider = createOpenId({
    ...signIn,
    redirectUri: `${publicUrl}${CALLBACK_PATH}`,
    // Slack alone knows people by their address; where another directory does not, none is asked for.
    email: o.config.directory.kind === 'slack-groups',
    keepsOwn: o.keepsOwn ?? false,
    clientSecret: () => o.secrets.get('oidc-client-secret'),
    ...o.tools,
  });
  return { provider, publicUrl };
};
