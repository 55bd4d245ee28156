import { type ErrorCode, SottoError } from '../core/errors.ts';

/** Something in a pack that stops the load: where it stands, what is wrong, and how to mend it. Whole sentences. */
export interface Finding {
  readonly file: string;
  /** Line, key or rule within the file. */
  readonly place: string;
  readonly what: string;
  readonly mend: string;
}

const MOST_SHOWN = 50;

/** One line that a person can act on. */
export const findingText = ({ file, place, what, mend }: Finding): string =>
  `${file}${place === '' ? '' : `, ${place}`}: ${what} ${mend}`.replace(/\s+/g, ' ');

/** All findings in one error, so that nobody mends them one start at a time; the first 50 are spelled out. */
export const findingsError = (code: ErrorCode, opening: string, findings: readonly Finding[]): SottoError => {
  const lines = findings.slice(0, MOST_SHOWN).map((finding) => `- ${findingText(finding)}`);
  if (findings.length > MOST_SHOWN) lines.push(`- and ${findings.length - MOST_SHOWN} more.`);
  return new SottoError(code, [opening, ...lines].join('\n'));
};
