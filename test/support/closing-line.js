import { writeFileSync } from 'node:fs';

/**
 * The last line of every test run: `N passed, N failed`. Suites that could not run are named above it; under CI they fail the run. Those that
 * failed are written, a path a line, to the file that FAILED_SUITES names.
 */
export default class ClosingLine {
  #missing;

  constructor(_global, { missing }) {
    this.#missing = missing;
  }

  onRunComplete(_contexts, results) {
    const broken = results.testResults.filter((suite) => suite.testExecError).length;
    const notRun = process.env.CI === 'true' ? this.#missing.length : 0;
    for (const { program, why } of this.#missing)
      process.stdout.write(`\nNOT RUN: the ${program} suites, because ${why}\n`);
    if (notRun > 0) this.#error = new Error('A program that the tests need is missing, and CI=true allows no gap.');
    const list = process.env.FAILED_SUITES;
    if (list !== undefined) {
      const failed = results.testResults.filter(
        ({ testExecError, numFailingTests }) => testExecError || numFailingTests,
      );
      writeFileSync(list, failed.map(({ testFilePath }) => `${testFilePath}\n`).join(''));
    }
    // The runner's own summary comes after this call; the last line is ours all the same.
    const line = `\n${results.numPassedTests} passed, ${results.numFailedTests + broken + notRun} failed\n`;
    process.once('exit', () => process.stdout.write(line));
  }

  #error;
  getLastError() {
    return this.#error;
  }
}
