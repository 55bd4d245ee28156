/** Buttons: what they carry, and how one is read again when it is pressed. A press is authorised afresh, like a question. */
import { z } from 'zod';
import type { Directory, Sealer } from './ports.ts';
import { contextOf } from './sealing.ts';
import { NO_SLOTS } from './slot-types.ts';
import { type Account, type Button, type Obligations, type Press, type SlotValues, VIEW_ACTION } from './types.ts';
import type { Asked } from './understood.ts';

/** Action of a button that asks for an intent. */
const ASK = 'sotto.ask';

/** A button answers for a day; then the talk it belonged to is gone. */
const BUTTON_MS = 24 * 60 * 60_000;

/** The button of a view may be pressed for so long. Seconds. */
export const VIEW_WAIT_SECONDS = 10 * 60;

/** Seconds that a view stays filled after it was first opened. A rule that gives no time has the button's. */
export const viewSeconds = ({ expiresSeconds }: Obligations): number => expiresSeconds ?? VIEW_WAIT_SECONDS;

/** Seconds that the message with the button stands unless it is opened: whoever presses at the last moment has the whole time to read. */
export const viewMessageSeconds = (rules: Obligations): number => VIEW_WAIT_SECONDS + viewSeconds(rules);

const carried = z.strictObject({
  action: z.enum([ASK, VIEW_ACTION]).default(ASK),
  intent: z.string(),
  subject: z.string().nullable(),
  nobody: z.boolean().default(false),
  // What an older version put into a button has none.
  slots: z.record(z.string(), z.string()).default({}),
  until: z.number(),
});

export interface ButtonOptions {
  readonly sealer: Sealer;
  readonly account: Account;
  readonly intent: string;
  /** Directory id of the colleague who is meant; null: the presser themselves, or nobody. */
  readonly subject: string | null;
  /** True: the question was about nobody in particular, and neither is what is opened. */
  readonly nobody?: boolean;
  /** What was said of the intent's slots. */
  readonly slots?: SlotValues;
  readonly label: string;
  readonly now: number;
}

/** A button that only this account can press: its value opens for nobody else (Slack requirement 15). */
export const askButton = (o: ButtonOptions): Button => sealedButton(ASK, o);

/** The button of a view. Once opened, it serves for as long as the message that carries it stands, and never longer than its wait. */
export const viewButton = (o: ButtonOptions): Button => sealedButton(VIEW_ACTION, o);

const sealedButton = (action: typeof ASK | typeof VIEW_ACTION, o: ButtonOptions): Button => ({
  action,
  label: o.label,
  value: o.sealer.seal(
    contextOf(o.account, 'press'),
    JSON.stringify({
      action,
      intent: o.intent,
      subject: o.subject,
      nobody: o.nobody ?? false,
      slots: o.slots ?? NO_SLOTS,
      until: o.now + (action === VIEW_ACTION ? VIEW_WAIT_SECONDS * 1_000 : BUTTON_MS),
    }),
  ),
});

/** A button of theirs whose time is over, and what it would have asked. */
export interface Expired {
  readonly kind: 'expired';
  readonly ask: {
    readonly intent: string;
    readonly subject: string | null;
    readonly nobody: boolean;
    readonly slots: SlotValues;
  };
}

/** An intent that was chosen by a button, with the person it is about. Null where that colleague is there no more. */
export const chosen = async (
  directory: Directory,
  { intent, subject, nobody, slots }: Expired['ask'],
): Promise<Asked | null> => {
  if (subject === null) return { kind: 'chosen', intent, subject: nobody ? 'nobody' : null, slots };
  const colleague = await directory.colleague(subject);
  return colleague === null ? null : { kind: 'chosen', intent, subject: colleague, slots };
};

/** What a press asks for. Null where the button is forged or somebody else's. */
export const readPress = async (o: {
  readonly sealer: Sealer;
  readonly directory: Directory;
  readonly press: Press;
  readonly now: number;
}): Promise<Asked | Expired | null> => {
  const plain = o.sealer.open(contextOf(o.press.account, 'press'), o.press.value);
  if (plain === null) return null;
  const parsed = carried.safeParse(JSON.parse(plain));
  if (!parsed.success || parsed.data.action !== o.press.action) return null;
  const { intent, subject, nobody, slots, until } = parsed.data;
  const ask = { intent, subject, nobody, slots };
  return until < o.now ? { kind: 'expired', ask } : chosen(o.directory, ask);
};
