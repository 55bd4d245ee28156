// Before a program that is otherwise as it is run: what it would learn of its pack or try out of it, which takes seconds of each start,
// is taken from what all tests share. That it learns by itself is tested where nothing is loaded before it.
import { registerHooks } from 'node:module';

const url = (path) => new URL(path, import.meta.url).href;

/** What stands in whose place. */
const SHARED = new Map([
  [url('../../src/main/recogniser.ts'), new URL('./learnt-recogniser.ts', import.meta.url).href],
  [url('../../src/core/recognise/colliding.ts'), new URL('./learnt-colliding.ts', import.meta.url).href],
]);

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    const shared = SHARED.get(found.url);
    return shared === undefined || shared === context.parentURL ? found : { ...found, url: shared };
  },
});
