// Before a program that is otherwise as it is run: what it would learn of its pack, which takes seconds of each start, is taken from
// what all tests share. That a start learns and keeps it by itself is tested where nothing is loaded before it.
import { registerHooks } from 'node:module';

const LEARNING = new URL('../../src/main/recogniser.ts', import.meta.url).href;
const SHARED = new URL('./learnt-recogniser.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    return found.url === LEARNING && context.parentURL !== SHARED ? { ...found, url: SHARED } : found;
  },
});
