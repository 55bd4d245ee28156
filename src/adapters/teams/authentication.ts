import type { Activity, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import type { Fields } from './read.ts';

/** Addresses of stand-ins, all on this machine. */
export interface StandInUrls {
  readonly openIdMetadataUrl: string;
  /** Who signs the requests, as tokens name it (`iss`). */
  readonly tokenIssuer: string;
  readonly loginUrl: string;
  readonly oauthUrl: string;
}

/** Microsoft's own. */
export const OPEN_ID_METADATA_URL = 'https://login.botframework.com/v1/.well-known/openidconfiguration';
export const TOKEN_ISSUER = 'https://api.botframework.com';
export const OAUTH_URL = 'https://token.botframework.com';

/** What a key must be endorsed for to speak for Teams, and what an activity must say of its channel. */
export const CHANNEL = 'msteams';

type Parameters = ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>;

/** What the vendor's library would send with. */
export type Transport = NonNullable<NonNullable<Parameters[4]>['httpClient']>;

export type Authentication = ConfigurationBotFrameworkAuthentication;

/** Replies go another way (`platform`), which has rules of its own; the vendor's adapter sends nothing. */
export const sendsNothing: Transport = {
  sendRequest: async () => {
    throw new Error('Nothing is sent from here.');
  },
};

export interface AuthenticationOptions {
  /** Lower case. */
  readonly appId: string;
  readonly tenantId: string;
  /** Null: Microsoft's. Then none of the settings may be made: with one of them, no default fills the others. */
  readonly unsafeStandIn: StandInUrls | null;
  readonly transport: Transport;
}

/** What the vendor's authentication is made of; the gate is a subclass of it, so these are its constructor's arguments. */
export const authenticationParameters = (o: AuthenticationOptions): Parameters => {
  const { appId, unsafeStandIn } = o;
  const issuer = unsafeStandIn?.tokenIssuer ?? TOKEN_ISSUER;
  return [
    {
      MicrosoftAppId: appId,
      MicrosoftAppType: 'SingleTenant',
      MicrosoftAppTenantId: o.tenantId,
      ...(unsafeStandIn === null
        ? {}
        : {
            ToBotFromChannelOpenIdMetadataUrl: unsafeStandIn.openIdMetadataUrl,
            ToBotFromEmulatorOpenIdMetadataUrl: unsafeStandIn.openIdMetadataUrl,
            ToBotFromChannelTokenIssuer: unsafeStandIn.tokenIssuer,
            ToChannelFromBotOAuthScope: TOKEN_ISSUER,
            ToChannelFromBotLoginUrl: unsafeStandIn.loginUrl,
            OAuthUrl: unsafeStandIn.oauthUrl,
            CallerId: 'urn:botframework:azure',
            ValidateAuthority: true,
          }),
    },
    {
      isValidAppId: async (id) => id.toLowerCase() === appId,
      isAuthenticationDisabled: async () => false,
      createCredentials: async () => ({ signRequest: async (request) => request }),
    },
    {
      requiredEndorsements: [CHANNEL],
      validateClaims: async (claims) => {
        const holds = (type: string, value: string): boolean =>
          claims.some((claim) => claim.type === type && claim.value.toLowerCase() === value.toLowerCase());
        if (!holds('iss', issuer) || !holds('aud', appId)) throw new Error('Not issued for this bot.');
      },
    },
    undefined,
    { httpClient: o.transport },
  ];
};

/** Our careful reading as the vendor's type: the one place where we say what we cannot check. */
export const asActivity = (fields: Fields): Activity => fields as unknown as Activity;
