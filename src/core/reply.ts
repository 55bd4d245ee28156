/** A reply on its way: what trip 2 seals and whoever shows it opens again, after a crash too. */
import { z } from 'zod';
import type { MoreTime } from './more-shape.ts';
import type { Address, Card, Locale, Verdict } from './types.ts';

const card = z.strictObject({
  title: z.string().nullable().exactOptional(),
  text: z.string(),
  facts: z
    .array(z.strictObject({ label: z.string(), value: z.string() }))
    .readonly()
    .exactOptional(),
  note: z.string().nullable(),
  buttons: z.array(z.strictObject({ action: z.string(), label: z.string(), value: z.string() })),
  links: z.array(z.strictObject({ label: z.string(), url: z.string() })).exactOptional(),
  fallback: z.string().nullable(),
});

const shape = z.strictObject({
  to: z.strictObject({
    tenant: z.string(),
    user: z.string(),
    channel: z.string().nullable(),
    thread: z.string().nullable().exactOptional(),
  }),
  card,
  locale: z.enum(['en', 'de']),
  verdict: z.enum(['answer', 'refuse', 'step-up', 'private-only', 'which', 'unknown', 'throttled', 'apology']),
  /** The shared place that gets a line which tells nothing. */
  whisper: z.strictObject({ channel: z.string(), thread: z.string().nullable() }).nullable(),
  /** The shared place where it may stand itself, for the asker's eyes only. */
  aside: z.strictObject({ channel: z.string(), thread: z.string().nullable() }).nullable().default(null),
  /** Whose button can only be made once the message stands. What an older version left has none. */
  more: z
    .strictObject({
      intent: z.string(),
      subject: z.string().nullable(),
      nobody: z.boolean(),
      slots: z.record(z.string(), z.string()).default({}),
      seconds: z.int(),
      times: z.int(),
    })
    .nullable()
    .default(null),
  restsOn: z.int().default(0),
  // What an older version left behind has none.
  after: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('park'),
        person: z.string(),
        what: z.string(),
        signIn: z
          .strictObject({ of: z.string(), after: z.number().nullable(), own: z.literal(true).exactOptional() })
          .nullable()
          .default(null),
      }),
      z.strictObject({ kind: z.literal('bury'), code: z.string() }),
    ])
    .nullable()
    .default(null),
});

export interface Reply {
  readonly to: Address;
  readonly card: Card;
  readonly locale: Locale;
  readonly verdict: Verdict | 'apology';
  readonly whisper: { readonly channel: string; readonly thread: string | null } | null;
  /**
   * Where it was asked, and may be answered for the asker's eyes only (`Obligations.inPlace`); where that fails, it goes to the private
   * chat. Null: it goes there at once.
   */
  readonly aside: { readonly channel: string; readonly thread: string | null } | null;
  /** Its time can be taken again; null: it cannot. */
  readonly more: MoreTime | null;
  /** The version of the restrictions that it was decided by. An older program's says none: then any recall is newer. */
  readonly restsOn: number;
  /**
   * What becomes of the question once this is shown. It stands here so that whoever shows it after a crash does the same.
   * `park`: it waits for this person (a keyed hash) to sign in. `bury`: it is set aside. Null: it has ended.
   */
  readonly after:
    | {
        readonly kind: 'park';
        readonly person: string;
        readonly what: string;
        /** Directory id of who must sign in, and the last sign-in that did not do; null: none, or an older program did not say. `own`: any that gave a token of theirs does. */
        readonly signIn: { readonly of: string; readonly after: number | null; readonly own?: true } | null;
      }
    | { readonly kind: 'bury'; readonly code: string }
    | null;
}

/** What is not there is not written: an older program beside this one reads no name that it does not know. */
export const writeReply = ({ aside, ...reply }: Reply): string =>
  JSON.stringify(aside === null ? reply : { ...reply, aside });

/** Null where it is not one of ours. */
export const parseReply = (json: string): Reply | null => {
  try {
    return shape.parse(JSON.parse(json));
  } catch {
    return null;
  }
};
