import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

// The stripper is Node's own, the one that runs the product, so tests and product cannot read a file differently.
// Types become white space, hence positions in stack traces are exact without source maps.
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
  getCacheKey: (source, path) => createHash('sha256').update(`${process.version}\0${path}\0${source}`).digest('hex'),
};
