/** What was checked and what was found. */
export interface Report {
  /** One check; it passes where there are no faults. */
  check(what: string, faults: readonly string[]): void;
  end(): { readonly passed: number; readonly failed: number };
}

/** More faults of one check say nothing new. */
const MOST_SHOWN = 40;

export const createReport = (print: (line: string) => void): Report => {
  let passed = 0;
  let failed = 0;
  return {
    check: (what, faults) => {
      if (faults.length === 0) passed += 1;
      else failed += 1;
      print(`${faults.length === 0 ? 'ok   ' : 'FAULT'} ${what}`);
      for (const fault of faults.slice(0, MOST_SHOWN)) print(`        ${fault}`);
      if (faults.length > MOST_SHOWN) print(`        and ${faults.length - MOST_SHOWN} more`);
    },
    end: () => ({ passed, failed }),
  };
};
