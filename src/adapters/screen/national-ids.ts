/**
 * Numbers that a state gives to each person. Many are no more than a few digits with one to check them, and so is every tenth number of a
 * ticket. So what is written as nothing else is (with a letter in its place, a date, the dots of the form) is looked for everywhere; what
 * is plain digits only where whoever it is about lives in that country; and what too many numbers would pass for, only behind its name.
 */
import { validate as at } from 'stdnum/lib/cjs/at/vnr.js';
import { validate as be } from 'stdnum/lib/cjs/be/nn.js';
import { validate as bg } from 'stdnum/lib/cjs/bg/egn.js';
import { validate as br } from 'stdnum/lib/cjs/br/cpf.js';
import { validate as ca } from 'stdnum/lib/cjs/ca/sin.js';
import { validate as ch } from 'stdnum/lib/cjs/ch/ssn.js';
import { validate as cn } from 'stdnum/lib/cjs/cn/ric.js';
import { validate as cz } from 'stdnum/lib/cjs/cz/rc.js';
import { validate as deTax } from 'stdnum/lib/cjs/de/idnr.js';
import { validate as deSocial } from 'stdnum/lib/cjs/de/svnr.js';
import { validate as dk } from 'stdnum/lib/cjs/dk/cpr.js';
import { validate as ee } from 'stdnum/lib/cjs/ee/ik.js';
import { validate as es } from 'stdnum/lib/cjs/es/dni.js';
import { validate as esForeign } from 'stdnum/lib/cjs/es/nie.js';
import { validate as fi } from 'stdnum/lib/cjs/fi/hetu.js';
import { validate as fr } from 'stdnum/lib/cjs/fr/nir.js';
import { validate as gb } from 'stdnum/lib/cjs/gb/nino.js';
import { validate as gr } from 'stdnum/lib/cjs/gr/amka.js';
import { validate as hr } from 'stdnum/lib/cjs/hr/oib.js';
import { validate as ie } from 'stdnum/lib/cjs/ie/pps.js';
import { validate as inPerson } from 'stdnum/lib/cjs/in/aadhaar.js';
import { validate as inTax } from 'stdnum/lib/cjs/in/pan.js';
import { validate as it } from 'stdnum/lib/cjs/it/codicefiscale.js';
import { validate as kr } from 'stdnum/lib/cjs/kr/rrn.js';
import { validate as lt } from 'stdnum/lib/cjs/lt/asmens.js';
import { validate as mx } from 'stdnum/lib/cjs/mx/curp.js';
import { validate as nl } from 'stdnum/lib/cjs/nl/bsn.js';
import { validate as no } from 'stdnum/lib/cjs/no/fodselsnummer.js';
import { validate as pl } from 'stdnum/lib/cjs/pl/pesel.js';
import { validate as pt } from 'stdnum/lib/cjs/pt/cc.js';
import { validate as ro } from 'stdnum/lib/cjs/ro/cnp.js';
import { validate as se } from 'stdnum/lib/cjs/se/personnummer.js';
import { validate as tr } from 'stdnum/lib/cjs/tr/tckimlik.js';
import { validate as us } from 'stdnum/lib/cjs/us/ssn.js';
import { validate as za } from 'stdnum/lib/cjs/za/idnr.js';
import { inOneLine, standsAlone } from './plain.ts';

interface NationalId {
  /** Only where whoever it is about lives there. Absent: everywhere. */
  readonly of?: readonly string[];
  /** Only behind one of these names. Absent: by itself. */
  readonly named?: RegExp;
  /** As it is written, of a text in upper case; it takes a bounded number of characters. */
  readonly written: RegExp;
  readonly validate: (compact: string) => { readonly isValid: boolean };
}

const DAY = '(?:0[1-9]|[12][0-9]|3[01])';
const MONTH = '(?:0[1-9]|1[0-2])';

const KINDS: readonly NationalId[] = [
  // Written as nothing else is.
  { written: new RegExp(`[0-9]{2} ?${DAY}${MONTH}[0-9]{2} ?[A-Z] ?[0-9]{3}`, 'g'), validate: deSocial },
  {
    written: /[A-Z]{6} ?[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2} ?[A-Z][0-9LMNPQRSTUV]{3}[A-Z]/g,
    validate: it,
  },
  {
    // Devices have numbers of fifteen digits as well, and none of those begins so.
    written: /[12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]|[2-9][0-9]) ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}/g,
    validate: fr,
  },
  { written: /756([. ])[0-9]{4}\1[0-9]{4}\1[0-9]{2}|756[0-9]{10}/g, validate: ch },
  { written: new RegExp(`${DAY}${MONTH}[0-9]{2}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]`, 'g'), validate: fi },
  { written: new RegExp(`[0-9]{2}\\.${MONTH}\\.${DAY}-[0-9]{3}\\.[0-9]{2}`, 'g'), validate: be },
  { written: /[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}/g, validate: br },
  { written: new RegExp(`[A-Z]{4}[0-9]{2}${MONTH}${DAY}[HM][A-Z]{5}[0-9A-Z][0-9]`, 'g'), validate: mx },
  { written: new RegExp(`[1-9][0-9]{5}(?:19|20)[0-9]{2}${MONTH}${DAY}[0-9]{3}[0-9X]`, 'g'), validate: cn },
  { written: new RegExp(`[0-9]{2}${MONTH}${DAY}-[1-8][0-9]{6}`, 'g'), validate: kr },
  { written: /[0-9]{2}(?:[0257][1-9]|[1368][0-2])(?:0[1-9]|[12][0-9]|3[01])\/[0-9]{3,4}/g, validate: cz },
  // Of people who live there.
  { of: ['DE'], written: /[1-9][0-9] ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}/g, validate: deTax },
  { of: ['AT'], written: new RegExp(`[1-9][0-9]{3} ?${DAY}${MONTH}[0-9]{2}`, 'g'), validate: at },
  { of: ['BE'], written: new RegExp(`[0-9]{2}${MONTH}${DAY}[0-9]{5}`, 'g'), validate: be },
  { of: ['BG'], written: new RegExp(`[0-9]{2}[0-5][0-9]${DAY}[0-9]{4}`, 'g'), validate: bg },
  { of: ['BR'], written: /[0-9]{11}/g, validate: br },
  { of: ['CA'], written: /[1-79][0-9]{2}([ -])[0-9]{3}\1[0-9]{3}/g, validate: ca },
  { of: ['DK', 'GL', 'FO'], written: new RegExp(`${DAY}${MONTH}[0-9]{2}-[0-9]{4}`, 'g'), validate: dk },
  { of: ['EE'], written: new RegExp(`[1-6][0-9]{2}${MONTH}${DAY}[0-9]{4}`, 'g'), validate: ee },
  { of: ['ES'], written: /[0-9]{8}[ -]?[A-Z]/g, validate: es },
  { of: ['ES'], written: /[XYZ][ -]?[0-9]{7}[ -]?[A-Z]/g, validate: esForeign },
  {
    of: ['GB', 'IM', 'JE', 'GG'],
    written: /[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]/g,
    validate: gb,
  },
  { of: ['GR'], written: new RegExp(`${DAY}${MONTH}[0-9]{7}`, 'g'), validate: gr },
  { of: ['HR'], written: /[0-9]{11}/g, validate: hr },
  { of: ['IE'], written: /[0-9]{7}[A-W][A-IW]?/g, validate: ie },
  { of: ['IN'], written: /[A-Z]{3}[PH][A-Z][0-9]{4}[A-Z]/g, validate: inTax },
  { of: ['IN'], written: /[2-9][0-9]{3}([ -]?)[0-9]{4}\1[0-9]{4}/g, validate: inPerson },
  { of: ['LT'], written: new RegExp(`[1-6][0-9]{2}${MONTH}${DAY}[0-9]{4}`, 'g'), validate: lt },
  { of: ['NO'], written: /[0-7][0-9][0-9]{2}[0-9]{2} ?[0-9]{5}/g, validate: no },
  { of: ['PL'], written: new RegExp(`[0-9]{2}[0-9]{2}${DAY}[0-9]{5}`, 'g'), validate: pl },
  { of: ['PT'], written: /[0-9]{8} ?[0-9] ?[A-Z0-9]{2}[0-9]/g, validate: pt },
  { of: ['RO'], written: new RegExp(`[1-9][0-9]{2}${MONTH}${DAY}[0-9]{6}`, 'g'), validate: ro },
  { of: ['SE'], written: new RegExp(`(?:19|20)?[0-9]{2}${MONTH}(?:${DAY}|[6-9][0-9])[-+][0-9]{4}`, 'g'), validate: se },
  { of: ['TR'], written: /[1-9][0-9]{10}/g, validate: tr },
  { of: ['US', 'PR', 'GU', 'VI'], written: /[0-8][0-9]{2}([- ])[0-9]{2}\1[0-9]{4}/g, validate: us },
  { of: ['ZA'], written: new RegExp(`[0-9]{2}${MONTH}${DAY}[0-9]{4}[01][0-9]{2}`, 'g'), validate: za },
  // Behind their names.
  {
    named: /(?<![A-Z])(?:BSN|BURGERSERVICENUMMER|SOFI-?NUMMER)(?![A-Z])/,
    written: /[0-9]{4}([. ]?)[0-9]{2}\1[0-9]{3}/g,
    validate: nl,
  },
  {
    named: /(?<![A-Z])(?:SSN|SOCIAL SECURITY)(?![A-Z])/,
    written: /[0-8][0-9]{2}([- ]?)[0-9]{2}\1[0-9]{4}/g,
    validate: us,
  },
  {
    named: /(?<![A-Z])(?:STEUER-?ID|STEUERIDENTIFIKATIONSNUMMER|IDNR|TAX ID)(?![A-Z])/,
    written: /[1-9][0-9] ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}/g,
    validate: deTax,
  },
];

/** Validated in one text for one kind, in their order: more than a field shows. */
const MOST = 100;

/** None of them has fewer digits. */
const FEWEST_DIGITS = /(?:[0-9][^0-9]*){4}/;

const EVERYWHERE = KINDS.filter(({ of }) => of === undefined);
const OF = new Map<string, readonly NationalId[]>(
  KINDS.flatMap(({ of = [] }) => of).map((country) => [
    country,
    KINDS.filter(({ of }) => of === undefined || of.includes(country)),
  ]),
);

/** Of a text as `plainly` writes it. `country`: as of `Screen.find`. */
export const holdsNationalId = (text: string, country: string | null): boolean => {
  if (!FEWEST_DIGITS.test(text)) return false;
  const upper = text.toUpperCase();
  const flat = inOneLine(upper);
  // What is plain digits is found in one line: a list with a number in each would be too many of them.
  return (OF.get(country ?? '') ?? EVERYWHERE).some((kind) => holds(kind.of === undefined ? flat : upper, kind));
};

const holds = (text: string, { named, written, validate }: NationalId): boolean => {
  if (named !== undefined && !named.test(text)) return false;
  let looked = 0;
  for (const { 0: number, index } of text.matchAll(written)) {
    if (!standsAlone(text, index, index + number.length)) continue;
    if (validate(number.replace(/[ .]/g, '')).isValid) return true;
    looked += 1;
    if (looked >= MOST) return false;
  }
  return false;
};
