/** How tests run Node for themselves: compiled once for all of this machine's test runs, and with the pack that ships learnt already. */
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Of processes that are started time and again. */
const COMPILE_CACHE = join(tmpdir(), `sotto-compile-cache-${userInfo().username}`);

const { PATH, TMPDIR } = process.env;

/** Nothing of our own environment goes along but where programs and what tests share are found. */
export const childEnvironment = (more: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv => ({
  PATH,
  ...(TMPDIR === undefined ? {} : { TMPDIR }),
  NODE_COMPILE_CACHE: COMPILE_CACHE,
  ...more,
});

/**
 * Options of Node for what is started time and again and does not run for long: WebAssembly is compiled once, and not once more for
 * speed, and the first garbage is collected once there is much of it. They spare a quarter of what a start costs.
 */
export const QUICK = ['--liftoff-only', '--min-semi-space-size=32'];

/** Options of Node with which `sotto` finds what it would learn among what the tests share; see `learnt.js`. */
export const LEARNT = ['--import', new URL('./learnt.js', import.meta.url).href];
