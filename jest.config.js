import { missingPrograms } from './test/support/programs.js';

// A suite that drives a real program carries its name: page.chromium.test.ts. Where the program cannot be had,
// the suite is left out here and named at the end by the reporter, so that nobody takes silence for success.
export default async () => {
  const missing = await missingPrograms();
  return {
    testEnvironment: 'node',
    testMatch: ['<rootDir>/test/**/*.test.ts'],
    testPathIgnorePatterns: ['/node_modules/', ...missing.map(({ program }) => `\\.${program}\\.test\\.ts$`)],
    modulePathIgnorePatterns: ['<rootDir>/data/'],
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': '<rootDir>/test/support/strip-types.js' },
    testTimeout: 90_000,
    maxWorkers: 2,
    reporters: ['default', ['<rootDir>/test/support/closing-line.js', { missing }]],
  };
};
