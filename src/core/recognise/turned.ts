/** Letters that stand on their heads. */

/** In no ordinary text: two of them, and somebody turned it. */
const SURE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ɐ: 'a',
    Ɐ: 'a',
    ɔ: 'c',
    ǝ: 'e',
    ɟ: 'f',
    Ⅎ: 'f',
    ƃ: 'g',
    ɥ: 'h',
    ᴉ: 'i',
    ɾ: 'j',
    ʞ: 'k',
    ꞁ: 'l',
    ɯ: 'm',
    ɹ: 'r',
    ᴚ: 'r',
    ʇ: 't',
    ʌ: 'v',
    ʍ: 'w',
    ʎ: 'y',
    '⅄': 'y',
  }),
);

/** What further letters turn into in a text that was turned. */
const FURTHER: ReadonlyMap<string, string> = new Map(
  Object.entries({
    b: 'q',
    d: 'p',
    p: 'd',
    q: 'b',
    n: 'u',
    u: 'n',
    ı: 'i',
    ן: 'l',
    '¿': '?',
    '¡': '!',
    '6': '9',
    '9': '6',
  }),
);

const FEWEST = 2;

/** The text as it reads on its feet, where it was turned; what is turned is read from its end. */
export const turnedBack = (text: string): string => {
  let found = 0;
  for (const letter of text) if (letter > '\x7f' && SURE.has(letter)) found++;
  if (found < FEWEST) return text;
  let back = '';
  for (const letter of text) back = (SURE.get(letter) ?? FURTHER.get(letter) ?? letter) + back;
  return back;
};

/** What stands upright beside them: the text without the words that hold such a letter. */
export const withoutTurned = (text: string): string =>
  text.replace(/\S+/g, (word) => ([...word].some((letter) => letter > '\x7f' && SURE.has(letter)) ? ' ' : word));
