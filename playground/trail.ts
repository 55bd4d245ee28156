/** What the audit trail knows of what stands on the page: why it is there, when it leaves, what has gone. */
import type { DecisionEntry, DisclosureEntry } from '../src/core/audit.ts';
import { VIEW_CHANNEL } from '../src/core/types.ts';
import type { Why } from './chat-page/api.ts';
import type { StagePieces } from './stage.ts';

/** Unique within a platform. */
export const messageId = ({ channel, id }: { readonly channel: string; readonly id: string }): string =>
  `${channel}:${id}`;

export interface TrailIndex {
  /** By `messageId`. */
  readonly disclosures: ReadonlyMap<string, DisclosureEntry>;
  /** What had been decided on its question when a message was shown, by `messageId`: a question may be decided on twice. */
  readonly whys: ReadonlyMap<string, Why>;
  /** Ids of views that were emptied. */
  readonly blanked: ReadonlySet<string>;
}

export const indexTrail = ({ trail }: Pick<StagePieces, 'trail'>): TrailIndex => {
  const disclosures = new Map<string, DisclosureEntry>();
  const decisions = new Map<string, Why>();
  const whys = new Map<string, Why>();
  const blanked = new Set<string>();
  for (const { entry, receipt } of trail) {
    if (entry.kind === 'disclosure') {
      disclosures.set(keyOf(entry), entry);
      const decided = decisions.get(entry.question);
      if (decided !== undefined) whys.set(keyOf(entry), decided);
    }
    // Here nothing stands in for the log, so each entry has its place in it.
    if (entry.kind === 'decision') decisions.set(entry.question, whyOf(entry, receipt.index ?? 0));
    if (entry.kind === 'removal' && entry.channel === VIEW_CHANNEL) blanked.add(entry.message);
    const why = entry.kind === 'data-refused' ? decisions.get(entry.question) : undefined;
    if (entry.kind === 'data-refused' && why !== undefined) {
      const { reasons, policy, restrictions } = entry;
      decisions.set(entry.question, { ...why, verdict: 'refuse', reasons, policy, restrictions });
    }
  }
  return { disclosures, whys, blanked };
};

/** On Teams a channel's thread stands behind the channel's id. */
const keyOf = ({ channel, message }: DisclosureEntry): string =>
  messageId({ channel: channel.split(';', 1)[0] ?? channel, id: message });

const whyOf = (entry: DecisionEntry, auditIndex: number): Why => {
  const { verdict, intent, topics, about, reasons, show, expiresSeconds } = entry;
  const { personKind, groups, policy, restrictions } = entry;
  const decided = { verdict, intent, topics, about, reasons, show, expiresSeconds };
  return { ...decided, auditIndex, personKind, groups, policy, restrictions };
};
