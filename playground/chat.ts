/** What the chat page shows, taken from the stand-in Slack (what people would see) and the audit trail (why). */
import { systemClock } from '../src/adapters/system/system.ts';
import type { DecisionEntry, DisclosureEntry } from '../src/core/audit.ts';
import type { PerLocale, Restriction } from '../src/core/types.ts';
import type { ChatApi, ChatMessage, ChatPlace, Why } from './chat-page/api.ts';
import type { SamplePerson } from './people.ts';
import { readable } from './readable.ts';
import type { SeenMessage } from './slack/types.ts';
import type { Stage, StagePieces } from './stage.ts';

/** A sign-in given by the switch lasts as long as a strong one is worth, and exists in the playground only. */
const SIGN_IN_MS = 15 * 60_000;

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
  const { slack, people } = pieces;
  const personOf = (id: string): SamplePerson => {
    const person = people.find((each) => each.id === id);
    if (person === undefined) throw new Error('the page asked for a person who is not of the sample');
    return person;
  };
  const channelOf = (person: SamplePerson, place: ChatPlace): string => pieces.talks.slack.channelOf(person, place);

  const messageOf = (message: SeenMessage, index: TrailIndex): ChatMessage => {
    const shown = index.disclosures.get(`${message.channel}:${message.ts}`) ?? null;
    const decided = shown === null ? null : (index.decisions.get(shown.question) ?? null);
    const { text, note, buttons } = readable(message);
    return {
      id: `${message.channel}:${message.ts}`,
      from: message.bot === null ? 'person' : 'sotto',
      text,
      note,
      buttons,
      at: Math.round(Number(message.ts) * 1000),
      leavesAt: shown?.removeAt ?? null,
      ephemeral: message.ephemeralFor !== undefined,
      why: decided,
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
      const { store } = (await o.stage).running.world;
      const person = personOf(id);
      const channel = channelOf(person, place);
      const index = indexOf(pieces);
      const now = clock.now();
      const signedInAt = await store.grants.lastSignIn({ person: id, now });
      const { restrictions } = await store.restrictions.current();
      return {
        messages: slack
          .history({ user: person.slackUser })
          .filter((message) => message.channel === channel)
          .map((message) => messageOf(message, index)),
        signedIn: signedInAt === null ? null : Math.floor((now - signedInAt) / 60_000),
        restricted: restrictions.some((each) => each.id === restriction.id),
      };
    },
    say: async ({ person, place, text }) => {
      await o.stage;
      const { slackUser } = personOf(person);
      await slack.say({
        user: slackUser,
        text,
        channel: place === 'direct' ? null : channelOf(personOf(person), place),
      });
    },
    press: async ({ person, messageId, action, value }) => {
      await o.stage;
      const { slackUser } = personOf(person);
      const message = slack.history({ user: slackUser }).find(({ channel, ts }) => `${channel}:${ts}` === messageId);
      const known =
        message !== undefined &&
        readable(message).buttons.some((button) => button.action === action && button.value === value);
      if (message === undefined || !known) return 'unknown';
      await slack.press({ user: slackUser, channel: message.channel, ts: message.ts, actionId: action, value });
      return 'pressed';
    },
    signIn: async ({ person, on }) => {
      const { world } = (await o.stage).running;
      const { id } = personOf(person);
      const at = clock.now();
      if (on) await world.store.grants.give({ person: id, at, until: at + SIGN_IN_MS });
      else await world.store.grants.end({ person: id });
      await world.audit.append({
        kind: 'grant',
        at,
        person: world.sealer.fingerprint(id),
        change: on ? 'given' : 'ended',
        by: 'playground',
      });
    },
    restrict: async ({ on }) => {
      const { running } = await o.stage;
      const { store, audit } = running.world;
      const version = on
        ? await store.restrictions.publish({ restriction })
        : await store.restrictions.lift({ id: restriction.id });
      await running.refreshRestrictions();
      await audit.append({
        kind: 'restriction',
        at: clock.now(),
        restriction: restriction.id,
        change: on ? 'published' : 'lifted',
        version,
        by: 'playground',
      });
    },
    onChange: (listener) => {
      const stops = [
        slack.onChange(() => listener({ person: null })),
        pieces.onTrail(() => listener({ person: null })),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
};

interface TrailIndex {
  /** By channel and ts. */
  readonly disclosures: ReadonlyMap<string, DisclosureEntry>;
  /** By question. */
  readonly decisions: ReadonlyMap<string, Why>;
}

const indexOf = ({ trail }: StagePieces): TrailIndex => {
  const disclosures = new Map<string, DisclosureEntry>();
  const decisions = new Map<string, Why>();
  for (const { entry, receipt } of trail) {
    if (entry.kind === 'disclosure') disclosures.set(`${entry.channel}:${entry.message}`, entry);
    if (entry.kind === 'decision') decisions.set(entry.question, whyOf(entry, receipt.index));
    const why = entry.kind === 'data-refused' ? decisions.get(entry.question) : undefined;
    if (entry.kind === 'data-refused' && why !== undefined) {
      decisions.set(entry.question, { ...why, verdict: 'refuse', reasons: entry.reasons });
    }
  }
  return { disclosures, decisions };
};

const whyOf = (entry: DecisionEntry, auditIndex: number): Why => {
  const { verdict, intent, topics, about, reasons, show, expiresSeconds, policy } = entry;
  return { verdict, intent, topics, about, reasons, show, expiresSeconds, auditIndex, policy };
};
