import { SottoError } from '../../core/errors.ts';
import type { Clock, Log, Metrics, OpenedView, Platform, Random, Route, Sealer, Secret } from '../../core/ports.ts';
import type { Account, Card, Opened, Press, Submit } from '../../core/types.ts';
import { createCredentials } from '../bounded/credentials.ts';
import { type AccountByAddress, createAccountByAddress } from './addresses.ts';
import { type AcceptInbound, createBoltApp } from './bolt.ts';
import { createCall } from './call.ts';
import { createClients, SOON_MS } from './client.ts';
import { createHomes } from './home.ts';
import { createHomeMarks } from './home-mark.ts';
import { createIdentity } from './identity.ts';
import { handTokens } from './install-tokens.ts';
import { createInstalling, type InstallationOptions } from './installing.ts';
import { createIntake } from './intake.ts';
import { createLook, type WayIn } from './look.ts';
import { createPacer } from './pacer.ts';
import { createPeople, type SlackPeople } from './people.ts';
import { createPlatform } from './platform.ts';
import { createProfiles, type Profile } from './profile.ts';
import { createReceiver } from './receiver.ts';
import { responseHosts } from './respond.ts';
import { checkSecrets } from './secrets.ts';
import { createSocketMode, type SocketMode } from './socket.ts';
import { createViews, type ViewTexts } from './views.ts';

/**
 * How events come in. `http`: signed by the signing secret. `socket`: over connections that the app-level token opens, for whoever
 * has no public address; nothing is signed there.
 */
export type EventsWay =
  | { readonly via: 'http'; readonly signingSecret: () => Promise<Secret> }
  | {
      readonly via: 'socket';
      readonly appToken: () => Promise<Secret>;
      readonly random: Pick<Random, 'fraction'>;
    };

export interface SlackOptions {
  /** The app's id, `A0…`: what is delivered for another app is dropped. */
  readonly appId: string;
  /** The workspaces (`T…`) or organisations (`E…`) that may use the bot. */
  readonly teamIds: readonly string[];
  readonly events: EventsWay;
  /** Of an app that was installed by hand. */
  readonly botToken: () => Promise<Secret>;
  /** Where the app is installed, and by OAuth, where that is switched on. Absent: wherever it is asked, with the token in the vault. */
  readonly installs?: InstallationOptions;
  /** Seals what goes to Slack and comes back: which chat somebody's page belongs to. */
  readonly sealer: Pick<Sealer, 'seal' | 'open'>;
  /** Where the Web API is, for stand-ins: loopback only. Absent: Slack itself. */
  readonly unsafeApiUrl?: string;
  /** By which Slack reaches us, without a slash at its end; for `Platform.look`. Absent or null: it was not said. */
  readonly publicUrl?: string | null;
  /** Calls are not paced, but where Slack itself says to wait: for stand-ins without limits. Default: they are. */
  readonly unsafeUnpaced?: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Counts a request that was turned away, by its reason. */
  readonly reject: (reason: string) => void;
  /** When Slack sent what it proved, ms; over Socket Mode it does not say. */
  readonly sent?: (at: number) => void;
  /** Puts it durably into the inbox. Slack gets its 200 only after this resolved with `accepted` or `repeat`. */
  readonly accept: AcceptInbound;
  /** Fills a view that stands open for whoever pressed. Not waited for; see `Work.open`. */
  readonly open: (press: Press, view: OpenedView) => Promise<void>;
  /** Takes a form that was sent; what it says goes into the view that it was sent from. Rejects where nothing came of it. See `Work.submit`. */
  readonly submit: (submit: Submit, view: OpenedView) => Promise<void>;
  /** Shows somebody the bot's own page. Not waited for; see `Work.opened`. */
  readonly opened: (opened: Opened) => Promise<void>;
  /** Decides on a press that takes more time; see `Work.more`. */
  readonly more: (press: Press, say: (card: Card) => Promise<void>) => Promise<void>;
  /** Slack said that an account is not what it was. Rejects where the other processes could not be told: Slack says it again. */
  readonly accountChanged?: (account: {
    readonly platform: 'slack';
    readonly tenant: string;
    readonly user: string;
  }) => Promise<void>;
  readonly texts: ViewTexts;
}

export interface Slack {
  readonly platform: Platform;
  /** POST /slack/events, for events, interactivity (forms among them) and commands alike; null: they come over `socket`. */
  readonly route: Route | null;
  /** For a browser: where somebody begins to install the app, and where they come back to. None where it is installed by hand. */
  readonly installRoutes: readonly Route[];
  /** Null: events come by http. */
  readonly socket: SocketMode | null;
  /**
   * What Slack says of an account, at most five minutes old (Slack requirement 12). `unreachable` where Slack does not
   * answer or leaves out what decides. Needs the scopes users:read and users:read.email. Never throws.
   */
  profile(account: Account, o?: { readonly anew: boolean }): Promise<Profile | 'unreachable'>;
  /** What is remembered of this user in any workspace; null: of everybody. */
  forget(user: string | null): void;
  /** The account that has an address in one of our workspaces; see there. Needs the scope users:read.email. */
  readonly accountByAddress: AccountByAddress;
  /** Everybody and their user groups, where Slack is the directory. Needs the scope usergroups:read for the groups. */
  readonly people: SlackPeople;
  /** Checks the secrets and asks Slack who the bot is. Refuses with code `settings` where a secret is unusable. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Slack, both ways. Refuses with code `settings` what could not work or is not safe. */
export const createSlack = (o: SlackOptions): Slack => {
  const unsafeApiUrl = o.unsafeApiUrl === undefined ? null : checkedApiUrl(o.unsafeApiUrl);
  if (!/^A[A-Z0-9]{2,30}$/.test(o.appId)) {
    throw new SottoError('settings', `The Slack app id is "${o.appId}". It is an A and capital letters or digits.`);
  }
  if (o.teamIds.length === 0) {
    throw new SottoError('settings', 'No Slack workspace is allowed, so nobody could ask anything. Name one at least.');
  }
  const allowed: ReadonlySet<string> = new Set(o.teamIds);
  const mayRespondTo = responseHosts(unsafeApiUrl);
  const { botToken, clock, log, metrics } = o;
  const { appId, events, reject, installs } = o;
  const withVaultToken = createCredentials({ name: 'slack-bot-token', secret: botToken, clock, log, metrics });
  const orgWide = (): boolean => identity.current().orgWide;
  const given = { appId, allowed, unsafeApiUrl, botToken, withVaultToken, orgWide, reject, clock, log, metrics };
  const installing = installs === undefined ? null : createInstalling({ with: installs, ...given });
  const withToken = installing?.withToken ?? handTokens({ withToken: withVaultToken, orgWide });
  const clients = createClients({ withToken, unsafeApiUrl });
  const soon = createClients({ withToken, unsafeApiUrl, callMs: SOON_MS });
  const { asBot } = clients;
  const pacer = createPacer({ clock, unsafeUnpaced: o.unsafeUnpaced === true });
  const call = createCall({ asBot, pacer, log, metrics });
  const callSoon = createCall({ asBot: soon.asBot, pacer, log, metrics });
  const views = createViews({ call, callSoon, texts: o.texts, open: o.open, submit: o.submit, clock, log });
  const marks = createHomeMarks({ sealer: o.sealer });
  const homes = createHomes({ call, opened: o.opened, marks, log });
  const profiles = createProfiles({ call, allowed, clock });
  const platform = createPlatform({
    locale: profiles.locale,
    appId: o.appId,
    call,
    views,
    homes,
    mayRespondTo,
    clock,
    log,
    metrics,
  });
  const byOAuth = installs !== undefined && installs.oauth !== null;
  const identity = createIdentity({ asBot, teamIds: o.teamIds, clock, log });
  const bolt = createBoltApp({
    unsafeApiUrl,
    identity: (tenant) => {
      const user = installing?.botUserOf(tenant) ?? null;
      return byOAuth ? { user, bot: null } : identity.current();
    },
    mayRespondTo,
    marks,
    accept: o.accept,
    openView: views.open,
    submit: views.submit,
    homeOpened: homes.open,
    now: () => clock.now(),
    moreTime: (press) =>
      o.more(press, async (card) => {
        if (press.respondTo !== null) await platform.respond({ to: press.respondTo, card });
      }),
    accountChanged: async ({ tenant, user }) => {
      profiles.forget(user);
      await o.accountChanged?.({ platform: 'slack', tenant, user });
    },
  });

  installing?.onChange((tenant) => {
    // Of an organisation: whichever workspaces it serves.
    const which = tenant.startsWith('E') ? null : tenant;
    for (const { forget } of [clients, soon]) forget(which);
    profiles.forgetTenant(which);
  });
  const intake = createIntake({ appId, allowed, bolt, mayRespondTo, installing, log, reject, texts: o.texts });
  const tools = { intake, reject, clock, log, metrics, sent: o.sent };
  const socket = events.via === 'socket' ? createSocketMode({ ...events, ...tools, appId, unsafeApiUrl }) : null;

  const wayIn: WayIn =
    events.via === 'http'
      ? { kind: 'https', publicUrl: o.publicUrl ?? null, signingSecret: events.signingSecret }
      : { kind: 'socket', connected: () => socket?.connected() ?? false };

  return {
    platform: { ...platform, look: createLook({ asBot, wayIn, clock }) },
    route: events.via === 'http' ? createReceiver({ ...events, ...tools }) : null,
    socket,
    installRoutes: installing?.routes ?? [],
    profile: profiles.find,
    forget: profiles.forget,
    accountByAddress: createAccountByAddress({ call, allowed }),
    people: createPeople({ call, allowed }),
    start: async () => {
      await checkSecrets(o);
      if (!byOAuth) identity.start();
      installing?.start();
    },
    stop: async () => {
      identity.stop();
      await socket?.stop({ graceMs: 0 });
      await Promise.all([views.settled(), homes.settled(), installing?.stop()]);
    },
  };
};

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

const checkedApiUrl = (unsafeApiUrl: string): string => {
  const url = URL.canParse(unsafeApiUrl) ? new URL(unsafeApiUrl) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || !LOOPBACK.includes(url.hostname)) {
    throw new SottoError(
      'settings',
      `The Slack API address is "${unsafeApiUrl}". Tokens and answers would go there, so it may only be on this machine, for stand-ins. Leave it out to talk to Slack.`,
    );
  }
  return unsafeApiUrl.endsWith('/') ? unsafeApiUrl : `${unsafeApiUrl}/`;
};
