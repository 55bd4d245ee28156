/**
 * What the form of a write carries, and what is made of it once it was sent: a press that nobody can make but this. Each form has an id of its own, drawn by
 * chance, which is what its write is known by for good. A keyed hash would not do: it changes with the data key, perhaps between a crash and the
 * attempt behind it.
 */
import { z } from 'zod';
import type { Sealer } from '../ports.ts';
import { contextOf } from '../sealing.ts';
import type { Account, Button, Press, SlotValues, Submit } from '../types.ts';

/** Action of what a sent form becomes. No button has it. */
export const WRITE_ACTION = 'sotto.write';

/** Action of a button that takes back what was written. */
export const UNDO_ACTION = 'sotto.undo';

/** A form that was opened is sent within so long, ms. */
export const FORM_MS = 24 * 60 * 60_000;

/** What was sent is written within so long, ms, whatever delays it; what became of it is known for far longer. */
const WRITE_MS = 48 * 60 * 60_000;

const texts = z.record(z.string(), z.string());

const formShape = z.strictObject({
  kind: z.literal('write-form'),
  id: z.string(),
  intent: z.string(),
  subject: z.string().nullable(),
  // What an older version opened has neither: it counts as changed.
  shape: z.string().default(''),
  asked: z.array(z.string()).default([]),
  until: z.number(),
});

const writeShape = z.strictObject({
  kind: z.literal('write'),
  id: z.string(),
  intent: z.string(),
  subject: z.string().nullable(),
  slots: texts,
  words: texts,
  until: z.number(),
});

const undoShape = z.strictObject({
  kind: z.literal('undo'),
  write: z.string(),
  intent: z.string(),
  subject: z.string().nullable(),
  until: z.number(),
});

interface Making {
  readonly sealer: Sealer;
  readonly account: Account;
  readonly now: number;
}

/** What a form is for. `id`: of the write that it leads to. `subject`: directory id; null: who fills it in. */
export interface WriteForm {
  readonly id: string;
  readonly intent: string;
  readonly subject: string | null;
}

const sealed = ({ sealer, account }: Omit<Making, 'now'>, plain: object): string =>
  sealer.seal(contextOf(account, 'press'), JSON.stringify(plain));

const opened = (sealer: Sealer, account: Account, value: string): unknown => {
  const plain = sealer.open(contextOf(account, 'press'), value);
  return plain === null ? null : JSON.parse(plain);
};

/** What the form asked for when it was opened. */
export interface AskedFor {
  /** As `shapeOf` says it. */
  readonly shape: string;
  /** Names of its texts, in order. */
  readonly asked: readonly string[];
}

/** Characters of all those names; more would crowd the state, and are not carried: what was written is then given back beside the form. */
const MOST_NAMES = 500;

export const sealWriteForm = (o: Making, { id, intent, subject }: WriteForm, { shape, asked }: AskedFor): string => {
  const plain: z.infer<typeof formShape> = {
    kind: 'write-form',
    id,
    intent,
    subject,
    shape: o.sealer.fingerprint(shape),
    asked: asked.join('').length > MOST_NAMES ? [] : [...asked],
    until: o.now + FORM_MS,
  };
  return sealed(o, plain);
};

/** Whether it is a form of this kind and of who sends it, whatever became of its time. */
export const isWriteForm = ({ account, state }: Submit, { sealer }: Pick<Making, 'sealer'>): boolean =>
  formShape.safeParse(opened(sealer, account, state)).success;

/** A form that comes back. */
export interface SentForm extends WriteForm {
  /** ms since the epoch; nothing of it is written after that. */
  readonly until: number;
  readonly asked: readonly string[];
  /** Whether it asked for what `shape` says. */
  readonly is: (shape: string) => boolean;
}

/** Null: it is forged, or somebody else's. Its time may be over. */
export const readWriteForm = ({ account, state }: Submit, { sealer }: Pick<Making, 'sealer'>): SentForm | null => {
  const read = formShape.safeParse(opened(sealer, account, state));
  if (!read.success) return null;
  const { kind: _, shape, ...form } = read.data;
  return { ...form, is: (now) => sealer.fingerprints(now).includes(shape) };
};

/** What its write is known by in the store and to the system. */
export const writeId = ({ id }: Pick<WriteForm, 'id'>): string => `w-${id}`;

/** What a form becomes once it was sent: accepted as any press, under the same id however often that comes. */
export const writePress = (
  { sealer, now }: Pick<Making, 'sealer' | 'now'>,
  o: {
    readonly submit: Submit;
    readonly form: WriteForm;
    readonly slots: SlotValues;
    readonly words: Readonly<Record<string, string>>;
  },
): Press => {
  const { account, place, conversation, at } = o.submit;
  const { slots, words } = o;
  const { id, intent, subject } = o.form;
  const plain: z.infer<typeof writeShape> = { kind: 'write', id, intent, subject, slots, words, until: now + WRITE_MS };
  return {
    kind: 'press',
    id: `write-${id}`,
    account,
    place,
    conversation,
    at,
    action: WRITE_ACTION,
    value: sealed({ sealer, account }, plain),
    respondTo: null,
    message: null,
  };
};

/** `until`: ms since the epoch. */
export const undoButton = (
  o: Omit<Making, 'now'> & WriteForm & { readonly until: number; readonly label: string },
): Button => {
  const plain: z.infer<typeof undoShape> = {
    kind: 'undo',
    write: o.id,
    intent: o.intent,
    subject: o.subject,
    until: o.until,
  };
  return { action: UNDO_ACTION, label: o.label, value: sealed(o, plain) };
};

/** What is to be written, or taken back. */
export interface Writing {
  /** By which it is known; printable ASCII, at most 64 characters. */
  readonly id: string;
  readonly intent: string;
  readonly subject: string | null;
  /** What is taken back; null: nothing is. */
  readonly undoes: string | null;
  readonly slots: SlotValues;
  readonly words: Readonly<Record<string, string>>;
  /** When the form was taken, ms since the epoch by our clock; null: what takes back has none. */
  readonly takenAt: number | null;
  /** False: its time is over, and it is not begun any more. */
  readonly counts: boolean;
}

/** Null: it is another press, forged, or somebody else's. */
export const readWriting = (press: Press, { sealer, now }: Pick<Making, 'sealer' | 'now'>): Writing | null => {
  if (press.action !== WRITE_ACTION && press.action !== UNDO_ACTION) return null;
  const plain = opened(sealer, press.account, press.value);
  const write = writeShape.safeParse(plain);
  if (press.action === WRITE_ACTION && write.success) {
    const { id, intent, subject, slots, words, until } = write.data;
    return {
      id: writeId({ id }),
      intent,
      subject,
      undoes: null,
      slots,
      words,
      takenAt: until - WRITE_MS,
      counts: until >= now,
    };
  }
  const undo = undoShape.safeParse(plain);
  if (press.action !== UNDO_ACTION || !undo.success) return null;
  const { write: undoes, intent, subject, until } = undo.data;
  // One for each write: whoever presses twice takes back once.
  return { id: `u-${undoes}`, intent, subject, undoes, slots: {}, words: {}, takenAt: null, counts: until >= now };
};
