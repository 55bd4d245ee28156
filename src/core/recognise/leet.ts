/** Signs and digits that stand for letters. */

/** Each sign and the letters it may stand for, likeliest first. */
const LEET: ReadonlyMap<string, string> = new Map([
  ['0', 'o'],
  ['1', 'il'],
  ['2', 'z'],
  ['3', 'e'],
  ['4', 'a'],
  ['5', 's'],
  ['6', 'gb'],
  ['7', 't'],
  ['8', 'b'],
  ['9', 'g'],
  ['@', 'a'],
  ['$', 's'],
  ['!', 'il'],
  ['|', 'li'],
  ['+', 't'],
  ['(', 'c'],
  ['<', 'c'],
  ['#', 'h'],
  ['€', 'e'],
  ['£', 'l'],
  ['¢', 'c'],
  ['¥', 'y'],
]);
const LEET_SIGN = /[0-9@$!|+(<#€£¢¥]/;
const LETTER = /\p{L}/u;

/** Letters that are drawn with several signs, the longest first. */
const DRAWN: readonly (readonly [RegExp, string])[] = [
  [/\|\\\/\|/g, 'm'],
  [/\/-\\/g, 'a'],
  [/\|-\|/g, 'h'],
  [/\|\\\|/g, 'n'],
  [/\|_\|/g, 'u'],
  [/\\\/\\\//g, 'w'],
  [/\/\\/g, 'a'],
  [/\\\//g, 'v'],
  [/\|\)/g, 'd'],
  [/\|</g, 'k'],
  [/\(\)/g, 'o'],
];
const IS_DRAWN = /[\\|(]/;

/** An amount, a moment, an ordinal: digits first, then what is counted. Never a disguised word (recogniser requirement 6). */
const QUANTITY =
  /^[0-9]+(?:[.,:][0-9]+)*(?:k|m|x|h|am|pm|st|nd|rd|th|ste|er|re|e|eme|ere|o|a|d|w|y|hrs?|min|km|gb|mb|tb|eur|usd)?$/;

export const isQuantity = (word: string): boolean => QUANTITY.test(word);
export const isLeetSign = (sign: string): boolean => LEET.has(sign);

/** So many signs with two readings are read each by itself; of more, all alike. */
const MOST_AMBIGUOUS = 4;

/** All readings of a word of letters and signs, likeliest first; none where there is nothing to be read. */
export const readings = (word: string): readonly string[] => {
  const plain = IS_DRAWN.test(word) ? DRAWN.reduce((drawn, [sign, letter]) => drawn.replace(sign, letter), word) : word;
  const drawn = plain === word ? [] : [plain];
  if (!LEET_SIGN.test(plain) || !LETTER.test(plain)) return drawn;
  let ambiguous = 0;
  for (const sign of plain) if ((LEET.get(sign)?.length ?? 1) > 1) ambiguous++;
  const each = ambiguous <= MOST_AMBIGUOUS;
  const count = each ? 2 ** ambiguous : 2;
  const read = Array.from({ length: count }, (_, choice) => {
    let at = 0;
    let letters = '';
    for (const sign of plain) {
      const meant = LEET.get(sign);
      if (meant === undefined) letters += sign;
      else if (meant.length === 1) letters += meant;
      else letters += meant[each ? (choice >> at++) & 1 : choice] ?? '';
    }
    return letters;
  });
  return [...drawn, ...read];
};
