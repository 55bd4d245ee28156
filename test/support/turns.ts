/** Suites that start processes, browsers or servers, and mostly wait for real time. */
const WAITS = /\/test\/(?:faults|e2e|install|scans)\/|\.(?:chromium|redis|sslscan|testssl|mount)\.test\.ts$/;

/** Suites that take longest of all, which must not be the last to begin. */
const LONGEST = /\/test\/(?:simulation\/simulation|adapters\/audit-log\/altered|cli\/(?:command|policy))\.test\.ts$/;

/** Every so many-th suite is one that waits, until there are no more. */
const EVERY = 4;

/**
 * The longest suites first, and those that wait spread over those that reckon, each in the order that they come in: beside each other they
 * would all wait at a time, and leave nothing that waits to run beside what reckons.
 */
export const inTurns = <T extends { readonly path: string }>(tests: readonly T[]): T[] => {
  const longest = tests.filter(({ path }) => LONGEST.test(path));
  const others = tests.filter(({ path }) => !LONGEST.test(path));
  const waiting = others.filter(({ path }) => WAITS.test(path));
  const reckoning = others.filter(({ path }) => !WAITS.test(path));
  const turns = reckoning.flatMap((one, at) => (at % (EVERY - 1) === 0 ? [...waiting.splice(0, 1), one] : [one]));
  return [...longest, ...turns, ...waiting];
};
