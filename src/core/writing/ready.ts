/** The answer to a question that would have something written: what it is, and the button of the form. Nothing is written by it. */
import type { GuardedBackend } from '../data.ts';
import type { WriteOperation } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import type { Button, Card, Intent, Locale } from '../types.ts';

/** The operation behind an intent, where it writes. */
export const writesOf = (
  { backend }: { readonly backend: GuardedBackend },
  intent: Pick<Intent, 'operation'> | null | undefined,
): WriteOperation | null => {
  const operation = intent?.operation ?? null;
  return operation === null ? null : (backend.operation(operation)?.writes ?? null);
};

export const readyCard = (o: {
  readonly intent: Intent;
  readonly locale: Locale;
  /** Null: there is none. */
  readonly button: Button | null;
}): Card => ({
  text: repliesIn(o.locale).writing.ready({ title: o.intent.title[o.locale] }),
  note: null,
  buttons: o.button === null ? [] : [o.button],
  fallback: null,
});
