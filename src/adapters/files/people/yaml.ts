import { LineCounter, parseDocument } from 'yaml';
import { lineOf } from '../../bounded/yaml-line.ts';
import { MOST_ERRORS, type Written } from './written.ts';

/** People in YAML, in the shape of the sample's. */
export const writtenInYaml = (text: string): Written => {
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, lineCounter: lines });
  if (document.errors.length > 0) {
    return {
      ok: false,
      findings: document.errors
        .slice(0, MOST_ERRORS)
        .map(
          ({ code, linePos }) =>
            `it is not YAML at line ${linePos?.[0].line ?? '?'}, column ${linePos?.[0].col ?? '?'} (${code}). Mend it there.`,
        ),
    };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    // A few lines of them can stand for more people than fit into memory.
    return { ok: false, findings: ['it repeats a part by an alias (*name). Write the part out where it is meant.'] };
  }
  return {
    ok: true,
    value,
    placeOf: (path) => `${lineOf(document, lines, path)}${path.join('.') || 'the file'}`,
  };
};
