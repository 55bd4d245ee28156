/** What somebody sees of themselves: their answers that still stand, what is kept of them and until when, and the buttons for it. */
import { plainCard } from '../answer.ts';
import { createLiveAnswers, type LiveAnswer } from '../live-answers.ts';
import { type Local, localTime } from '../local-time.ts';
import type { Look } from '../ports.ts';
import type { PrivacyReplies } from '../replies/privacy-shape.ts';
import { repliesIn } from '../replies/replies.ts';
import { accountKey, stateContext } from '../sealing.ts';
import { keptToken, lastSignIn } from '../sign-in/grants.ts';
import { parseState } from '../state.ts';
import { LOOKS_MS } from '../stored-looks.ts';
import { zoneOf } from '../time-zones.ts';
import type { Account, Button, Card, Locale, Person } from '../types.ts';
import type { World } from '../world.ts';
import { lookButton, nowButton, takeBackButton, viewButtonOf } from './buttons.ts';
import { receiptOf } from './forgetting.ts';
import { moreButton } from './more-time.ts';

/** Answers that are listed; a platform's page has an end. */
const MOST_LISTED = 8;

/** Whose it is, and where they look at it. */
export interface Looking {
  readonly person: Person;
  readonly account: Account;
  readonly conversation: string;
}

export const localOf = (world: Pick<World, 'clock'>, person: Person): Local => ({
  locale: person.locale,
  zone: zoneOf({ said: null, person }),
  now: world.clock.now(),
});

/** Theirs in this workspace or tenant. Null: it could not be looked. */
export const liveOf = async (
  world: World,
  { person, account }: Looking,
  o: { readonly anew: boolean },
): Promise<readonly LiveAnswer[] | null> => {
  const found = await (world.live ?? createLiveAnswers(world)).of(person.id, o);
  const { platform, tenant } = account;
  return found?.filter(({ ref }) => ref.platform === platform && ref.tenant === tenant) ?? null;
};

const lineOf = (texts: PrivacyReplies, local: Local, { askedAt, removeAt }: LiveAnswer): string => {
  const asked = localTime(local, askedAt);
  return removeAt <= local.now
    ? texts.liveDue({ asked })
    : texts.liveOne({
        asked,
        leaves: localTime(local, removeAt),
        minutes: Math.max(1, Math.ceil((removeAt - local.now) / 60_000)),
      });
};

/** Of the bot's own page: a section each, with its buttons. None where nothing stands: nobody reads that there is nothing. */
export const liveSections = (world: World, looking: Looking, live: readonly LiveAnswer[] | null): readonly Card[] => {
  const { person, account } = looking;
  const local = localOf(world, person);
  const texts = repliesIn(person.locale).privacy;
  const { now } = local;
  const at = { sealer: world.sealer, account, now };
  const head = (text: string): Card => ({
    ...plainCard(text),
    title: texts.liveHeading,
    buttons: [lookButton({ ...at, label: texts.lookAgain })],
  });
  if (live === null) return [head(`${texts.live({ at: localTime(local, now) })}\n${texts.liveUnknown}`)];
  if (live.length === 0) return [];
  const more = live.length - MOST_LISTED;
  return [
    head(texts.live({ at: localTime(local, now) })),
    ...live.slice(0, MOST_LISTED).map((answer): Card => {
      const longer = moreButton(world, account, answer, person.locale);
      const { ref, about } = answer;
      const back = takeBackButton({ ...at, ref, about, label: texts.takeBack({ asked: null }) });
      return { ...plainCard(lineOf(texts, local, answer)), buttons: [...(longer === null ? [] : [longer]), back] };
    }),
    ...(more > 0 ? [plainCard(texts.liveMore({ count: more }))] : []),
  ];
};

/** What is kept and until when, as the settings in force have it; and the buttons to see all of it, to be forgotten, and for a receipt. */
export const privacyCard = async (
  world: World,
  looking: Looking,
  live: readonly LiveAnswer[] | null,
): Promise<Card> => {
  const { person, account } = looking;
  const local = localOf(world, person);
  const { now } = local;
  const texts = repliesIn(person.locale).privacy;
  const at = (time: number | null): string | null => (time === null ? null : localTime(local, time));
  const [signedIn, ownToken, mark, talkUntil, receipt, looks] = await Promise.all([
    lastSignIn(world, { person: person.id, now }),
    keptToken(world, { person: person.id, now }),
    world.store.marks.find({ owners: world.sealer.fingerprints(person.id) }),
    talkEnds(world, looking),
    receiptOf(world, person.id),
    world.store.looks.of({ owners: world.sealer.fingerprints(person.id), now }),
  ]);
  const kept = texts.kept({
    platform: account.platform,
    at: localTime(local, now),
    hours: Math.round(world.conversationMs / 3_600_000),
    talkUntil: at(talkUntil),
    signedIn: at(signedIn?.at ?? null),
    told: mark === null ? null : at(mark.at),
    live: live?.length ?? null,
  });
  const button = (verb: keyof typeof texts.buttons): Button =>
    viewButtonOf({ sealer: world.sealer, account, now, verb, label: texts.buttons[verb] });
  const signOutButton = (): Button =>
    nowButton({
      sealer: world.sealer,
      account,
      now,
      verb: 'sign-out',
      label: repliesIn(person.locale).signedIn.signOut,
    });
  return {
    ...plainCard([kept, ...lookedLines(local, looks), texts.stays({ platform: account.platform })].join('\n\n')),
    title: texts.heading,
    buttons: [
      button('everything'),
      button('forget'),
      ...(receipt === null ? [] : [button('receipt')]),
      ...(signedIn === null && ownToken === null ? [] : [signOutButton()]),
    ],
  };
};

/** Looks that are listed; a platform's page has an end. */
const MOST_LOOKED = 5;

/** Who looked at what is kept or logged of somebody, as one part of a text; none where nobody did. */
export const lookedLines = (local: Local, looks: readonly Look[], most: number = MOST_LOOKED): readonly string[] => {
  if (looks.length === 0) return [];
  const texts = repliesIn(local.locale).privacy;
  const lines = looks.slice(0, most).map(({ what, at, entries }) => {
    const until = localTime(local, at + LOOKS_MS);
    return `• ${texts.looked({ what, entries, at: localTime(local, at), until })}`;
  });
  return [[texts.lookedHeading({ more: looks.length - lines.length }), ...lines].join('\n')];
};

/** When what this talk remembers is shredded; null: it remembers nothing. A legal hold that keeps it longer is told to nobody. */
const talkEnds = async (world: World, { account, conversation }: Looking): Promise<number | null> => {
  const { tenant } = account;
  const now = world.clock.now();
  const sealed = await world.store.conversations.read({ tenant, conversation, now });
  if (sealed === null) return null;
  const context = stateContext({ tenant, account: accountKey(account), conversation });
  return parseState(world.sealer.open(context, sealed), now).startedAt + world.conversationMs;
};

/** Opens the bot's own page, where that stands in a view; none where it stands elsewhere. */
export const pageButtons = (
  world: Pick<World, 'platforms' | 'sealer' | 'clock'>,
  { account, locale }: { readonly account: Account; readonly locale: Locale },
): readonly Button[] =>
  world.platforms.get(account.platform)?.pageInView === true
    ? [
        viewButtonOf({
          sealer: world.sealer,
          account,
          now: world.clock.now(),
          verb: 'page',
          label: repliesIn(locale).home.open,
        }),
      ]
    : [];

/** The same as one card, for a chat: a line and a button for each answer that still stands. */
export const privacyMessage = async (world: World, looking: Looking): Promise<Card> => {
  const { person, account } = looking;
  const live = await liveOf(world, looking, { anew: false });
  const made = await privacyCard(world, looking, live);
  const card = { ...made, buttons: [...pageButtons(world, { account, locale: person.locale }), ...made.buttons] };
  const local = localOf(world, person);
  const texts = repliesIn(person.locale).privacy;
  if (live === null || live.length === 0) return card;
  const listed = live.slice(0, MOST_LISTED);
  const lines = listed.map((answer) => `• ${lineOf(texts, local, answer)}`);
  const more = live.length > MOST_LISTED ? [texts.liveMore({ count: live.length - MOST_LISTED })] : [];
  const backs = listed.map(({ ref, about, askedAt }) =>
    takeBackButton({
      sealer: world.sealer,
      account,
      now: local.now,
      ref,
      about,
      label: texts.takeBack({ asked: localTime(local, askedAt) }),
    }),
  );
  return {
    ...card,
    text: [
      `${texts.liveHeading}. ${texts.live({ at: localTime(local, local.now) })}`,
      ...lines,
      ...more,
      '',
      card.text,
    ].join('\n'),
    buttons: [...card.buttons, ...backs],
  };
};
