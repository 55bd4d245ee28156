/** The inbox as rows: which can be claimed, what a claim reads, and who may claim next in a conversation. */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Claim, Outbox } from '../../core/ports.ts';
import { LAPSED, parkingOf, unpackRef, whole } from '../../core/stored.ts';
import type { ConversationRows } from './conversations.ts';
import { jsonOf, numberOf, numberOrNull, type Row, textOf, textOrNull } from './rows.ts';

const counts = z.record(z.string(), z.number());

const outboxOf = (row: Row): Outbox | null => {
  const key = textOrNull(row, 'outbox_key');
  if (key === null) return null;
  const ref = textOrNull(row, 'ref');
  return {
    key,
    reply: textOf(row, 'reply'),
    placeholder: numberOf(row, 'placeholder') === 1,
    expiresMs: numberOrNull(row, 'expires_ms'),
    ref: ref === null ? null : unpackRef(ref),
    about: textOrNull(row, 'about'),
    again: textOrNull(row, 'again'),
  };
};

/** Unique for the life of the store: who claimed, and a number that rises. `process` only helps whoever reads the file. */
export const createLeases = (process: string | undefined): (() => string) => {
  const owner = `${process ?? 'p'}.${randomBytes(9).toString('base64url')}`;
  let given = 0;
  return () => {
    given += 1;
    return `${owner}.${given}`;
  };
};

interface Now {
  readonly now: number;
  readonly leaseMs: number;
}

/** For use inside a transaction. */
export interface ClaimRows {
  claim(seq: number, o: Now): Claim;
  /** For what is claimed in the stroke that puts it there. */
  newLease(): string;
  /** Rows that can be claimed, the longest claimable first. */
  claimable(o: { readonly now: number; readonly limit: number }): readonly number[];
  /** When the first row can be claimed; null: there is none. */
  first(): number | null;
}

export const createClaimRows = (o: {
  readonly db: DatabaseSync;
  readonly conversations: ConversationRows;
  readonly process?: string | undefined;
}): ClaimRows => {
  const newLease = createLeases(o.process);
  const take = o.db.prepare(
    `UPDATE inbox SET failure = CASE WHEN lease IS NULL THEN failure ELSE '${LAPSED}' END,
       lease = ?, free_at = ?, attempts = attempts + 1 WHERE seq = ? RETURNING *`,
  );
  const heads = o.db.prepare('SELECT seq FROM inbox WHERE head = 1 AND free_at <= ? ORDER BY free_at, seq LIMIT ?');
  const first = o.db.prepare('SELECT min(free_at) AS at FROM inbox WHERE head = 1');
  return {
    claim: (seq, { now, leaseMs }) => {
      const lease = newLease();
      const row: Row = take.get(lease, whole(now + leaseMs), seq) ?? {};
      const conversation = textOf(row, 'conversation');
      return {
        id: textOf(row, 'id'),
        conversation,
        tenant: textOf(row, 'tenant'),
        inbound: textOf(row, 'inbound'),
        account: textOf(row, 'account'),
        acceptedAt: numberOf(row, 'accepted_at'),
        attempts: numberOf(row, 'attempts'),
        lease,
        state: o.conversations.state({ conversation, now }),
        counts: counts.parse(jsonOf(row, 'counts')),
        outbox: outboxOf(row),
        parked: parkingOf(textOrNull(row, 'parked_for')),
        overdue: numberOf(row, 'parked') === 1,
        failure: textOrNull(row, 'failure'),
      };
    },
    newLease,
    claimable: ({ now, limit }) => heads.all(whole(now), limit).map((row) => numberOf(row, 'seq')),
    first: () => numberOrNull(first.get() ?? { at: null }, 'at'),
  };
};
