import { keepInMemory } from './test/support/in-memory.ts';
import { missingPrograms } from './test/support/programs.js';
import { workersFor } from './test/support/workers.ts';

// A suite that drives a real program carries its name: page.chromium.test.ts. Where the program cannot be had,
// the suite is left out here and named at the end by the reporter, so that nobody takes silence for success.
export default async () => {
  keepInMemory();
  const missing = await missingPrograms();
  return {
    testEnvironment: '<rootDir>/test/support/patient-environment.js',
    testMatch: ['<rootDir>/test/**/*.test.ts'],
    testPathIgnorePatterns: ['/node_modules/', ...missing.map(({ program }) => `\\.${program}\\.test\\.ts$`)],
    modulePathIgnorePatterns: ['<rootDir>/data/'],
    extensionsToTreatAsEsm: ['.ts'],
    // Beside botbuilder, which is CommonJS, the vm modules of the tests cannot load Azure's ES build. Plain node loads both,
    // and .ci/run starts the product with it.
    moduleNameMapper: {
      '^@azure/(identity|keyvault-secrets|keyvault-keys|storage-blob)$':
        '<rootDir>/node_modules/@azure/$1/dist/commonjs/index.js',
    },
    globalSetup: '<rootDir>/test/support/learn-once.js',
    setupFiles: ['<rootDir>/test/support/property-seed.js'],
    transform: { '\\.ts$': '<rootDir>/test/support/strip-types.js' },
    maxWorkers: workersFor(),
    testSequencer: '<rootDir>/test/support/sequencer.js',
    // The vm modules of a suite are never given back: after a few hundred suites a worker would hold 4 GB and die.
    workerIdleMemoryLimit: '1GB',
    reporters: ['default', ['<rootDir>/test/support/closing-line.js', { missing }]],
  };
};
