/** What times are called in the languages that are understood. Lower case and without marks, as `time-tokens.ts` reads them. */
import type { Language } from '../languages.ts';
import type { Unit } from './calendar.ts';

/** A word, in which languages it means that. */
export interface Meaning<T> {
  readonly is: T;
  readonly language: Language;
}

type Words<T> = ReadonlyMap<string, readonly Meaning<T>[]>;

/** `lists`: for each language and meaning, the words, with blanks between. */
const wordsOf = <T>(lists: readonly (readonly [Language, T, string])[]): Words<T> => {
  const words = new Map<string, Meaning<T>[]>();
  for (const [language, is, list] of lists) {
    for (const word of list.split(' ')) words.set(word, [...(words.get(word) ?? []), { is, language }]);
  }
  return words;
};

export const UNITS: Words<Unit> = wordsOf([
  ['en', 'day', 'day days'],
  ['en', 'week', 'week weeks'],
  ['en', 'month', 'month months mth'],
  ['en', 'quarter', 'quarter quarters'],
  ['en', 'half', 'half'],
  ['en', 'year', 'year years yr'],
  ['de', 'day', 'tag tage tagen tags'],
  ['de', 'week', 'woche wochen'],
  ['de', 'month', 'monat monate monaten monats'],
  ['de', 'quarter', 'quartal quartale quartalen quartals vierteljahr'],
  ['de', 'half', 'halbjahr halbjahres halbjahrs'],
  ['de', 'year', 'jahr jahre jahren jahres jahrs'],
  ['fr', 'day', 'jour jours'],
  ['fr', 'week', 'semaine semaines'],
  ['fr', 'month', 'mois'],
  ['fr', 'quarter', 'trimestre trimestres'],
  ['fr', 'half', 'semestre semestres'],
  ['fr', 'year', 'an ans annee annees'],
  ['es', 'day', 'dia dias'],
  ['es', 'week', 'semana semanas'],
  ['es', 'month', 'mes meses'],
  ['es', 'quarter', 'trimestre trimestres'],
  ['es', 'half', 'semestre semestres'],
  ['es', 'year', 'ano anos'],
]);

/** How many units from the one that is now. */
export const NEAR: Words<-2 | -1 | 0 | 1 | 2> = wordsOf([
  ['en', -1, 'last previous past prior preceding'],
  ['en', 0, 'this current ongoing'],
  ['en', 1, 'next coming upcoming following'],
  ['de', -2, 'vorletzte vorletzten vorletzter vorletztes vorletztem'],
  [
    'de',
    -1,
    'letzte letzten letzter letztes letztem vorige vorigen voriger voriges vorigem vergangene vergangenen vergangener vergangenes vergangenem',
  ],
  [
    'de',
    0,
    'diese diesen dieser dieses diesem aktuelle aktuellen aktueller aktuelles laufende laufenden laufender laufendes',
  ],
  [
    'de',
    1,
    'nachste nachsten nachster nachstes nachstem naechste naechsten naechster naechstes naechstem kommende kommenden kommender kommendes kommendem folgende folgenden',
  ],
  [
    'de',
    2,
    'ubernachste ubernachsten ubernachster ubernachstes ubernachstem uebernaechste uebernaechsten uebernaechster uebernaechstes',
  ],
  [
    'fr',
    -1,
    'dernier derniere derniers dernieres passe passee passes passees precedent precedente precedents precedentes',
  ],
  ['fr', 0, 'ce cet cette ces courant'],
  ['fr', 1, 'prochain prochaine prochains prochaines suivant suivante'],
  ['es', -1, 'pasado pasada pasados pasadas ultimo ultima ultimos ultimas anterior anteriores'],
  ['es', 0, 'este esta estos estas actual'],
  ['es', 1, 'proximo proxima proximos proximas siguiente siguientes'],
]);

/** In these languages such a word may come after what it says that of ("le mois dernier", "el mes pasado"). */
export const AFTER: ReadonlySet<Language> = new Set(['fr', 'es']);

export const MONTHS: ReadonlyMap<string, number> = new Map(
  [
    'january januar janner janvier enero janv ene',
    'february februar febr feber fevrier febrero feb fev fevr',
    'march marz maerz mars marzo',
    'april avril abril apr avr abr',
    'may mai mayo',
    'june juni juin junio jun',
    'july juli juillet julio jul juil',
    'august aout agosto aug',
    'september septembre septiembre setiembre sep sept',
    'october oktober octobre octubre oct okt',
    'november novembre noviembre nov',
    'december dezember decembre diciembre dec dez dic',
  ].flatMap((list, at) => list.split(' ').map((word) => [word, at + 1] as const)),
);

/** Words that are something else as well (may I, Jan, mar): a month only where a year, a day or a word of time stands beside them. */
export const UNSURE_MONTHS: ReadonlyMap<string, number> = new Map([
  ['may', 5],
  ['jan', 1],
  ['mar', 3],
]);

export const WEEKDAYS: ReadonlyMap<string, number> = new Map(
  [
    'monday montag lundi lunes',
    'tuesday dienstag mardi martes',
    'wednesday mittwoch mercredi miercoles',
    'thursday donnerstag jeudi jueves',
    'friday freitag vendredi viernes',
    'saturday samstag sonnabend samedi sabado',
    'sunday sonntag dimanche domingo',
  ].flatMap((list, at) => list.split(' ').map((word) => [word, at + 1] as const)),
);

export const NUMBERS: ReadonlyMap<string, number> = new Map(
  [
    'one ein eine einem einen einer un une una uno a an',
    'two zwei deux dos',
    'three drei trois tres',
    'four vier quatre cuatro',
    'five funf fuenf cinq cinco',
    'six sechs seis',
    'seven sieben sept siete',
    'eight acht huit ocho',
    'nine neun neuf nueve',
    'ten zehn dix diez',
    'eleven elf onze once',
    'twelve zwolf zwoelf douze doce',
  ].flatMap((list, at) => list.split(' ').map((word) => [word, at + 1] as const)),
);

export const ORDINALS: ReadonlyMap<string, number> = new Map(
  [
    'first erste ersten erster erstes premier premiere primer primero primera',
    'second zweite zweiten zweiter zweites deuxieme segundo segunda',
    'third dritte dritten dritter drittes troisieme tercer tercero tercera',
    'fourth vierte vierten vierter viertes quatrieme cuarto cuarta',
  ].flatMap((list, at) => list.split(' ').map((word) => [word, at + 1] as const)),
);

/** After a number: "3rd", "1er", "2e". */
export const SUFFIXES: ReadonlySet<string> = new Set([
  'st',
  'nd',
  'rd',
  'th',
  'er',
  'ere',
  'e',
  'eme',
  'o',
  'a',
  'ro',
  'do',
]);

const set = (list: string): ReadonlySet<string> => new Set(list.split(' '));

export const OF = set('of de del du des d');
/** What a stretch begins after. `from`: only where an end follows or nothing else does. */
export const SINCE = set('since seit depuis desde ab after nach');
export const FROM = set('from von vom between zwischen entre du de del desde starting beginning ab dem le el');
export const UNTIL = set('until till til by bis through thru hasta avant antes jusqu before');
export const BETWEEN = set('to and until till til through thru bis und au a al et y hasta – — -');
/** Between "between" and a day: "zwischen dem 3. und dem 7. Mai". */
export const ARTICLES = set('the dem den der zum zur le la el los las les');

/** A month or a day stands after it. */
export const BEFORE_TIME = set(
  'in on for of since until till by from between during and to last next this early late mid before after im am vom seit bis ab fur zwischen und en de du depuis desde hasta para entre et y para el le',
);
/** After "may" or "mar" in the sense of a verb or a noun. */
export const AFTER_VERB = set(
  'i we he she they you it be have not also the my our their someone anyone one who that see ask get know',
);
