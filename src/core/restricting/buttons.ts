/** Buttons and forms of HR's talk. What they carry is sealed to one account, and none of it is believed without asking who presses. */
import { z } from 'zod';
import type { Sealer } from '../ports.ts';
import { contextOf } from '../sealing.ts';
import { type Account, type Button, FORM_ACTION, type Press, type Submit } from '../types.ts';

/** Action of a button that does something about restrictions. */
export const RESTRICTING_ACTION = 'sotto.restricting';

/** Longer than anything of it waits for somebody, ms. */
const BUTTON_MS = 7 * 24 * 60 * 60_000;

/** A form that was opened is sent within so long, ms. */
const FORM_MS = 24 * 60 * 60_000;

/** What a press does. `id`: a draft's; a restriction's for `resume`. */
const PRESSES = ['list', 'look', 'publish', 'approve', 'discard', 'resume', 'pack'] as const;

/** What a button asks in a form. `id`: the restriction's, template's or draft's; null: it is chosen there. */
const FORMS = ['new', 'template', 'change', 'lift', 'suspend', 'roll-back', 'decline', 'amend'] as const;

export type PressVerb = (typeof PRESSES)[number];
export type FormVerb = (typeof FORMS)[number];

const carried = z.strictObject({
  kind: z.literal('restricting'),
  action: z.enum([RESTRICTING_ACTION, FORM_ACTION]),
  verb: z.enum([...PRESSES, ...FORMS]),
  id: z.string().nullable(),
  hash: z.string().nullable(),
  until: z.number(),
});

interface Making {
  readonly sealer: Sealer;
  readonly account: Pick<Account, 'platform' | 'tenant' | 'user'>;
  readonly now: number;
  readonly label: string;
  readonly id?: string;
  /** Of the draft as it was shown. */
  readonly hash?: string;
}

const sealedTo = (
  { sealer, account }: Pick<Making, 'sealer' | 'account'>,
  plain: z.infer<typeof carried> | z.infer<typeof stateShape>,
): string => sealer.seal(contextOf({ ...account, external: false }, 'press'), JSON.stringify(plain));

const made = (
  action: typeof RESTRICTING_ACTION | typeof FORM_ACTION,
  verb: PressVerb | FormVerb,
  o: Making,
): Button => ({
  action,
  label: o.label,
  value: sealedTo(o, {
    kind: 'restricting',
    action,
    verb,
    id: o.id ?? null,
    hash: o.hash ?? null,
    until: o.now + BUTTON_MS,
  }),
});

export const pressButton = (o: Making & { readonly verb: PressVerb }): Button => made(RESTRICTING_ACTION, o.verb, o);
export const formButton = (o: Making & { readonly verb: FormVerb }): Button => made(FORM_ACTION, o.verb, o);

export interface Carried<V> {
  readonly verb: V;
  readonly id: string | null;
  readonly hash: string | null;
}

const isOne = <V extends string>(all: readonly V[], verb: string): verb is V => all.some((each) => each === verb);

const readAs = <V extends PressVerb | FormVerb>(
  press: Press,
  o: { readonly sealer: Sealer; readonly now: number; readonly action: string; readonly verbs: readonly V[] },
): Carried<V> | null => {
  const plain = press.action === o.action ? o.sealer.open(contextOf(press.account, 'press'), press.value) : null;
  const parsed = plain === null ? null : carried.safeParse(JSON.parse(plain));
  if (parsed?.success !== true) return null;
  const { action, verb, id, hash, until } = parsed.data;
  return action === o.action && until >= o.now && isOne(o.verbs, verb) ? { verb, id, hash } : null;
};

/** Null where it is forged, somebody else's, or too old. */
export const readPressed = (
  press: Press,
  o: { readonly sealer: Sealer; readonly now: number },
): Carried<PressVerb> | null => readAs(press, { ...o, action: RESTRICTING_ACTION, verbs: PRESSES });

export const readFormPress = (
  press: Press,
  o: { readonly sealer: Sealer; readonly now: number },
): Carried<FormVerb> | null => readAs(press, { ...o, action: FORM_ACTION, verbs: FORMS });

/** Which form it is. `edit`: the whole form of a restriction; `pick`: of the one that is then changed. */
const FORM_STATES = ['edit', 'pick', 'pick-template', 'lift', 'suspend', 'roll-back', 'decline'] as const;

export type FormName = (typeof FORM_STATES)[number];

const stateShape = z.strictObject({
  kind: z.literal('restricting-form'),
  form: z.enum(FORM_STATES),
  /** The restriction that is edited, the one to be lifted or suspended, the draft that is declined. */
  id: z.string().nullable(),
  /** It is in force already; false: it is new. */
  replaces: z.boolean(),
  hash: z.string().nullable(),
  until: z.number(),
});

export interface FormState {
  readonly form: FormName;
  readonly id: string | null;
  readonly replaces: boolean;
  readonly hash: string | null;
}

export const sealState = (
  o: { readonly sealer: Sealer; readonly account: Account; readonly now: number },
  state: FormState,
): string => sealedTo(o, { kind: 'restricting-form', ...state, until: o.now + FORM_MS });

/** Null where it is forged, somebody else's, or too old. */
export const readState = (submit: Submit, o: { readonly sealer: Sealer; readonly now: number }): FormState | null => {
  const plain = o.sealer.open(contextOf(submit.account, 'press'), submit.state);
  const parsed = plain === null ? null : stateShape.safeParse(JSON.parse(plain));
  if (parsed?.success !== true || parsed.data.until < o.now) return null;
  const { form, id, replaces, hash } = parsed.data;
  return { form, id, replaces, hash };
};
