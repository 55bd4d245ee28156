import { SottoError } from '../../core/errors.ts';
import type { Budgets, Clock, Log, Metrics, OpenedView, Platform, Random, Route } from '../../core/ports.ts';
import type { Card, Opened, PerLocale, Press, Submit } from '../../core/types.ts';
import { createAdded } from './added.ts';
import { OAUTH_URL, OPEN_ID_METADATA_URL, type StandInUrls, sendsNothing, TOKEN_ISSUER } from './authentication.ts';
import { dialogCard } from './card.ts';
import { createConnector } from './connector.ts';
import type { DialogTexts } from './dialog.ts';
import { createGate } from './gate.ts';
import { createInvokes } from './invokes.ts';
import { createKeyring } from './keys.ts';
import { createLocales } from './locale.ts';
import type { Occurrences } from './occurrences.ts';
import { createTeamsPlatform } from './platform.ts';
import { isGuid } from './read.ts';
import { type AcceptInbound, createReceiver } from './receiver.ts';
import { createKeepReference, type References } from './references.ts';
import { createRemoved } from './removed.ts';
import { createSecondOpinion } from './second-opinion.ts';
import { checkedLoopback, keyHosts } from './service-hosts.ts';
import { createSignIn, type SeenInTeams } from './sign-in.ts';
import { createTransport } from './transport.ts';
import { createTurns } from './turns.ts';
import { createWithdrawal } from './withdrawn.ts';
import { createWording } from './wording.ts';

export interface TeamsOptions {
  /** The bot's app registration in Entra, a GUID: what is sent to another bot is refused. */
  readonly appId: string;
  /** The tenants that may use the bot, GUIDs. */
  readonly tenantIds: readonly string[];
  /** A token for the Bot Connector and the token service. */
  readonly appToken: () => Promise<string>;
  /** Where people and Teams reach this bot, without a slash at its end; absent or null: it was not said. */
  readonly publicUrl?: string | null;
  /** Stand-ins, loopback only; null: Microsoft itself. */
  readonly unsafeStandIn: StandInUrls | null;
  /** Name of the bot's OAuth connection; null: nobody signs in here. */
  readonly oauthConnection: string | null;
  /** Hosts beyond Microsoft's that the bot's token may be sent to, with their port where they have one. */
  readonly unsafeServiceHosts: readonly string[];
  /** Where chats can be reached: kept from every verified activity, read before every call. */
  readonly reference: References;
  /** Calls of all processes of the bot together are kept within Teams' limits by it; absent: this process is alone. */
  readonly budgets?: Budgets;
  /** Calls are not paced, but where Teams itself says to wait: for stand-ins without limits. Default: they are. */
  readonly unsafeUnpaced?: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Counts a request that was turned away, by its reason. */
  readonly reject: (reason: string) => void;
  /** When Teams sent what it proved, ms. */
  readonly sent?: (at: number) => void;
  /** Puts it durably into the inbox. Teams gets its 200 only after this resolved with `accepted` or `repeat`. */
  readonly accept: AcceptInbound;
  /** Fills a dialog that was asked for by a press. */
  readonly open: (press: Press, view: OpenedView) => Promise<void>;
  /** Decides on a press that takes more time; its answer is a dialog. */
  readonly more: (press: Press, say: (card: Card) => Promise<void>) => Promise<void>;
  /** Decides on a form that was sent from a dialog; the same view is filled again. */
  readonly submit: (submit: Submit, view: OpenedView) => Promise<void>;
  /** Beside a sign-in link in private chat Teams is asked who sits there; needs `oauthConnection` and `publicUrl`. Absent: it is not. */
  readonly askBesideLinks?: boolean;
  /** Somebody sits at Teams as their account, as Entra says just now. It is no strong sign-in unless the token is judged to be one. */
  readonly signedIn: (seen: SeenInTeams) => Promise<void>;
  /** Whoever answers for what happens beside questions; absent: it is acknowledged and nothing is run. */
  readonly occurrences?: Occurrences;
  /** Answers that a rule lets stand where they were asked are shown there for the asker alone; `moment` stands there first. Absent: they go to the private chat. */
  readonly targeted?: { readonly moment: string } | null;
  /** Where Teams does not say in which language somebody has it. */
  readonly texts: DialogTexts;
  /** In theirs; absent: as where it does not say. */
  readonly textsIn?: PerLocale<DialogTexts>;
  /** Somebody added the app to their private chat. Absent: nobody is greeted. */
  readonly added?: (opened: Opened) => Promise<void>;
  /** A press on the bot's own page, which stands in a dialog. Absent: there is none. */
  readonly onPage?: (press: Press, view: OpenedView) => Promise<void>;
}

export interface Teams {
  readonly platform: Platform;
  /** POST /teams/messages, for everything that Teams sends. */
  readonly route: Route;
  /** Reads Bot Framework's keys before the first question needs them; does not wait for them. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Teams, both ways. Refuses with code `settings` what could not work or is not safe (Teams requirement 1). */
export const createTeams = (o: TeamsOptions): Teams => {
  const appId = checkedAppId(o.appId);
  const tenantIds = checkedTenants(o.tenantIds);
  const unsafeStandIn = o.unsafeStandIn === null ? null : checkedStandIn(o.unsafeStandIn);
  const { clock, log, metrics, reference } = o;
  const transport = createTransport({ unsafeServiceHosts: o.unsafeServiceHosts, metrics });
  const connector = createConnector({ appId, transport, bearer: o.appToken, log, metrics });
  const keepReference = createKeepReference({ references: reference, clock, log });
  const turns = createTurns({ appId, tenantId: tenantIds[0] ?? '', unsafeStandIn, transport: sendsNothing });
  const keyring = createKeyring({
    metadataUrl: unsafeStandIn?.openIdMetadataUrl ?? OPEN_ID_METADATA_URL,
    mayFetch: keyHosts({ unsafeStandIn: unsafeStandIn !== null }),
    clock,
    log,
    metrics,
  });
  const gate = createGate({
    appId,
    tokenIssuer: unsafeStandIn?.tokenIssuer ?? TOKEN_ISSUER,
    tenants: new Set(tenantIds),
    mayCall: transport.mayCall,
    keyring,
    secondOpinion: createSecondOpinion({ authentication: turns.authentication, clock, log }),
    clock,
  });
  const withdrawal = createWithdrawal({ accept: o.accept });
  const locales = createLocales();
  const connection = o.oauthConnection;
  const platform = createTeamsPlatform({
    ...o,
    connector,
    bearer: o.appToken,
    publicUrl: o.publicUrl ?? null,
    singleSignOn: connection === null || o.askBesideLinks !== true ? null : { appId, connection },
  });
  const { consentAnswered: answered } = platform;
  const oauthUrl = unsafeStandIn?.oauthUrl ?? OAUTH_URL;
  const signIn = connection === null ? null : createSignIn({ ...o, appId, connection, oauthUrl, answered });

  return {
    platform: {
      ...platform,
      locale: async (account) => locales.of(account),
      ...(o.onPage === undefined ? {} : { pageInView: true }),
    },
    route: createReceiver({
      gate,
      turns,
      keepReference,
      invokes: createInvokes({
        ...o,
        renderCard: dialogCard,
        wording: createWording(o),
        heard: locales.note,
        signIn,
      }),
      heard: locales.note,
      occurrences: {
        ...(o.added === undefined ? {} : { added: createAdded({ ...o, added: o.added, heard: locales.note }) }),
        edited: withdrawal,
        deleted: withdrawal,
        ...o.occurrences,
        removed: createRemoved({ accept: o.accept, references: keepReference, log }),
      },
      clock,
      log,
      metrics,
      reject: o.reject,
      sent: o.sent,
      accept: o.accept,
    }),
    start: async () => {
      void keyring.warm();
    },
    stop: async () => undefined,
  };
};

const checkedAppId = (appId: string): string => {
  if (isGuid(appId)) return appId.toLowerCase();
  throw new SottoError(
    'settings',
    `The Teams app id is "${appId}". Without the right one no request could be told from a forged one: it is the Application (client) ID of the bot's app registration, a GUID.`,
  );
};

const checkedTenants = (tenantIds: readonly string[]): readonly string[] => {
  if (tenantIds.length === 0) {
    throw new SottoError('settings', 'No Teams tenant is allowed, so nobody could ask anything. Name one at least.');
  }
  for (const id of tenantIds) {
    if (!isGuid(id)) {
      throw new SottoError(
        'settings',
        `A Teams tenant is "${id}". Requests name their tenant by its id, so any other name would refuse them all: it is the Directory (tenant) ID, a GUID.`,
      );
    }
  }
  return tenantIds.map((id) => id.toLowerCase());
};

const checkedStandIn = (unsafeStandIn: StandInUrls): StandInUrls => {
  checkedLoopback('Teams OpenID metadata address', unsafeStandIn.openIdMetadataUrl);
  checkedLoopback('Teams login address', unsafeStandIn.loginUrl);
  checkedLoopback('Teams OAuth address', unsafeStandIn.oauthUrl);
  if (unsafeStandIn.tokenIssuer !== '') return unsafeStandIn;
  throw new SottoError(
    'settings',
    'The Teams token issuer is empty, so no token could be told from a forged one. Set it to what the stand-in signs as.',
  );
};
