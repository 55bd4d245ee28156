/** Adaptive Cards: what Teams would take, and what a person would then read. Kinds that Sotto does not send are refused. */
import { isFields } from '../../src/adapters/bounded/fields.ts';
import { markdown, only, type Shown, textAt } from './card-parts.ts';
import { formFault, inputFault, isInput } from './inputs.ts';
import { CARD_TYPE, CARD_VERSION, COLOURS, MOST_ACTIONS, OAUTH_TYPE } from './rules.ts';
import type { Json } from './types.ts';

export const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isFields) : []);

type Where = 'message' | 'dialog';

/** Why Teams would not take the attachment; null: it would. Sotto asks in dialogs alone. */
export const attachmentFault = (attachment: unknown, where: Where): string | null => {
  if (!isFields(attachment)) return 'an attachment is no object';
  if (attachment['contentType'] === OAUTH_TYPE) return oauthFault(attachment['content'], where);
  if (attachment['contentType'] !== CARD_TYPE) return 'unsupported contentType';
  const card = attachment['content'];
  if (!isFields(card) || card['type'] !== 'AdaptiveCard') return 'no AdaptiveCard';
  const version = /^(\d)\.(\d)$/.exec(textAt(card, 'version'));
  const [most, minor] = CARD_VERSION;
  if (version === null || Number(version[1]) !== most || Number(version[2]) > minor) return 'unsupported version';
  const body = card['body'];
  if (!Array.isArray(body) || body.length === 0) return 'an empty card';
  return (
    only(card, ['type', '$schema', 'version', 'body', 'lang', 'fallbackText', 'speak', 'msteams']) ??
    unseenFault(card, where) ??
    body.map((element: unknown) => elementFault(element, where)).find((why) => why !== null) ??
    formFault(
      objects(body),
      shownCard(card).buttons.map(({ data }) => data),
    ) ??
    alikeFault(objects(body))
  );
};

/** Teams' client asks for a token by it, or shows its button; the id is all that comes back of it. */
const oauthFault = (card: unknown, where: Where): string | null => {
  if (where !== 'message' || !isFields(card)) return 'no OAuth card';
  const resource = isFields(card['tokenExchangeResource']) ? card['tokenExchangeResource'] : {};
  const [button, ...more] = objects(card['buttons']);
  if (button === undefined || more.length > 0 || button['type'] !== 'signin') return 'an OAuth card without its button';
  if (!/^https?:\/\//.test(textAt(button, 'value'))) return 'a button that leads nowhere';
  if (!/^api:\/\/.{1,200}$/.test(textAt(resource, 'uri'))) return 'an OAuth card for no application';
  const said = [textAt(card, 'text'), textAt(card, 'connectionName'), textAt(button, 'title'), textAt(resource, 'id')];
  if (said.includes('')) return 'an OAuth card that leaves something unsaid';
  return (
    only(card, ['text', 'connectionName', 'tokenExchangeResource', 'buttons']) ??
    only(button, ['type', 'title', 'value']) ??
    only(resource, ['id', 'uri'])
  );
};

const SPACINGS = [undefined, 'default', 'none', 'small', 'medium', 'large'];
const SIZES = [undefined, 'default', 'small', 'medium'];

/** What names the card to whoever hears it, and stands for it where a client cannot draw it. A dialog has its title for that. */
const unseenFault = (card: Json, where: Where): string | null =>
  (['speak', 'fallbackText'] as const).flatMap((name) => {
    const words = textAt(card, name);
    if (words.trim() === '') return where === 'message' ? [`a card without ${name}`] : [];
    // Some read it as markup: what is read out as SSML, the other as markdown.
    const { links, pings, text } = marked(words);
    return links.length > 0 || pings.length > 0 || text !== words ? [`markup in ${name}`] : [];
  })[0] ?? null;

const elementFault = (card: unknown, where: Where): string | null => {
  if (!isFields(card)) return 'an element is no object';
  const { separator, ...element } = card;
  if (separator !== undefined && typeof separator !== 'boolean') return 'bad separator';
  if (!SPACINGS.some((spacing) => spacing === element['spacing'])) return 'bad spacing';
  if (isInput(element)) return where === 'dialog' ? inputFault(element) : 'an input in a message';
  switch (element['type']) {
    case 'TextBlock':
      return (
        only(element, ['type', 'text', 'wrap', 'spacing', 'size', 'isSubtle', 'weight', 'style']) ??
        wordsFault(element) ??
        headingFault(element)
      );
    case 'RichTextBlock':
      return only(element, ['type', 'inlines', 'spacing']) ?? inlinesFault(element['inlines']);
    case 'ActionSet':
      return only(element, ['type', 'actions', 'spacing']) ?? actionsFault(element['actions']);
    default:
      return 'unsupported element';
  }
};

const wordsFault = (element: Json): string | null => {
  if (textAt(element, 'text') === '') return 'an element without text';
  return SIZES.some((size) => size === element['size']) ? null : 'bad size';
};

/** A line that does not wrap is cut on a phone. */
const headingFault = ({ style, wrap }: Json): string | null => {
  if (style !== undefined && style !== 'default' && style !== 'heading') return 'bad style';
  return wrap === true ? null : 'a text that is cut';
};

const inlinesFault = (inlines: unknown): string | null => {
  if (!Array.isArray(inlines) || inlines.length === 0) return 'no inlines';
  return (
    inlines
      .map((inline: unknown) => {
        if (!isFields(inline) || inline['type'] !== 'TextRun') return 'unsupported inline';
        if (!COLOURS.some((colour) => colour === inline['color'])) return 'bad color';
        return only(inline, ['type', 'text', 'size', 'isSubtle', 'weight', 'color']) ?? wordsFault(inline);
      })
      .find((why) => why !== null) ?? null
  );
};

const actionsFault = (actions: unknown): string | null => {
  if (!Array.isArray(actions) || actions.length === 0 || actions.length > MOST_ACTIONS) return 'bad number of actions';
  return (
    actions
      .map((action: unknown) => {
        if (!isFields(action)) return 'unsupported action';
        if (textAt(action, 'title') === '') return 'an action without title';
        if (action['type'] === 'Action.OpenUrl') return openingFault(action);
        if (action['type'] !== 'Action.Submit') return 'unsupported action';
        if (!isFields(action['data'])) return 'an action without data';
        if (!heardAs(action).startsWith(textAt(action, 'title'))) return 'a button that is heard as another';
        return only(action, ['type', 'title', 'data', 'style', 'tooltip']);
      })
      .find((why) => why !== null) ?? null
  );
};

/** A button that leads to a page: it brings nothing back. */
const openingFault = (action: Json): string | null =>
  /^https?:\/\/[^\s<>"]{1,2000}$/.test(textAt(action, 'url'))
    ? only(action, ['type', 'title', 'url', 'style', 'tooltip'])
    : 'a button that leads nowhere';

/** What a screen reader says of a button: its tooltip takes the place of its title. */
const heardAs = (action: Json): string => textAt(action, 'tooltip') || textAt(action, 'title');

/** Whoever hears a card must be able to tell its buttons apart. */
const alikeFault = (body: readonly Json[]): string | null => {
  const heard = body.flatMap((element) => objects(element['actions'])).map(heardAs);
  return new Set(heard).size === heard.length ? null : 'two buttons that sound alike';
};

/** `apart`: more room above it than between two lines. */
interface ShownWords extends Shown {
  readonly apart: boolean;
  /** It is a heading, or begins with so many letters in bold type. */
  readonly title: boolean;
  readonly bold: number;
}

/** It leads to a page. */
interface ShownLink {
  readonly label: string;
  readonly url: string;
}

export interface ShownButton {
  readonly label: string;
  readonly data: Json;
}

/** Everything of a card that a person reads, top to bottom. `TextBlock`s read markdown and mentions, `TextRun`s nothing but dates. */
export const shownCard = (
  card: Json,
): {
  readonly words: readonly ShownWords[];
  readonly buttons: readonly ShownButton[];
  readonly links: readonly ShownLink[];
} => {
  const body = objects(card['body']);
  const actions = body
    .filter((element) => element['type'] === 'ActionSet')
    .flatMap((element) => objects(element['actions']));
  return {
    words: body.flatMap((element, at): ShownWords[] => {
      const text = textAt(element, 'text');
      const apart = at > 0 && element['spacing'] === 'medium';
      if (element['type'] === 'TextBlock') {
        const title = element['style'] === 'heading';
        return [{ ...markdown(dated(text)), small: isSmall(element), apart, title, bold: 0 }];
      }
      if (element['type'] !== 'RichTextBlock') return [];
      const runs = objects(element['inlines']);
      const whole = runs.map((run) => dated(textAt(run, 'text'))).join('');
      const plainAt = runs.findIndex(({ weight }) => weight !== 'bolder');
      const bold = runs
        .slice(0, plainAt === -1 ? 0 : plainAt)
        .map((run) => dated(textAt(run, 'text')))
        .join('').length;
      const title = runs.length > 0 && plainAt === -1;
      return [{ text: whole, small: runs.every(isSmall), links: [], pings: [], apart, title, bold }];
    }),
    links: actions
      .filter((action) => action['type'] === 'Action.OpenUrl')
      .map((action) => ({ label: textAt(action, 'title'), url: textAt(action, 'url') })),
    buttons: actions
      .filter((action) => action['type'] === 'Action.Submit')
      .map((action) => ({ label: textAt(action, 'title'), data: isFields(action['data']) ? action['data'] : {} })),
  };
};

const isSmall = (words: Json): boolean => words['size'] === 'small' && words['isSubtle'] === true;

/** A macro of Adaptive Cards, in all texts. */
const dated = (text: string): string => text.replace(/\{\{(?:DATE|TIME)\([^(){}]{0,80}\)\}\}/g, '[a date]');

/** What a client makes of a text that is not plain: markdown, tags that go, addresses that lead somewhere. */
export const marked = (source: string): Omit<Shown, 'small'> => {
  const found = markdown(source);
  const targets = [...found.text.matchAll(/<a\s[^<>]{0,200}?href="([^"<>]{0,2000})"/gi)].map(
    ([, target = '']) => target,
  );
  return {
    ...found,
    text: found.text.replace(/<\/?[a-z][^<>]{0,500}>/gi, ''),
    links: [...found.links, ...targets, ...addressesIn(found.text)],
  };
};

/** Bare addresses in a message's own text become links, whatever its format. */
export const addressesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\bhttps?:\/\/[^\s<>"]{1,2000}/gi)].map(([address]) => address);
