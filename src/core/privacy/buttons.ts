/** Buttons and forms by which people see to what is kept of them. What they carry is sealed to one account, and says nothing to anybody else. */
import { z } from 'zod';
import type { Sealer } from '../ports.ts';
import { contextOf } from '../sealing.ts';
import { packRef, unpackRef } from '../stored.ts';
import {
  type Account,
  type Button,
  FORM_ACTION,
  type MessageRef,
  MORE_ACTION,
  type Press,
  type Submit,
} from '../types.ts';

/** The bot's own page may stand for days before it is looked at again, ms. */
const BUTTON_MS = 7 * 24 * 60 * 60_000;

/** A form that was opened is sent within so long, ms. */
const FORM_MS = 60 * 60_000;

/** Answered at once, on the page or in place of the press. */
const NOW = ['look', 'take-back', 'sign-out', 'not-me'] as const;

/** Answered in a view of their own. */
const IN_VIEW = ['everything', 'forget', 'receipt', 'page'] as const;

export type NowVerb = (typeof NOW)[number];
export type ViewVerb = (typeof IN_VIEW)[number];

const carried = z.strictObject({
  kind: z.literal('privacy'),
  action: z.enum([MORE_ACTION, FORM_ACTION]),
  verb: z.enum([...NOW, ...IN_VIEW]),
  /** Of `take-back`: which message, and what it is about. */
  message: z.strictObject({ ref: z.string(), about: z.string() }).nullable(),
  until: z.number(),
});

/** `part`: which part of everything comes next, from 0. */
const state = z.strictObject({
  kind: z.literal('privacy-form'),
  form: z.enum(['everything', 'forget']),
  part: z.int().min(0),
  until: z.number(),
});

export type PrivacyForm = Pick<z.infer<typeof state>, 'form' | 'part'>;

interface Making {
  readonly sealer: Pick<Sealer, 'seal'>;
  readonly account: Account;
  readonly now: number;
}

const made = (
  o: Making & { readonly label: string },
  of: Pick<z.infer<typeof carried>, 'action' | 'verb' | 'message'>,
): Button => {
  const plain: z.infer<typeof carried> = { kind: 'privacy', ...of, until: o.now + BUTTON_MS };
  return {
    action: of.action,
    label: o.label,
    value: o.sealer.seal(contextOf(o.account, 'press'), JSON.stringify(plain)),
  };
};

export const viewButtonOf = (o: Making & { readonly verb: ViewVerb; readonly label: string }): Button =>
  made(o, { action: FORM_ACTION, verb: o.verb, message: null });

/** Of what is about no message. */
export const nowButton = (
  o: Making & { readonly verb: Exclude<NowVerb, 'take-back'>; readonly label: string },
): Button => made(o, { action: MORE_ACTION, verb: o.verb, message: null });

export const lookButton = (o: Making & { readonly label: string }): Button => nowButton({ ...o, verb: 'look' });

export const takeBackButton = (
  o: Making & { readonly label: string; readonly ref: MessageRef; readonly about: string },
): Button => made(o, { action: MORE_ACTION, verb: 'take-back', message: { ref: packRef(o.ref), about: o.about } });

const opened = (sealer: Sealer, account: Account, sealed: string): unknown => {
  const plain = sealer.open(contextOf(account, 'press'), sealed);
  return plain === null ? null : JSON.parse(plain);
};

/** A press of one of these buttons, whatever became of its time. */
export interface PrivacyPress {
  readonly verb: NowVerb | ViewVerb;
  readonly message: { readonly ref: MessageRef; readonly about: string } | null;
  /** False: its time is over. */
  readonly counts: boolean;
}

/** Null: it is another button, forged, or somebody else's. */
export const readPrivacyPress = (
  press: Press,
  { sealer, now }: { readonly sealer: Sealer; readonly now: number },
): PrivacyPress | null => {
  if (press.action !== MORE_ACTION && press.action !== FORM_ACTION) return null;
  const read = carried.safeParse(opened(sealer, press.account, press.value));
  if (!read.success || read.data.action !== press.action) return null;
  const { verb, message, until } = read.data;
  const ref = message === null ? null : unpackRef(message.ref);
  return {
    verb,
    message: message === null || ref === null ? null : { ref, about: message.about },
    counts: until >= now,
  };
};

export const sealPrivacyForm = (o: Making, form: PrivacyForm): string => {
  const plain: z.infer<typeof state> = { kind: 'privacy-form', ...form, until: o.now + FORM_MS };
  return o.sealer.seal(contextOf(o.account, 'press'), JSON.stringify(plain));
};

/** A form of this kind that was sent. Null: it is another one. */
export const readPrivacyForm = (
  { account, state: sealed }: Submit,
  { sealer, now }: { readonly sealer: Sealer; readonly now: number },
): (PrivacyForm & { readonly counts: boolean }) | null => {
  const read = state.safeParse(opened(sealer, account, sealed));
  if (!read.success) return null;
  const { form, part, until } = read.data;
  return { form, part, counts: until >= now };
};
