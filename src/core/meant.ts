/** What a button carries of a judgement, so that a press asks the very same. */
import type { Judgement } from './judgement.ts';
import type { SlotValues } from './types.ts';

/** Whom and what a button that asks the same again is about. */
export const meantBy = ({
  about,
  subject,
  slots,
}: Pick<Judgement, 'about' | 'subject' | 'slots'>): {
  readonly subject: string | null;
  readonly nobody: boolean;
  readonly slots: SlotValues;
} => ({
  subject: about === 'self' ? null : (subject?.id ?? null),
  nobody: subject === null,
  slots,
});
