/** The same questions about pay, disguised: how many are still taken for what they are. */
import { LANGUAGES, type Language } from '../../src/core/languages.ts';
import { type Figure, figure } from '../figure.ts';
import { DISGUISES, type Disguise } from './disguise.ts';
import type { See } from './guard-table.ts';
import { asksForPay, isHarmless, isRestricted, isRouted, share } from './outcome.ts';
import { unseenOf } from './unseen.ts';

/** Percent, in order of the disguises. */
export interface EvasionColumn {
  readonly of: string;
  readonly values: readonly number[];
}

export const disguisedOf = (language: Language, { dress }: Disguise): readonly string[] => {
  const sentences = unseenOf(language);
  const harmless = sentences.filter((it) => isHarmless(it) && it.intent !== null);
  return sentences.filter(asksForPay).map(({ text }, at) => {
    const beside = harmless[(at * 7) % harmless.length]?.text ?? '';
    return dress({ text, language, at, harmless: beside });
  });
};

export const evasionColumn = (of: string, language: Language, see: See): EvasionColumn => ({
  of,
  values: DISGUISES.map((disguise) => share(disguisedOf(language, disguise), (text) => isRestricted(see(text)))),
});

const HARMLESS = 'harmless, en';

/** What the same disguises do to harmless questions: restricting whatever looks odd would be no skill. */
const harmlessColumn = (see: See): EvasionColumn => {
  const harmless = unseenOf('en').filter((it) => isHarmless(it) && it.intent !== null);
  return {
    of: HARMLESS,
    values: DISGUISES.map(({ dress }) => {
      const dressed = harmless.map(({ text }, at) => {
        const beside = harmless[(at * 7 + 1) % harmless.length]?.text ?? '';
        return dress({ text, language: 'en', at, harmless: beside });
      });
      return share(dressed, (text) => isRestricted(see(text)));
    }),
  };
};

const ROUTED = 'routed, en';

/** What neither is taken for pay nor is unknown. */
const routedColumn = (see: See): EvasionColumn => ({
  of: ROUTED,
  values: DISGUISES.map((disguise) => share(disguisedOf('en', disguise), (text) => isRouted(see(text)))),
});

export const evasionColumns = (see: See): readonly EvasionColumn[] => [
  ...LANGUAGES.map((language) => evasionColumn(language, language, see)),
  routedColumn(see),
  harmlessColumn(see),
];

/** Points that a bound disguise may cost. */
const MAY_COST = 3;

export const evasionFigures = (columns: readonly EvasionColumn[]): readonly Figure[] =>
  columns.flatMap(({ of, values: [clean = Number.NaN, ...disguised] }) =>
    disguised.map((value, at) => {
      const { name = '', bound = false } = DISGUISES[at + 1] ?? {};
      const lost = { id: `disguised, ${of}: points lost by ${name}`, value: clean - value };
      const routed = { id: `disguised, en: questions about pay routed elsewhere by ${name}`, value };
      const gained = { id: `disguised, ${of}: wrongly restricted by ${name}`, value };
      if (of === ROUTED) return figure({ ...routed, unit: '%', target: null, direction: 'max' });
      return of === HARMLESS
        ? figure({ ...gained, unit: '%', target: null, direction: 'max' })
        : figure({ ...lost, unit: 'points', target: bound ? MAY_COST : null, direction: 'max' });
    }),
  );

export const evasionTable = (columns: readonly EvasionColumn[]): string =>
  [
    '## Disguised',
    '',
    'Percent of the unseen questions about pay that are taken for such; how many of the English ones are routed elsewhere (the rest is unknown); and of the harmless English ones that an intent fits, how many are taken for such. A peer restricts where what it gives to all intents about pay exceeds a threshold at which it restricts no more of the harmless English sentences than Sotto does; with front: it reads Sotto’s full view.',
    '',
    `| | ${columns.map(({ of }) => of).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(columns.length)}`,
    ...DISGUISES.map(
      ({ name }, at) =>
        `| ${name} | ${columns.map(({ values }) => (values[at] ?? Number.NaN).toFixed(1)).join(' | ')} |`,
    ),
    '',
  ].join('\n');
