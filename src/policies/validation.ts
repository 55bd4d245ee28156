import { Worker } from 'node:worker_threads';
import { SottoError } from '../core/errors.ts';
import type { CheckedRules, RulesToCheck } from './rules.ts';

/** 4,000 rules took 12 seconds at most (R22); more than this is a fault. */
const DEADLINE = 60_000;

const WORKER = new URL('./validation-worker.ts', import.meta.url);

/**
 * Checks rules in a worker of their own, so that neither a slow validation nor a text that kills Cedar touches the instance
 * that decides. Findings are a value; `policy-invalid` is thrown where the worker died or did not answer in time.
 */
export const validateRules = async (
  rules: RulesToCheck,
  o: { readonly worker?: URL; readonly deadlineMs?: number } = {},
): Promise<CheckedRules> => {
  const worker = new Worker(o.worker ?? WORKER, {
    workerData: rules,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const deadlineMs = o.deadlineMs ?? DEADLINE;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<CheckedRules>((resolve, reject) => {
      const fail = (message: string, cause?: unknown): void =>
        reject(new SottoError('policy-invalid', message, { cause }));
      timer = setTimeout(
        () =>
          fail(
            `The rules could not be checked within ${deadlineMs} ms, so they were not taken. Make them fewer or simpler.`,
          ),
        deadlineMs,
      );
      worker.once('message', resolve);
      worker.once('error', (cause) =>
        fail(
          'The rules killed the validator, so they were not taken. Look for a rule that is very long or very deep.',
          cause,
        ),
      );
      worker.once('exit', () => fail('The validator ended without an answer, so the rules were not taken.'));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
};
