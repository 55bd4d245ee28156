/** What the stand-in for Teams offers to the playground, to tests and to checks from outside; alike to Slack's where both have it. */
import type { FastifyInstance } from 'fastify';
import type { Clock, Random } from '../../src/core/ports.ts';
import type { PersonKind } from '../../src/core/types.ts';
import type { Authority } from './authority.ts';
import type { Filled } from './inputs.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Somebody in Teams. */
export interface TeamsPerson {
  /** aadObjectId; null: an anonymous guest of a meeting. */
  readonly user: string | null;
  readonly name: string;
  /** Home tenant; absent: the bot's. */
  readonly tenant?: string;
}

/** Somebody whom the stand-in knows. */
export interface TeamsAccount extends TeamsPerson {
  readonly user: string;
  readonly kind: PersonKind;
}

/** What Teams says of somebody in a chat; null: it leaves that out. */
export interface MemberSaid {
  readonly tenantId?: string | null;
  readonly userRole?: string | null;
  readonly userPrincipalName?: string | null;
  readonly aadObjectId?: string | null;
}

/** A chat as Teams names it. `thread`: the message of a channel that the talk hangs on. */
export interface TeamsChat {
  readonly kind: 'personal' | 'groupChat' | 'channel';
  readonly id: string;
  readonly thread?: string;
  /** Of a channel: shared with another company. */
  readonly shared?: boolean;
}

export type TeamsChannelKind = 'direct' | 'group' | 'channel' | 'shared';

/** A message as people see it now. Exactly one of `user` and `bot` is set. */
export interface SeenTeamsMessage {
  /** The chat, without a thread. */
  readonly channel: string;
  readonly channelKind: TeamsChannelKind;
  /** The activity's id: ms since the epoch. */
  readonly ts: string;
  /** aadObjectId of the person who wrote it. */
  readonly user: string | null;
  /** `28:` and the app id of the bot that wrote it. */
  readonly bot: string | null;
  /** As the activity carries it; '' beside a card. */
  readonly text: string;
  readonly textFormat: 'plain' | 'markdown' | 'xml';
  readonly attachments: readonly Json[];
  /** What a notification shows. */
  readonly summary: string | null;
  /** Whoever the message notifies by mention: ids, or the name in a mention's tag. */
  readonly pings: readonly string[];
  /** Where somebody who presses something in it would be led. */
  readonly links: readonly string[];
  readonly channelData?: Json;
  /** aadObjectId of the one person who sees it besides the bot; absent: everybody there does. */
  readonly targetedAt?: string;
  /** Id of the message that the thread hangs on. */
  readonly threadTs?: string;
  /** Time of the last edit, ms since the epoch. */
  readonly editedAt?: string;
}

/** Something that happened to a bot's message, with what it was from then on; kept though it left. */
export interface PastTeamsMessage {
  readonly at: number;
  readonly event: 'posted' | 'edited' | 'deleted';
  readonly message: SeenTeamsMessage;
}

/** What the bot may ask of the Connector and of the authority; anything else is `unknown`. */
export type TeamsVerb =
  | 'token'
  | 'conversation.create'
  | 'activity.create'
  | 'activity.update'
  | 'activity.delete'
  | 'member.get'
  | 'members.page'
  | 'unknown';

/** A call, as it was made. Tokens and secrets are left out. */
export interface SeenTeamsRequest {
  /** ms since the epoch. */
  readonly at: number;
  readonly verb: TeamsVerb;
  readonly method: string;
  /** As it came, ids still escaped. */
  readonly path: string;
  /** Decoded; '' where there is none. */
  readonly conversation: string;
  readonly activity: string;
  readonly body: Json;
  /** It asked for a message for one person alone. */
  readonly targeted: boolean;
  readonly bearer: 'issued' | 'expired' | 'foreign' | 'none';
  /** HTTP status; 0: no answer was given. */
  readonly status: number;
  readonly error?: string;
  /** x-ms-client-request-id. */
  readonly requestId: string | null;
  /** How many requests came with this id, this one included. */
  readonly attempt: number;
  /** It came before the time of an earlier Retry-After was over. */
  readonly early: boolean;
}

/**
 * `-before`: nothing happened. `-after`: the effect takes place and only the answer fails. `204`, `empty-id`, `not-json`,
 * `huge`: done, and answered so. `429` says how long to wait, `429-bare` does not. Anything else is an error code of Teams
 * (`BotDisabledByAdmin`) or `STATUS-before`, `STATUS-after`, `STATUS-html`.
 */
export type TeamsFaultKind =
  | 'hang'
  | 'hang-after'
  | 'reset'
  | 'reset-after'
  | '429'
  | '429-bare'
  | '412'
  | '204'
  | 'empty-id'
  | 'not-json'
  | 'huge'
  | 'redirect';

export interface TeamsFault {
  /** A verb, or `*`. */
  readonly verb: TeamsVerb | '*';
  readonly how: TeamsFaultKind | (string & {});
  /** Default: once. */
  readonly times?: number;
  /** Where a redirect points. */
  readonly location?: string;
}

/** How the bot answered an activity. */
export interface Answered {
  /** HTTP status; 0: no answer came in time. */
  readonly status: number;
  readonly body: string;
}

/** A dialog that stands open for somebody. */
export interface TeamsDialog {
  /** Of its own: somebody who opens the same thing again has another dialog. */
  readonly id: string;
  readonly user: string;
  readonly title: string;
  /** Null: it is a line of text. */
  readonly card: Json | null;
  readonly text: string;
  /** What was filled in and is not taken, and why; it stays in the form. */
  readonly kept: { readonly filled: Filled; readonly trouble: readonly string[] } | null;
}

export interface TeamsStandInOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly appId: string;
  readonly tenantId: string;
  /** The bot's secret at the authority. */
  readonly appPassword: string;
  /** Signs and delivers an activity to the bot. Absent: what people write and press reaches nobody. */
  readonly send?: (activity: Json) => Promise<Answered>;
  /** Where this stand-in is reached, without a slash at the end. */
  readonly publicUrl: () => string;
  readonly people: readonly TeamsAccount[];
  /** Teams' rate limits; default true. */
  readonly limits?: boolean;
  readonly faults?: readonly TeamsFault[];
  /**
   * Messages for one person alone (default `on`). `refused`: Teams knows none. `ignored`: it takes what asks for one as an ordinary message, for
   * everybody, which is the worst that a preview could do.
   */
  readonly targeted?: 'on' | 'refused' | 'ignored';
  /** Life of a token, seconds; default an hour. */
  readonly tokenSeconds?: number;
  /** That of another tenant's stand-in, for a bot that serves several tenants with tokens of its own. Default: one of its own. */
  readonly authority?: Authority;
}

export interface TeamsStandIn {
  /** `28:` and the app id. */
  readonly botUserId: string;
  /** What the bot is told as its address, with a slash at the end. */
  readonly serviceUrl: () => string;
  /** For `TEAMS_LOGIN_URL`. */
  readonly loginUrl: () => string;
  /**
   * POST /standin/teams/login/TENANT/oauth2/v2.0/token, /standin/teams/connector/v3/…, GET /standin/teams/history,
   * GET /standin/teams/requests.
   */
  routes(app: FastifyInstance): void;
  /** A person writes: to the bot in private (no channel), or in a channel, where the bot is mentioned. */
  say(o: {
    readonly user: string;
    readonly text: string;
    readonly channel?: string | null;
    /** For the bot's eyes only, as by a slash command: nobody else in the channel sees it. */
    readonly targeted?: boolean;
    /** The activity is delivered twice at the same time. */
    readonly twice?: boolean;
    /** Laid over the activity that Teams would send. */
    readonly over?: Json;
  }): Promise<{ readonly channel: string; readonly ts: string; readonly delivered: number }>;
  /** A person presses a button of a message that is there; resolves to the HTTP status of the answer. A dialog that the bot answers with stands open then. */
  press(o: {
    readonly user: string;
    readonly channel: string;
    readonly ts: string;
    readonly actionId: string;
    readonly value: string;
  }): Promise<number>;
  /**
   * A person's client answers the newest card of the bot's in their private chat that asks for a token, as Teams' does by itself, and hands this one over. Resolves to the
   * HTTP status of the answer; `unknown`: no such card stands there.
   */
  handOver(o: { readonly user: string; readonly token: string }): Promise<number | 'unknown'>;
  /**
   * A person uses the message extension: from where they write (with a channel or without one, from the command box), or on a message of a
   * channel. Resolves to the HTTP status of the answer; what the bot answers with stands open then. What they send goes by `submit`.
   */
  extension(o: {
    readonly user: string;
    readonly channel?: string | null;
    /** Id of the message in the channel; absent: not on one. */
    readonly message?: string;
  }): Promise<number>;
  /** A person changes a message of theirs, or deletes it (no text); resolves to the HTTP status of the answer. */
  change(o: {
    readonly user: string;
    readonly channel: string;
    readonly ts: string;
    readonly text: string | null;
  }): Promise<number>;
  /** Dialogs that stand open, one a person at most. */
  dialogs(o?: { readonly user?: string }): readonly TeamsDialog[];
  /**
   * A person fills in the dialog's inputs, by their ids, and sends it; resolves to the HTTP status of the answer, which the dialog
   * then shows. 0: the client keeps it back, because something is missing. `unknown`: no such dialog, nothing to send, or no client
   * lets anybody fill that in.
   */
  submit(o: { readonly user: string; readonly id: string; readonly filled: Filled }): Promise<number | 'unknown'>;
  /**
   * A person presses a button of the dialog that stands open; it comes back as what was sent there. Resolves to the HTTP status of the
   * answer, which the dialog then shows. `unknown`: no such dialog, or it has no such button.
   */
  pressDialog(o: {
    readonly user: string;
    readonly id: string;
    readonly actionId: string;
    readonly value: string;
  }): Promise<number | 'unknown'>;
  closeDialog(user: string): void;
  /** A person adds the app: both activities that Teams sends of it. Resolves to the HTTP status of each answer. */
  install(o: {
    readonly user: string;
    /** Of their client; default `en-US`. */
    readonly locale?: string;
  }): Promise<readonly number[]>;
  /** The private chat of this person with the bot. */
  direct(user: string): string;
  /** What people would now see; with `user`: what that person would. */
  history(o?: { readonly user?: string }): readonly SeenTeamsMessage[];
  /** Everything that ever stood there from the bot, oldest first. */
  past(): readonly PastTeamsMessage[];
  requests(): readonly SeenTeamsRequest[];
  onChange(listener: () => void): () => void;
  fail(fault: TeamsFault): void;
  /** Called when a call has arrived, before anything happens. */
  onCall(listener: (verb: TeamsVerb, body: Json) => void): () => void;
  /** A new secret takes the place of the old one at the authority; tokens that were given stay good. */
  setPassword(appPassword: string): void;
  /** Whether this header carries a token that the authority gave and that is still good. */
  accepts(authorization: string | undefined): boolean;
  /** No token that was given so far is good any more. */
  revokeTokens(): void;
  /** The bot is taken out of a chat, or comes back. */
  setMember(o: { readonly channel: string; readonly bot: boolean }): void;
  /**
   * A person takes the app away: from their own chat (no channel), a group, or the team that the channel is in, with all its channels. The bot is told once;
   * resolves to the HTTP status of its answer.
   */
  uninstall(o: { readonly user: string; readonly channel?: string | null }): Promise<number>;
  /** What Teams says of somebody, in every chat, from now on. */
  setPerson(o: MemberSaid & { readonly user: string }): void;
  /** Teams moves the tenant to another address, which every activity names from now on; calls to the one before are refused. */
  move(region: string): void;
  /** Sends any activity to the bot, signed rightly. */
  deliver(activity: Json): Promise<Answered>;
  /** Ends whatever is on its way. */
  close(): Promise<void>;
}
