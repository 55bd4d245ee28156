/** For how long entries of the audit log are kept. */
import type { Reading } from './findings.ts';

/** Whoever looks into something rarely looks further back than a quarter; less would be taken away before anybody misses it. */
export const LEAST_AUDIT_DAYS = 90;

const MOST_AUDIT_DAYS = 36_500;

/** Whole days; null: for good. */
export const readAuditDays = ({ optional, find }: Pick<Reading, 'optional' | 'find'>): number | null => {
  const value = optional('SOTTO_AUDIT_DAYS');
  if (value === null || value === '0') return null;
  const days = /^[1-9]\d{0,5}$/.test(value) ? Number(value) : 0;
  if (days >= LEAST_AUDIT_DAYS && days <= MOST_AUDIT_DAYS) return days;
  find(
    `SOTTO_AUDIT_DAYS is "${value.slice(0, 40)}". It must be whole days, ${LEAST_AUDIT_DAYS} to ${MOST_AUDIT_DAYS}: entries of the audit logs go once they are older, and sooner nobody would have missed them. 0, or not set: they are kept for good.`,
  );
  return null;
};
