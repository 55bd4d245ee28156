import { codeOf } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { inTime } from '../bounded/waiting.ts';

/**
 * Under which service address a chat is reached, as Teams said last. Plain text here; whoever keeps it seals it. Refreshed with every activity
 * that comes in, for addresses change and the old ones then answer 403 (Teams requirement 24).
 */
export interface References {
  keep(o: {
    readonly tenant: string;
    /** The id of the chat, without a thread; `TENANT_KEY` for the tenant's latest. */
    readonly key: string;
    /** The user where the chat is one person's own, the team of a channel; it is forgotten with them. Else empty. */
    readonly owner: string;
    readonly value: string;
  }): Promise<void>;
  /** Null: none is known. */
  find(o: { readonly tenant: string; readonly key: string }): Promise<string | null>;
  /** Changes when what was kept is to be kept anew: it will not open for ever. Absent: it never is. */
  sealedUnder?(): string;
}

/** Under this key stands the tenant's last address, for people who never wrote. */
export const TENANT_KEY = '';

/** What was kept is remembered, so that it is written only when it changes; forgetting costs one write. */
const MOST_REMEMBERED = 10_000;

/** It is written again after so long, ms, so that what is kept with an end does not end while it is in use. */
const KEPT_MS = 24 * 60 * 60_000;

/** A question waits so long for it, ms. Its reply needs the address, but a slow store must not cost the question. */
const WAIT_MS = 300;

/** Keeps the latest service address of a chat and of its tenant (Teams requirement 24). Never throws. */
export interface KeepReference {
  (o: {
    readonly tenant: string;
    readonly channel: string;
    readonly owner: string;
    readonly serviceUrl: string;
  }): Promise<void>;
  /**
   * Whoever asks for the chat next has it kept anew: what was kept goes from the store. A process that has not heard of it writes it again within a day, and the
   * tenant's latest address does until then.
   */
  forget(o: { readonly tenant: string; readonly channel: string }): void;
}

export const createKeepReference = (o: {
  readonly references: References;
  readonly clock: Clock;
  readonly log: Log;
}): KeepReference => {
  const { clock } = o;
  const kept = new Map<string, { readonly value: string; readonly under: string; readonly at: number }>();

  const keep = async (tenant: string, key: string, owner: string, value: string): Promise<void> => {
    const name = nameOf(tenant, key);
    const before = kept.get(name);
    const under = o.references.sealedUnder?.() ?? '';
    if (before?.value === value && before.under === under && clock.now() - before.at < KEPT_MS) return;
    await o.references.keep({ tenant, key, owner, value });
    kept.delete(name);
    kept.set(name, { value, under, at: clock.now() });
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_REMEMBERED) break;
      kept.delete(oldest);
    }
  };

  const keepBoth = async ({ tenant, channel, owner, serviceUrl }: Parameters<KeepReference>[0]): Promise<void> => {
    try {
      const both = Promise.all([keep(tenant, channel, owner, serviceUrl), keep(tenant, TENANT_KEY, '', serviceUrl)]);
      if ((await inTime(clock, WAIT_MS, both)) === 'late') o.log.warn('teams.reference-late', { tenant });
    } catch (error) {
      o.log.warn('teams.reference-not-kept', { tenant, code: codeOf(error) });
    }
  };
  const forget: KeepReference['forget'] = ({ tenant, channel }) => void kept.delete(nameOf(tenant, channel));
  return Object.assign(keepBoth, { forget });
};

const nameOf = (tenant: string, key: string): string => `${tenant} ${key}`;
