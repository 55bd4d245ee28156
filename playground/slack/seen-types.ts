/** What the stand-in shows of what people would now see, and of every call that was made. */
import type { ChannelKind, InstallationKind } from './people-types.ts';

/** A workspace as it stands now. */
export interface SeenWorkspace {
  readonly teamId: string;
  readonly enterpriseId: string | null;
  readonly installation: InstallationKind;
  readonly botUser: string;
  readonly botId: string;
  /** Ids of the channels that every workspace has. */
  readonly general: string;
  readonly shared: string;
}

/** A message as people see it now. Exactly one of `user` and `bot` is set. */
export interface SeenMessage {
  /** The workspace it stands in. */
  readonly team: string;
  readonly channel: string;
  readonly channelKind: ChannelKind;
  readonly ts: string;
  /** User id of the person who wrote it. */
  readonly user: string | null;
  /** Bot id of the app that wrote it. */
  readonly bot: string | null;
  /** As Slack stores it: escaped markup. */
  readonly text: string;
  readonly blocks: readonly Json[];
  /** Whoever or whatever the message notifies by mention: user ids, `!channel`, `!here`, `!everyone`. */
  readonly pings: readonly string[];
  readonly threadTs?: string;
  readonly metadata?: Json;
  /** Only this user sees it. */
  readonly ephemeralFor?: string;
  /** ts of the last edit. */
  readonly editedAt?: string;
}

/** A modal that somebody has open, as they see it now. */
export interface SeenView {
  readonly id: string;
  readonly user: string;
  /** ms since the epoch. */
  readonly openedAt: number;
  readonly title: Json;
  readonly close: Json | null;
  /** The button that sends it; null: it has none. */
  readonly submit: Json | null;
  readonly blocks: readonly Json[];
  /** What its fields hold now, by block and action. */
  readonly entered: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** Slack's own words below what was sent: the app could not be reached, or did not answer as it must. */
  readonly trouble: 'connecting' | null;
  /** Words below a block, by its id: the app's, or Slack's client's own. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The app's own page, as one person sees it. */
export interface SeenHome {
  readonly id: string;
  readonly user: string;
  readonly blocks: readonly Json[];
}

export type Json = Readonly<Record<string, unknown>>;

/** A call to the Web API, as it was made. The token is left out. */
export interface SeenRequest {
  /** ms since the epoch. */
  readonly at: number;
  /** The workspace that the call meant; null: it came as far as none. */
  readonly team: string | null;
  readonly method: string;
  readonly args: Json;
  /** HTTP status; 0: no answer was given. */
  readonly status: number;
  readonly ok: boolean;
  readonly error?: string;
  /** The scope that the method needed and the token had. */
  readonly scope: string | null;
  /** It came before the time of an earlier Retry-After was over. */
  readonly early: boolean;
}
