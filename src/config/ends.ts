/** How long before something ends an operator is told of it. */
import { z } from 'zod';
import type { Reading } from './findings.ts';

const DAY_MS = 24 * 60 * 60_000;

const WARN_DAYS = 30;

const days = z.coerce.number().int().min(1).max(365);

/** Ms. */
export const readWarning = ({ optional, find }: Reading): number => {
  const value = optional('SOTTO_WARN_DAYS');
  const parsed = days.safeParse(value ?? WARN_DAYS);
  if (!parsed.success)
    find(
      `SOTTO_WARN_DAYS is "${(value ?? '').slice(0, 40)}". It must be whole days, 1 to 365: so long before a secret or a certificate ends it is warned of.`,
    );
  return (parsed.success ? parsed.data : WARN_DAYS) * DAY_MS;
};
