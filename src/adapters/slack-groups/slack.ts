/** What is asked of Slack, by whoever speaks to it; the same as the Slack adapter answers. */
import type { Locale } from '../../core/types.ts';

export interface SlackMember {
  readonly tenant: string;
  readonly user: string;
  /** The organisation, or where there is none their own workspace. */
  readonly home: string;
  /** Other workspaces that they are in. */
  readonly elsewhere: readonly string[];
  readonly name: string;
  readonly aliases: readonly string[];
  /** Only where Slack has confirmed it. */
  readonly email: string | null;
  readonly kind: 'member' | 'guest' | 'bot' | 'deactivated' | 'stranger';
  readonly timeZone?: string;
  readonly locale?: Locale;
}

/** None of them throws; `unreachable`: Slack did not answer, or not whole. */
export interface SlackAsked {
  /** `unknown`: Slack says that there is no such account, or none that we may see. */
  member(o: { readonly tenant: string; readonly user: string }): Promise<SlackMember | 'unknown' | 'unreachable'>;
  everybody(tenant: string): Promise<readonly SlackMember[] | 'unreachable'>;
  groups(tenant: string): Promise<ReadonlyMap<string, ReadonlySet<string>> | 'unreachable'>;
  byAddress(o: {
    readonly tenant: string;
    readonly email: string;
  }): Promise<{ readonly user: string | null } | 'unreachable'>;
}

/** Directory id of a member: never reused by Slack, and the same in all workspaces of an organisation. */
export const personIdOf = ({ home, user }: Pick<SlackMember, 'home' | 'user'>): string => `${home}.${user}`;
