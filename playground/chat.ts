/** What the chat page shows, taken from the stand-ins for the platforms (what people would see) and the audit trail (why). */
import { systemClock } from '../src/adapters/system/system.ts';
import { endSignIns } from '../src/core/sign-in/ends.ts';
import { lastSignIn } from '../src/core/sign-in/grants.ts';
import { signedIn } from '../src/core/signed-in.ts';
import type { Store } from '../src/core/store-ports.ts';
import { type MessageRef, type PerLocale, type Restriction, VIEW_CHANNEL } from '../src/core/types.ts';
import {
  type ChatApi,
  type ChatMessage,
  type ChatPane,
  type ChatPlace,
  type ChatPlatform,
  type ChatView,
  MOST_MESSAGES,
} from './chat-page/api.ts';
import type { SamplePerson } from './people.ts';
import type { Stage, StagePieces } from './stage.ts';
import { setRestriction } from './switch.ts';
import type { Talk, TalkMessage, TalkView } from './talk.ts';
import { indexTrail, messageId, type TrailIndex } from './trail.ts';

/** A sign-in given by the switch lasts as long as a strong one is worth, and exists in the playground only. */
const SIGN_IN_MS = 15 * 60_000;

/** As people type it, with what they ask behind it. */
const COMMAND = /^\s*\/sotto(?:\s+([\s\S]*))?$/i;

/** The last time that there is, ms since the epoch. */
const FAR = 8_640_000_000_000_000;

const ROLES: Readonly<Record<string, PerLocale<string>>> = {
  erin: { en: 'Employee in Germany, reports to Mona', de: 'Angestellte in Deutschland, berichtet an Mona' },
  evan: { en: 'Employee in the United States', de: 'Angestellter in den USA' },
  mona: { en: 'Manager; Erin reports to her', de: 'Führungskraft; Erin berichtet an sie' },
  hugo: { en: 'Human resources', de: 'Personalabteilung' },
  hana: { en: 'Head of human resources', de: 'Leiterin der Personalabteilung' },
  pia: { en: 'Payroll: may ask about pay', de: 'Lohnbuchhaltung: darf nach Gehältern fragen' },
  carl: { en: 'Contractor', de: 'Freier Mitarbeiter' },
  gus: { en: 'Guest', de: 'Gast' },
  xena: {
    en: 'From another company, through a shared channel',
    de: 'Von einer anderen Firma, über einen geteilten Kanal',
  },
};

export const createChat = (o: {
  readonly pieces: StagePieces;
  /** Set once everything runs; requests before that wait for it. */
  readonly stage: Promise<Stage>;
  /** HR's restriction that the page's switch publishes and lifts. */
  readonly restriction: Restriction;
}): ChatApi => {
  const { pieces, restriction } = o;
  const clock = systemClock();
  const { people } = pieces;
  const talks: Readonly<Record<ChatPlatform, Talk>> = pieces.talks;
  const tenants: Readonly<Record<ChatPlatform, string>> = { slack: pieces.teamId, teams: pieces.tenantId };
  const personOf = (id: string): SamplePerson => {
    const person = people.find((each) => each.id === id);
    if (person === undefined) throw new Error('the page asked for a person who is not of the sample');
    return person;
  };

  const paneOf = async (o: {
    readonly platform: ChatPlatform;
    readonly person: SamplePerson;
    readonly place: ChatPlace;
    readonly index: TrailIndex;
    readonly store: Store;
  }): Promise<ChatPane> => {
    const talk = talks[o.platform];
    const channel = talk.channelOf(o.person, o.place);
    const here = talk.messages(o.person).filter((message) => message.channel === channel);
    const view = talk.view(o.person);
    return {
      messages: await Promise.all(
        here.slice(-MOST_MESSAGES).map(async (message) => {
          const ref = { platform: o.platform, tenant: tenants[o.platform], channel, id: message.id };
          return withReasons({ message, ref, ...o });
        }),
      ),
      view: view === null ? null : viewOf(view, o.index),
      home: talk.home?.read(o.person) ?? null,
    };
  };

  return {
    people: () =>
      people.map(({ id, name, kind, locale }) => ({
        id,
        name,
        kind,
        locale,
        role: ROLES[id] ?? { en: kind, de: kind },
      })),
    state: async ({ person: id, place }) => {
      const { world } = (await o.stage).running;
      const { store } = world;
      const person = personOf(id);
      const index = indexTrail(pieces);
      const now = clock.now();
      const at = { person, place, index, store };
      const [slack, teams, signIn, { restrictions }] = await Promise.all([
        paneOf({ platform: 'slack', ...at }),
        paneOf({ platform: 'teams', ...at }),
        lastSignIn(world, { person: id, now }),
        store.restrictions.current(),
      ]);
      return {
        panes: { slack, teams },
        signedIn: signIn === null ? null : Math.floor((now - signIn.at) / 60_000),
        restricted: restrictions.some((each) => each.id === restriction.id),
      };
    },
    say: async ({ person: id, place, text, platforms }) => {
      await o.stage;
      const person = personOf(id);
      const command = COMMAND.exec(text);
      const said = await Promise.allSettled(
        platforms.map(async (each) => {
          const { aside, say } = talks[each];
          if (command === null) return say({ person, place, text });
          // Where there are no commands nothing is said: the question would stand there for all to read.
          const status = await aside?.command({ person, place, text: command[1] ?? '' });
          return status === undefined || status === 200 ? status : Promise.reject(new Error('not taken'));
        }),
      );
      const failed = platforms.filter((_, at) => said[at]?.status === 'rejected');
      if (failed.length === platforms.length) throw new Error('no platform took what was said');
      return { failed };
    },
    press: async ({ person: id, platform, messageId: pressed, action, value }) => {
      await o.stage;
      const person = personOf(id);
      const message = talks[platform].messages(person).find((each) => messageId(each) === pressed);
      const known = message?.buttons.some((button) => button.action === action && button.value === value);
      if (message === undefined || known !== true) return 'unknown';
      await talks[platform].press({ person, channel: message.channel, id: message.id, action, value });
      return 'pressed';
    },
    closeView: async ({ person: id, platform, id: view }) => {
      await o.stage;
      const person = personOf(id);
      if (talks[platform].view(person)?.id !== view) return 'unknown';
      talks[platform].closeView(person);
      return 'closed';
    },
    pressView: async ({ person: id, platform, id: view, action, value }) => {
      await o.stage;
      const outcome = await talks[platform].pressView?.({ person: personOf(id), id: view, action, value });
      return outcome === undefined || outcome === 'unknown' ? 'unknown' : 'pressed';
    },
    askPrivately: async ({ person: id, platform }) => {
      await o.stage;
      const { aside } = talks[platform];
      if (aside === undefined) return 'unknown';
      await aside.shortcut({ person: personOf(id), message: null });
      return 'opened';
    },
    openHome: async ({ person: id, platform }) => {
      await o.stage;
      const { home } = talks[platform];
      if (home === undefined) return 'unknown';
      await home.open(personOf(id));
      return 'opened';
    },
    pressHome: async ({ person: id, platform, action, value }) => {
      await o.stage;
      const person = personOf(id);
      const { home } = talks[platform];
      const standing = home?.read(person)?.sections.flatMap(({ buttons }) => buttons) ?? [];
      const known = standing.some((button) => button.action === action && button.value === value);
      if (home === undefined || !known) return 'unknown';
      await home.press({ person, action, value });
      return 'pressed';
    },
    submit: async ({ person: id, platform, id: view, values }) => {
      await o.stage;
      const outcome = await talks[platform].submit({ person: personOf(id), id: view, values });
      return outcome === 'unknown' ? 'unknown' : 'sent';
    },
    signIn: async ({ person, on }) => {
      const { world } = (await o.stage).running;
      const { id } = personOf(person);
      if (!on) {
        await endSignIns(world, { person: id, why: 'playground' });
        return;
      }
      const at = clock.now();
      await signedIn(world, { person: id, at, until: at + SIGN_IN_MS, by: 'playground' });
    },
    restrict: async ({ on }) => {
      await setRestriction((await o.stage).running.world, { restriction, on });
    },
    onChange: (listener) => {
      const stops = [
        talks.slack.onChange(() => listener({ person: null })),
        talks.teams.onChange(() => listener({ person: null })),
        pieces.onTrail(() => listener({ person: null })),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
};

/** A message with what the audit trail and the store know of it. */
const withReasons = async (o: {
  readonly message: TalkMessage;
  readonly ref: MessageRef;
  readonly index: TrailIndex;
  readonly store: Store;
}): Promise<ChatMessage> => {
  const { from, text, parts, note, buttons, links = [], at, ephemeral } = o.message;
  const id = messageId(o.ref);
  const shown = o.index.disclosures.get(id) ?? null;
  const why = shown === null ? null : (o.index.whys.get(id) ?? null);
  const removeAt = shown?.removeAt ?? null;
  // A press moves the end: of a view's message nearer, of an answer later, and what an answer leaves behind has one of its
  // own. To ask for the end on record is to ask for one no nearer than any.
  const end = removeAt === null ? null : await o.store.expiries.sooner({ ref: o.ref, removeAt: FAR });
  const laid = parts === undefined ? {} : { parts };
  const leading = links.length === 0 ? {} : { links };
  return { id, from, text, ...laid, note, buttons, ...leading, at, leavesAt: end ?? removeAt, ephemeral, why };
};

const viewOf = (view: TalkView, { disclosures, blanked }: TrailIndex): ChatView => {
  const shown = disclosures.get(messageId({ channel: VIEW_CHANNEL, id: view.id }));
  const blank = blanked.has(view.id);
  return { ...view, leavesAt: blank ? null : (shown?.removeAt ?? null), blank };
};
