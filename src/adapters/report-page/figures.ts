/** Numbers, days and times as the report writes them; days and times in UTC, whatever the machine's own zone. */
import type { Unit } from '../../core/report/types.ts';

export interface Figures {
  number(value: number): string;
  /** A part of a whole, as a percentage. 100 % is said of all alone, and 0 % of none. */
  share(part: number, whole: number): string;
  day(at: number): string;
  /** As a bar is named. */
  bucket(unit: Unit, start: number): string;
  /** To the second. */
  time(at: number): string;
}

export const figuresIn = (tag: string): Figures => {
  const numbers = new Intl.NumberFormat(tag);
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 });
  const zone = { timeZone: 'UTC' } as const;
  const days = new Intl.DateTimeFormat(tag, { ...zone, day: 'numeric', month: 'long', year: 'numeric' });
  const short = new Intl.DateTimeFormat(tag, { ...zone, day: 'numeric', month: 'short' });
  const months = new Intl.DateTimeFormat(tag, { ...zone, month: 'short', year: 'numeric' });
  return {
    number: (value) => numbers.format(value),
    share: (part, whole) => {
      if (whole === 0) return '–';
      const exact = part / whole;
      // Rounded, all but one of a million would be all of them.
      const shown = part === whole ? 1 : part === 0 ? 0 : Math.min(0.999, Math.max(0.001, exact));
      return percent.format(shown);
    },
    day: (at) => days.format(at),
    bucket: (unit, start) => (unit === 'month' ? months : short).format(start),
    time: (at) =>
      new Date(at)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ''),
  };
};
