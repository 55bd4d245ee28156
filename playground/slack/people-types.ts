/** Who and what is there when the stand-in begins. */
import type { PersonKind } from '../../src/core/types.ts';
import type { Json } from './seen-types.ts';

/** Somebody with an account. `team` is their home workspace; absent: the one that they are listed in. */
export interface StandInPerson {
  readonly user: string;
  readonly name: string;
  readonly team?: string;
  readonly kind: PersonKind;
  readonly email?: string;
  /** Default: true where there is one. */
  readonly emailConfirmed?: boolean;
  readonly deactivated?: boolean;
  /** The language that they use Slack in, as in `de-DE`; default: `en-US`. */
  readonly locale?: string;
  /** Laid over what `users.info` answers. */
  readonly flags?: Json;
  /** Fields that `users.info` leaves out. */
  readonly lacks?: readonly string[];
}

/** A user group of a workspace. */
export interface StandInUserGroup {
  /** `S…` */
  readonly id: string;
  readonly handle: string;
  /** User ids. */
  readonly users: readonly string[];
  /** Switched off: it is listed, with the people that it had. */
  readonly disabled?: boolean;
}

/** `shared`: with another company; `private`: by invitation; `group`: a private chat of several people. */
export type ChannelKind = 'direct' | 'channel' | 'shared' | 'private' | 'group';

/** A channel beside those that every workspace has. */
export interface StandInChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: Exclude<ChannelKind, 'direct'>;
  /** User ids; default: everybody at home in the workspace, in a shared one everybody. */
  readonly members?: readonly string[];
  /** Whether our bot is in it; default true. */
  readonly botIsIn?: boolean;
  readonly archived?: boolean;
}

/**
 * Where the app was installed: in this workspace alone, in the whole enterprise (workspaces of one enterprise share that
 * installation's token), or nowhere yet.
 */
export type InstallationKind = 'workspace' | 'org' | 'none';

/** The bot of another app, whose messages are not ours to change. */
export interface StandInBot {
  readonly token: string;
  readonly user: string;
  readonly id: string;
  readonly name: string;
  readonly appId: string;
}

/** A workspace beside the first. */
export interface StandInWorkspace {
  readonly teamId: string;
  /** Default: from its id. */
  readonly name?: string;
  /** Of the Enterprise Grid that it belongs to; default: none. */
  readonly enterpriseId?: string;
  /** Default: `workspace`. */
  readonly installation?: InstallationKind;
  /** Needed where the app is installed. */
  readonly botToken?: string;
  readonly people: readonly StandInPerson[];
  readonly channels?: readonly StandInChannel[];
  /** Default: those of the stand-in. */
  readonly scopes?: readonly string[];
  readonly otherBots?: readonly StandInBot[];
  /** Default: none. */
  readonly userGroups?: readonly StandInUserGroup[];
}
