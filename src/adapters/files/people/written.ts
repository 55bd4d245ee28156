/** What a file of people holds, whichever way it is written: not checked yet, and where each part of it stands. */
export type Written =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** How to name the part at this path to whoever must mend it: a line and what stands there. */
      placeOf(path: readonly PropertyKey[]): string;
    }
  | {
      readonly ok: false;
      /** None of them quotes the file, and with it somebody's name and address. */
      readonly findings: readonly string[];
    };

/** What one slip of the pen makes of the rest of a file need not all be said. */
export const MOST_ERRORS = 5;
