/** What a look of `sotto doctor` found, and how it is said. */
import { ago } from '../time-words.ts';

export type Area =
  | 'settings'
  | 'secrets'
  | 'certificates'
  | 'permissions'
  | 'clock'
  | 'identity'
  | 'backends'
  | 'machine'
  | 'store'
  | 'running'
  | 'backups'
  | 'audit'
  | 'live';

/** `warning`: it may be meant; `finding`: it is to be mended, and the status is 1. */
export type State = 'ok' | 'warning' | 'finding';

export interface Line {
  readonly area: Area;
  readonly state: State;
  /** A sentence. */
  readonly what: string;
  /** Empty where all is well. */
  readonly why: string;
  readonly mend: string;
}

export const ok = (area: Area, what: string): Line => ({ area, state: 'ok', what, why: '', mend: '' });

type Told = Pick<Line, 'what' | 'why' | 'mend'>;

export const warning = (area: Area, told: Told): Line => ({ area, state: 'warning', ...told });
export const finding = (area: Area, told: Told): Line => ({ area, state: 'finding', ...told });

/** A sentence of another check, which says what, why and how to mend it in one. */
export const sentence = (area: Area, what: string): Line => finding(area, { what, why: '', mend: '' });

/** When something ends, `now` and `end` in ms since the epoch: a finding `warnMs` ahead. */
export const ending = (o: {
  readonly area: Area;
  /** Begins a sentence. */
  readonly subject: string;
  readonly now: number;
  readonly end: number;
  readonly warnMs: number;
  readonly why: string;
  readonly mend: string;
}): Line => {
  const left = o.end - o.now;
  const day = new Date(o.end).toISOString().slice(0, 10);
  if (left > o.warnMs) return ok(o.area, `${o.subject} ends in ${ago(left)}, on ${day}.`);
  const what = left <= 0 ? `${o.subject} ended ${ago(-left)} ago.` : `${o.subject} ends in ${ago(left)}, on ${day}.`;
  return finding(o.area, { what, why: o.why, mend: o.mend });
};

const MARKS: { readonly [S in State]: string } = { ok: 'ok      ', warning: 'WARNING ', finding: 'FINDING ' };

export const inWords = ({ area, state, what, why, mend }: Line): string =>
  `${MARKS[state]} ${area.padEnd(13)}${[what, why, mend].filter((part) => part !== '').join(' ')}`;
