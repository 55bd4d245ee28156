/**
 * Looks through a text for what is personal or secret whatever field it stands in: account and card numbers, national ids, secrets. Each by
 * its own check digits or marks, so that it is seldom wrong; and each in time that grows with the text alone.
 */
import type { Held, Screen } from '../../core/ports.ts';
import { holdsCard, withoutIbans } from './accounts.ts';
import { holdsNationalId } from './national-ids.ts';
import { inOneLine, plainly } from './plain.ts';
import { holdsSecret } from './secrets.ts';

export const createScreen = (): Screen => ({
  find: ({ text, country }) => {
    const plain = plainly(text);
    const { found: iban, rest } = withoutIbans(plain);
    const found: Held[] = iban ? ['iban'] : [];
    // Whatever is none of letters and digits in some number is none of these.
    if (/[0-9]/.test(rest)) {
      if (holdsCard(rest)) found.push('card');
      if (holdsNationalId(rest, country)) found.push('national-id');
    }
    if (holdsSecret(inOneLine(rest))) found.push('secret');
    return found;
  },
});
