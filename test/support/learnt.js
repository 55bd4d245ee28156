// Before a program that is otherwise as it is run: what it would learn of its pack or try out of it, which takes seconds of each start,
// is taken from what all tests share. That it learns by itself is tested where nothing is loaded before it.
import { registerHooks } from 'node:module';

const url = (path) => new URL(path, import.meta.url).href;

const HERE = url('./');

/** What stands in whose place, unless it is a file of the tests that asks. */
const SHARED = new Map([
  [url('../../src/core/recognise/kept-model.ts'), new URL('./learnt-models.ts', import.meta.url).href],
  [url('../../src/core/recognise/colliding.ts'), new URL('./learnt-colliding.ts', import.meta.url).href],
]);

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    const shared = SHARED.get(found.url);
    return shared === undefined || context.parentURL?.startsWith(HERE) ? found : { ...found, url: shared };
  },
});
