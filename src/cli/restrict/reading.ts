/** What somebody typed after `sotto restrict`, as the running Sotto takes it. What it means is read there, by the form that chats have. */
import { SottoError } from '../../core/errors.ts';
import { readYaml } from '../../policies/yaml-file.ts';

/** For `parseArgs`: options of a restriction, by the field of the form that they fill in. */
export const FIELD_OPTIONS = {
  title: { type: 'string' },
  topic: { type: 'string', multiple: true },
  intent: { type: 'string', multiple: true },
  for: { type: 'string', multiple: true },
  except: { type: 'string', multiple: true },
  place: { type: 'string', multiple: true },
  country: { type: 'string', multiple: true },
  from: { type: 'string' },
  until: { type: 'string' },
  'words-en': { type: 'string' },
  'words-de': { type: 'string' },
  'contact-en': { type: 'string' },
  'contact-de': { type: 'string' },
  'rights-en': { type: 'string' },
  'rights-de': { type: 'string' },
} as const;

type FieldOption = keyof typeof FIELD_OPTIONS;

const FIELDS: Readonly<Record<FieldOption, string>> = {
  title: 'title',
  topic: 'topics',
  intent: 'intents',
  for: 'applies',
  except: 'except',
  place: 'places',
  country: 'countries',
  from: 'from',
  until: 'until',
  'words-en': 'words-en',
  'words-de': 'words-de',
  'contact-en': 'contact-en',
  'contact-de': 'contact-de',
  'rights-en': 'rights-en',
  'rights-de': 'rights-de',
};

type Given = { readonly [K in FieldOption]?: string | readonly string[] | undefined };

/** By the form's fields; an empty text takes away what stands there. */
export const fieldValues = (given: Given): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    (Object.keys(FIELDS) as FieldOption[]).flatMap((option) => {
      const value = given[option];
      return value === undefined ? [] : [[FIELDS[option], [value].flat()] as const];
    }),
  );

/** A restriction in a file of YAML, in the shape of a pack's `restrictions/*.yaml`. Refuses with code `usage`. */
export const readRestrictionFile = (path: string): unknown => {
  const findings: { readonly place: string; readonly what: string; readonly mend: string }[] = [];
  const read = readYaml(path, findings as never);
  if (read !== null) return read.value;
  throw new SottoError(
    'usage',
    findings
      .map(({ place, what, mend }) => [`${path}:`, place, what, mend].filter((it) => it !== '').join(' '))
      .join('\n'),
  );
};
