import { TestEnvironment } from 'jest-environment-node';

/** A test or hook that hangs is ended after this at the earliest, ms. */
const PATIENCE_MS = 300_000;

/**
 * A time that is given to a test is there so that one which hangs ends, and never measures: what must be in time is measured by the test
 * itself. So on a machine that has much else to do, each has at least `PATIENCE_MS`, and twice what it was given.
 */
export default class PatientEnvironment extends TestEnvironment {
  #seen = new WeakSet();

  handleTestEvent({ name, test, hook }) {
    const one = name === 'test_start' ? test : name === 'hook_start' ? hook : undefined;
    if (one === undefined || this.#seen.has(one)) return;
    // A hook runs for each test, and is given its time once.
    this.#seen.add(one);
    one.timeout = Math.max(PATIENCE_MS, 2 * (one.timeout ?? 0));
  }
}
