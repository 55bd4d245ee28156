/** What a claim reads, put together again. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Claim, Outbox } from '../../core/ports.ts';
import { packRef, parkingOf, unpackRef } from '../../core/stored.ts';
import { packLease, textOfName } from './keys.ts';
import { jsonOf, listOf, numberOf, textOf, textOrNull } from './replies.ts';

const counts = z.record(z.string(), z.number());

const outboxes = z.strictObject({
  key: z.string(),
  reply: z.string(),
  placeholder: z.boolean(),
  expiresMs: z.number().nullable(),
  // What an older program committed has neither.
  about: z.string().nullable().default(null),
  again: z.string().nullable().default(null),
});

/** The reference stands beside it: it is written later than the rest. */
export const outboxText = (outbox: Outbox): string => JSON.stringify({ ...outbox, ref: undefined });

export const refText = (ref: Outbox['ref']): string => (ref === null ? '' : packRef(ref));

const outboxOf = (out: unknown, ref: unknown): Outbox | null =>
  out === null ? null : { ...jsonOf(out, outboxes), ref: unpackRef(textOrNull(ref) ?? '') };

/** A row of the script `claim`. */
export const claimOf = (tag: string, row: unknown): Claim => {
  const [name, token, attempts, conversation, tenant, account, inbound, at, counted, out, ref, state, ...rest] =
    listOf(row);
  const [why, overdue, failure] = rest;
  return {
    id: textOfName(textOf(name)),
    conversation: textOf(conversation),
    tenant: textOf(tenant),
    account: textOf(account),
    inbound: textOf(inbound),
    acceptedAt: numberOf(at),
    attempts: numberOf(attempts),
    lease: packLease({ token: textOf(token), tag, conversation: textOf(conversation) }),
    counts: jsonOf(counted, counts),
    outbox: outboxOf(out, ref),
    state: textOrNull(state),
    parked: parkingOf(textOrNull(why)),
    overdue: numberOf(overdue) === 1,
    failure: textOrNull(failure),
  };
};

/** Unique for the life of the store: who claims, and a number that rises. `process` only helps whoever reads the keys. */
export const createTokens = (process: string | undefined): (() => string) => {
  const owner = `${process ?? 'p'}.${randomBytes(9).toString('base64url')}`;
  let given = 0;
  return () => {
    given += 1;
    return `${owner}.${given}`;
  };
};
