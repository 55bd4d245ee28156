/** Slack's markup, in both directions. */

/** More than anybody types in one go; the rest is cut. Characters. */
const LONGEST_TEXT = 8_000;

/**
 * What somebody typed, in plain words: the mention of the bot is left out, channels and links are named, entities decoded.
 * A person stays the account `@U…`, whoever goes by the label: a mention means one person exactly. Linear in the length of the text.
 */
export const toPlainWords = (markup: string, bot: string | null): string =>
  cut(
    decode(markup.replace(/<([^<>]{1,4000})>/g, (_whole, inside: string) => worded(inside, bot))).trim(),
    LONGEST_TEXT,
  ).toWellFormed();

const worded = (inside: string, bot: string | null): string => {
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? '' : inside.slice(bar + 1);
  const sign = target.charAt(0);
  // Labels are what people call themselves; the account is whoever was meant.
  if (sign === '@') return target.slice(1) === bot ? '' : target;
  if (sign === '#') return label === '' ? target : withSign('#', label);
  if (sign !== '!') return label === '' ? target : label;
  if (label !== '') return label;
  return `@${target.slice(1).split('^', 1)[0] ?? ''}`;
};

const withSign = (sign: string, label: string): string => (label.startsWith(sign) ? label : `${sign}${label}`);

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

const decode = (text: string): string => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);

/** So that nothing in it becomes a mention, a channel or a link (Slack requirement 22). */
export const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** At most so many characters, and no half of a pair at the end. */
export const cut = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const end = text.charCodeAt(most - 1);
  return text.slice(0, end >= 0xd800 && end <= 0xdbff ? most - 1 : most);
};
