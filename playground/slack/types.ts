/** What the stand-in for Slack offers to the playground, to tests and to checks from outside. */
import type { FastifyInstance } from 'fastify';
import type { Clock, Random } from '../../src/core/ports.ts';
import type {
  InstallationKind,
  StandInBot,
  StandInChannel,
  StandInPerson,
  StandInUserGroup,
  StandInWorkspace,
} from './people-types.ts';
import type { PlaceActs } from './place-types.ts';
import type { Json, SeenHome, SeenMessage, SeenRequest, SeenView, SeenWorkspace } from './seen-types.ts';

export type * from './people-types.ts';
export type * from './seen-types.ts';

export type FaultKind =
  | 'hang'
  | 'hang-after'
  | 'reset'
  | 'reset-after'
  | '500-before'
  | '500-after'
  | '503-before'
  | '503-after'
  | '429'
  | 'ratelimited';

/** `-after`: the effect takes place and only the answer fails. Anything else but the names here is an error code of Slack. */
export interface Fault {
  /** A method, or `*`. */
  readonly method: string;
  readonly how: FaultKind | (string & {});
  /** Only calls that mean this workspace; default: all. */
  readonly team?: string;
  /** Default: once. */
  readonly times?: number;
}

export interface Delivered {
  /** HTTP status; 0: none came within three seconds. */
  readonly status: number;
  readonly body: string;
}

export interface RawDelivery {
  readonly body: string | Buffer;
  readonly contentType?: string;
  /** Seconds since the epoch, as text; default: now. */
  readonly timestamp?: string;
  /** Default: the right one. */
  readonly secret?: string;
  /** Laid over the right ones; a list sends the header more than once, null leaves it out. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
}

/** How the app is installed by whoever is sent to Slack. */
export interface OAuthApp {
  readonly clientId: string;
  /** Those that are accepted. */
  readonly clientSecrets: () => readonly string[];
  /** Where Slack may send people back to. */
  readonly redirectUrls: () => readonly string[];
  /** Tokens end after twelve hours; default false. */
  readonly rotation?: boolean;
}

/** Why Slack wants a connection of Socket Mode replaced. */
export type SocketGoodbye = 'warning' | 'refresh_requested' | 'link_disabled';

/** What an app said over a connection. */
export interface SeenAck {
  readonly envelope: string;
  /** Which connection it came over. */
  readonly connection: number;
  readonly payload: Json | null;
  /** It acknowledged something: it came over the right connection, and in time. */
  readonly counted: boolean;
}

/** The connections of Socket Mode. Those that name none mean the oldest. */
export interface SlackSockets {
  /** Ids of those that stand, the oldest first. */
  open(): readonly number[];
  /** Says goodbye; after a warning the connection is closed ten seconds later, else at once. */
  disconnect(o: { readonly reason: SocketGoodbye; readonly connection?: number }): void;
  /** It breaks without a word. */
  cut(connection?: number): void;
  /** It stands, and nothing is heard of it any more: no ping, no answer to one. */
  hush(connection?: number): void;
  /** Anything at all, as it is. */
  sendRaw(frame: string | Buffer, connection?: number): void;
  /** Everything that was said, the oldest first. */
  acks(): readonly SeenAck[];
  /** The app-level token that opens connections from now on. */
  setAppToken(appToken: string): void;
}

/** The first workspace, and whatever all of them share. */
export interface SlackStandInOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly appId: string;
  readonly teamId: string;
  readonly signingSecret: string;
  readonly botToken: string;
  /** Socket Mode is on: everything goes over the connections that this token opens, and nothing by http. */
  readonly appToken?: string;
  /** Where events, presses and commands go; asked at each delivery. */
  readonly eventsUrl: () => string;
  /** Where this stand-in itself is reached, without a slash at the end: response_urls begin with it. Default: where the Web API was called last. */
  readonly publicUrl?: () => string;
  readonly people: readonly StandInPerson[];
  /** Of the first workspace, as in `workspaces`. */
  readonly name?: string;
  readonly enterpriseId?: string;
  readonly installation?: InstallationKind;
  readonly channels?: readonly StandInChannel[];
  readonly otherBots?: readonly StandInBot[];
  readonly userGroups?: readonly StandInUserGroup[];
  /** Further workspaces; default: none. */
  readonly workspaces?: readonly StandInWorkspace[];
  /** Absent: the app cannot be installed by OAuth. */
  readonly oauth?: OAuthApp;
  /** Slack's rate limits; default true. */
  readonly limits?: boolean;
  /** What bot tokens may do; default: what the app's manifest asks for. */
  readonly scopes?: readonly string[];
  /** The events that the app subscribed to, `message.im` by kind of channel; default: what the app's manifest names, and the end of an installation. */
  readonly events?: readonly string[];
  /** Whether people can write to the app in private, and it to them; default: as its manifest has it. */
  readonly messagesTab?: boolean;
  /** Whether the app has a page of its own and hears when it is opened; default: as its manifest has it. */
  readonly homeTab?: boolean;
  /** Share of events that Slack sends twice at once, 0 to 1; default 0. */
  readonly duplicates?: number;
  readonly faults?: readonly Fault[];
}

/**
 * What people do and see. `team` says in which workspace; without it: the first one that has this user, or this message, or
 * the first of all.
 */
export interface SlackStandIn extends PlaceActs {
  /** In the first workspace. */
  readonly botUserId: string;
  workspaces(): readonly SeenWorkspace[];
  /** POST /standin/slack/api/:method, POST /standin/slack/response/:id, GET /standin/slack/history (`messages`, open `views` and, with `user`, the `home`), GET /standin/slack/requests; both take `team`, requests also `method`. */
  routes(app: FastifyInstance): void;
  /** A person writes: to the bot in private (no channel), or in a channel, where the bot is mentioned. Resolves once Slack has delivered it. */
  say(o: {
    readonly team?: string;
    readonly user: string;
    readonly text: string;
    readonly channel?: string | null;
    /** ts of the message whose thread it is written in. */
    readonly thread?: string;
    /** The event is delivered twice at the same time. */
    readonly twice?: boolean;
  }): Promise<{ readonly channel: string; readonly ts: string; readonly delivered: number }>;
  /** A person presses a button of a message that is there; resolves to the HTTP status of the answer. */
  press(o: {
    readonly team?: string;
    readonly user: string;
    readonly channel: string;
    readonly ts: string;
    readonly actionId: string;
    readonly value: string;
  }): Promise<number>;
  /** A person closes a view that they have open. */
  closeView(o: { readonly team?: string; readonly user: string; readonly id: string }): void;
  /**
   * A person fills in a view and sends it; what is left out stays as it is. Resolves to the HTTP status of the answer; 0: none came in
   * time, or Slack's client keeps it back, for something must be filled in. Throws for what nobody could enter there.
   */
  submitView(o: {
    readonly team?: string;
    readonly user: string;
    readonly id: string;
    /** By the action of the field. */
    readonly values: Readonly<Record<string, readonly string[]>>;
  }): Promise<number>;
  /** A person opens the app and looks at this tab; resolves to the HTTP status of the answer to the event, 0 where none is sent. */
  openHome(o: { readonly team?: string; readonly user: string; readonly tab?: 'home' | 'messages' }): Promise<number>;
  /** A person presses a button of the app's own page; resolves to the HTTP status of the answer. */
  pressHome(o: {
    readonly team?: string;
    readonly user: string;
    readonly actionId: string;
    readonly value: string;
  }): Promise<number>;
  /** A person's account changes; the app hears of it by `user_change` where it may. */
  changePerson(o: {
    readonly team?: string;
    readonly user: string;
    readonly to: Partial<StandInPerson>;
  }): Promise<void>;
  /** Somebody changes a user group; the app hears of it by `subteam_members_changed` or `subteam_updated` where it may. */
  changeUserGroup(o: {
    readonly team?: string;
    readonly id: string;
    readonly to: Partial<Omit<StandInUserGroup, 'id'>>;
  }): Promise<void>;
  /** A person loads their client anew: what only they saw is gone. */
  reload(o: { readonly team?: string; readonly user: string }): void;
  /**
   * An admin removes the app: from the workspace or, where the whole enterprise has it, from that. Its token dies at once, and the app
   * is told by `tokens_revoked` and `app_uninstalled`. Resolves to the HTTP status of the answer to the last, 0 where none was sent.
   */
  uninstall(o?: { readonly team?: string }): Promise<number>;
  /**
   * An organisation puts a workspace into its installation of the app or takes it out; the app hears of it by `team_access_granted` or `team_access_revoked`.
   * Resolves as above.
   */
  changeAccess(o: { readonly team: string; readonly to: 'granted' | 'revoked' }): Promise<number>;
  /** The app's token is revoked: it dies at once, and the app is told. Resolves as above. */
  revoke(o?: { readonly team?: string }): Promise<number>;
  /** Who belongs to a user group changes; the app hears of it where it may. Resolves as above. */
  changeSubteam(o: {
    readonly team?: string;
    readonly id: string;
    readonly added?: readonly string[];
    readonly removed?: readonly string[];
  }): Promise<number>;
  /** What people would now see; with `user`: what that person would. */
  history(o?: { readonly team?: string; readonly user?: string }): readonly SeenMessage[];
  /** The views that are open now; with `user`: that person's. */
  views(o?: { readonly team?: string; readonly user?: string }): readonly SeenView[];
  /** What stands on this person's page of the app; null: nothing was ever published. */
  home(user: string, team?: string): SeenHome | null;
  requests(o?: { readonly team?: string; readonly method?: string }): readonly SeenRequest[];
  onChange(listener: () => void): () => void;
  /** Switches token rotation on for the app; nobody can switch it off. */
  rotateTokens(): void;
  fail(fault: Fault): void;
  /** Called when a call has arrived, before anything happens. */
  onCall(listener: (method: string, args: Json) => void): () => void;
  /** Everything is signed with another secret from now on, what is sent again too. */
  setSigningSecret(signingSecret: string): void;
  /** A new token takes the place of the old one, or the present one dies. `expiresAt`: ms since the epoch. */
  setToken(o: {
    readonly team?: string;
    readonly botToken?: string;
    readonly state?: TokenState;
    readonly expiresAt?: number | null;
  }): void;
  /** Slack refuses to delete or update even the bot's own messages, as it did in 2025. */
  refuseOwn(o: { readonly deleting: boolean; readonly updating: boolean }): void;
  /** Sends an event with Slack's retries; the last status so far of each copy. `lost`: the first try of each never arrives. */
  deliverEvent(o: {
    readonly body: string;
    readonly copies?: number;
    readonly lost?: boolean;
  }): Promise<readonly number[]>;
  readonly sockets: SlackSockets;
  /** Slack asks the address whether it is the app's, as when somebody enters it; whether the challenge was answered. */
  verifyUrl(): Promise<boolean>;
  /** Slack looks now and then whether the address of a command has a good certificate; the status of the answer. */
  checkSsl(): Promise<number>;
  /** Sends anything, signed rightly unless told otherwise, once. */
  deliverRaw(o: RawDelivery): Promise<Delivered>;
  /** The envelope of an event as Slack would send it. */
  envelope(event: Json, over?: Json, team?: string): Json;
  /** Ends whatever is on its way; no retry follows. */
  close(): Promise<void>;
}

export type TokenState = 'live' | 'token_revoked' | 'token_expired' | 'account_inactive';
