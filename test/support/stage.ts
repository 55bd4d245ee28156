/** A whole Sotto between stand-ins, for conversations over real http: quiet, without Slack's limits, in a folder of its own. */

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SamplePerson } from '../../playground/people.ts';
import type { StagePlace } from '../../playground/places.ts';
import { type Stage, type StageOptions, startStage } from '../../playground/stage.ts';
import { pressView, type TalkMessage } from '../../playground/talk.ts';
import { claimForPlaying } from '../../src/adapters/files/data-folder.ts';
import type { Config, SlackMode, StoreConfig } from '../../src/config.ts';
import type { AuditEntry, DecisionEntry, DisclosureEntry } from '../../src/core/audit.ts';
import { transcriptsOf } from '../../src/core/held.ts';
import type { Namer } from '../../src/core/ports.ts';
import { MOST_SIGN_IN_MS } from '../../src/core/sign-in/grants.ts';
import { signedIn } from '../../src/core/signed-in.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { sharedModels } from './shared-model.ts';
import { haveSignedIn } from './signing-in.ts';
import { until } from './until.ts';

/** What a decision on something else than a question rests on. */
const NO_QUESTIONS: ReadonlySet<string> = new Set(['home', 'welcome', 'aside-form']);

export interface TestStage extends Stage {
  readonly folder: string;
  /** Says it as this person and waits until Sotto is done with it; returns how it ended. */
  ask(o: {
    readonly who: string;
    readonly says: string;
    readonly where?: StagePlace;
    /** Default: Slack. */
    readonly on?: PlatformName;
    /** Default: by a message. `form`: a shortcut opens it, on no message. */
    readonly by?: 'message' | 'command' | 'form';
    /** In a thread of that place. */
    readonly thread?: boolean;
  }): Promise<Ended>;
  /** Presses the button of the message that answered, and reads the view that it opens. */
  press(o: { readonly who: string; readonly ended: Ended }): Promise<string>;
  /** Presses the button with this label, which is answered at once and by no message of its own; returns what is said. */
  tell(o: { readonly who: string; readonly ended: Ended; readonly label: string }): Promise<string>;
  /** Lets the time of the message that answered be up; returns what stands in its place. */
  leave(o: { readonly who: string; readonly ended: Ended }): Promise<string>;
  /** Presses the button with this label, which asks, and waits until Sotto is done with it. */
  askBy(o: { readonly who: string; readonly ended: Ended; readonly label: string }): Promise<Ended>;
  signIn(who: string, minutesAgo: number): Promise<void>;
  /** Signs in as the core has it, so that what waits for that is answered; returns how this question ended then. */
  signInFor(o: { readonly who: string; readonly ended: Ended }): Promise<Ended>;
  user(who: string): string;
  /** Of the sample; throws where nobody is called so. */
  person(who: string): SamplePerson;
  /** Whatever people talked about is forgotten: each talk begins anew. */
  forgetTalks(): Promise<void>;
  end(): Promise<void>;
}

export interface Ended {
  readonly on: PlatformName;
  readonly question: string;
  readonly decision: DecisionEntry;
  readonly disclosure: DisclosureEntry | null;
  /** The words of the message that answered, as the person reads them. */
  readonly said: string;
  /** All that the person's client now holds of that message. */
  readonly visible: string;
  /** Labels of its buttons. */
  readonly buttons: readonly string[];
}

export const openStage = async (
  o: {
    readonly folder?: string;
    readonly policiesFolder?: string;
    readonly store?: StoreConfig;
    readonly securityContact?: string;
    readonly namer?: Namer;
    /** Whether everybody is told once how Sotto works; default: nobody is, for it would stand beside every first answer. */
    readonly firstUse?: boolean;
    readonly peopleFile?: string;
    readonly hrDataFile?: string;
    readonly backendAs?: StageOptions['backendAs'];
    /** See `StartOptions`. */
    readonly unsafeAudit?: StageOptions['unsafeAudit'];
    /** See `StageOptions`. */
    readonly slackGroups?: StageOptions['slackGroups'];
    readonly slackMode?: SlackMode;
    /** See `StageOptions`. */
    readonly publicUrl?: string;
    readonly signIn?: NonNullable<Config['signIn']>;
    readonly teamsAppId?: string;
    readonly teamsSingleSignOn?: boolean;
    readonly teamsTargeted?: boolean;
    readonly teamsTargetedMode?: 'on' | 'refused' | 'ignored';
    /** Default: one that is free. */
    readonly port?: number;
  } = {},
): Promise<TestStage> => {
  const folder = o.folder ?? mkdtempSync(join(tmpdir(), 'sotto-'));
  claimForPlaying(join(folder, 'data'));
  const stage = await startStage({
    dataFolder: join(folder, 'data'),
    host: '127.0.0.1',
    port: o.port ?? 0,
    opsPort: 0,
    policiesFolder: o.policiesFolder ?? null,
    limits: false,
    quiet: true,
    unsafeModelCache: sharedModels(),
    // The vendor's library remembers by app id for as long as this process lives.
    teamsAppId: o.teamsAppId ?? randomUUID(),
    ...(o.store === undefined ? {} : { store: o.store }),
    ...(o.slackMode === undefined ? {} : { slackMode: o.slackMode }),
    ...(o.publicUrl === undefined ? {} : { publicUrl: o.publicUrl }),
    ...(o.signIn === undefined ? {} : { signIn: o.signIn }),
    ...(o.teamsSingleSignOn === undefined ? {} : { teamsSingleSignOn: o.teamsSingleSignOn }),
    ...(o.teamsTargeted === undefined ? {} : { teamsTargeted: o.teamsTargeted }),
    ...(o.teamsTargetedMode === undefined ? {} : { teamsTargetedMode: o.teamsTargetedMode }),
    ...(o.peopleFile === undefined ? {} : { peopleFile: o.peopleFile }),
    ...(o.hrDataFile === undefined ? {} : { hrDataFile: o.hrDataFile }),
    ...(o.backendAs === undefined ? {} : { backendAs: o.backendAs }),
    ...(o.unsafeAudit === undefined ? {} : { unsafeAudit: o.unsafeAudit }),
    ...(o.slackGroups === undefined ? {} : { slackGroups: o.slackGroups }),
    ...(o.securityContact === undefined ? {} : { securityContact: o.securityContact }),
    ...(o.namer === undefined ? {} : { namer: o.namer }),
    firstUse: o.firstUse ?? false,
  });
  if (o.slackMode === 'socket') await until(() => stage.slack.sockets.open().length > 0);
  const personOf = (who: string): SamplePerson => {
    const person = stage.people.find(({ id }) => id === who);
    if (person === undefined) throw new Error(`nobody of the sample is called ${who}`);
    return person;
  };
  const messageOf = (on: PlatformName, who: string, disclosure: DisclosureEntry | null): TalkMessage | undefined =>
    stage.talks[on]
      .messages(personOf(who))
      .find(({ channel, id }) => channel === disclosure?.channel && id === disclosure.message);
  const standing = ({ who, ended }: { readonly who: string; readonly ended: Ended }): TalkMessage => {
    const message = messageOf(ended.on, who, ended.disclosure);
    if (message === undefined) throw new Error(`nothing stands of ${ended.question}`);
    return message;
  };
  const pressLabel = async (o: { readonly who: string; readonly ended: Ended; readonly label: string }) => {
    const { channel, id, buttons } = standing(o);
    const button = buttons.find(({ label }) => label === o.label);
    if (button === undefined) throw new Error(`${o.ended.question} has no button ${o.label}`);
    const { action, value } = button;
    const status = await stage.talks[o.ended.on].press({ person: personOf(o.who), channel, id, action, value });
    if (status !== 200) throw new Error(`the press was answered ${status}`);
  };
  const endedBy = async (on: PlatformName, who: string, question: string): Promise<Ended> => {
    await until(() => entries(question).some(({ kind }) => kind === 'disclosure' || kind === 'undeliverable'));
    await until(async () => (await stage.running.world.store.inbox.backlog()).claimed === 0);
    return endedOf({ on, who, question });
  };
  const expectOk = (status: number | 'unknown'): void => {
    if (status !== 200) throw new Error(`it was answered ${status}`);
  };
  /** The question that comes of what is done; opening a form or the page is a decision of its own, and none of these. */
  const newQuestion = async (act: () => Promise<void>): Promise<string> => {
    const decided = (): readonly DecisionEntry[] =>
      stage.trail.flatMap(({ entry }) =>
        entry.kind === 'decision' && !entry.reasons.some((reason) => NO_QUESTIONS.has(reason)) ? [entry] : [],
      );
    const known = new Set(decided().map(({ question }) => question));
    await act();
    const found = (): string | undefined => decided().find(({ question }) => !known.has(question))?.question;
    await until(() => found() !== undefined);
    return found() ?? '';
  };
  const entries = (question: string): readonly AuditEntry[] =>
    stage.trail.map(({ entry }) => entry).filter((entry) => 'question' in entry && entry.question === question);

  const endedOf = ({ on, who, question }: Pick<Ended, 'on' | 'question'> & { readonly who: string }): Ended => {
    const all = entries(question);
    const decision = all.findLast((entry): entry is DecisionEntry => entry.kind === 'decision');
    const disclosure = all.findLast((entry): entry is DisclosureEntry => entry.kind === 'disclosure') ?? null;
    if (decision === undefined) throw new Error(`no decision on record for ${question}`);
    const message = messageOf(on, who, disclosure);
    const said = `${message?.text ?? ''}\n${message?.note ?? ''}`;
    const buttons = message?.buttons.map(({ label }) => label) ?? [];
    return { on, question, decision, disclosure, said, visible: message?.raw ?? '', buttons };
  };

  return {
    ...stage,
    // Another one after each restart.
    get running() {
      return stage.running;
    },
    folder,
    user: (who) => personOf(who).slackUser,
    person: personOf,
    forgetTalks: async () => {
      const { world } = stage.running;
      for await (const { tenant, conversation } of transcriptsOf(world))
        await world.store.conversations.shred({ tenant, conversation });
    },
    ask: async ({ who, says, where = 'direct', on = 'slack', by = 'message', thread = false }) => {
      const talk = stage.talks[on];
      const person = personOf(who);
      if (by === 'message') {
        const { question } = await talk.say({ person, place: where, text: says, thread });
        return endedBy(on, who, question);
      }
      const { aside } = talk;
      if (aside === undefined) throw new Error(`nobody can ask by a ${by} on ${on}`);
      return endedBy(
        on,
        who,
        await newQuestion(async () => {
          if (by === 'command') {
            expectOk(await aside.command({ person, place: where, text: says }));
            return;
          }
          talk.closeView(person);
          expectOk(await aside.shortcut({ person, message: null }));
          await until(() => talk.view(person)?.form !== null && talk.view(person) !== null);
          const { id = '', form } = talk.view(person) ?? {};
          const name = form?.fields[0]?.name ?? '';
          expectOk(await talk.submit({ person, id, values: { [name]: [says] } }));
        }),
      );
    },
    tell: async (o) => {
      const talk = stage.talks[o.ended.on];
      const person = personOf(o.who);
      talk.closeView(person);
      const before = talk.messages(person).length;
      await pressLabel(o);
      const said = (): string | undefined =>
        talk.view(person)?.text ??
        talk
          .messages(person)
          .slice(before)
          .find(({ ephemeral }) => ephemeral)?.text;
      await until(() => said() !== undefined);
      return said() ?? '';
    },
    leave: async (o) => {
      const { text, channel, id } = standing(o);
      const tenant = o.ended.on === 'slack' ? stage.teamId : stage.tenantId;
      const ref = { platform: o.ended.on, tenant, channel, id };
      await stage.running.world.store.expiries.sooner({ ref, removeAt: Date.now() });
      await until(() => messageOf(o.ended.on, o.who, o.ended.disclosure)?.text !== text);
      return messageOf(o.ended.on, o.who, o.ended.disclosure)?.text ?? '';
    },
    askBy: async (o) => {
      return endedBy(o.ended.on, o.who, await newQuestion(() => pressLabel(o)));
    },
    signInFor: async ({ who, ended: { on, question } }) => {
      const shown = (): number => entries(question).filter(({ kind }) => kind === 'disclosure').length;
      const before = shown();
      const at = Date.now();
      await signedIn(stage.running.world, { person: who, at, until: at + 15 * 60_000, by: 'test' });
      await until(() => shown() > before);
      await until(async () => (await stage.running.world.store.inbox.backlog()).claimed === 0);
      return endedOf({ on, who, question });
    },
    press: async ({ who, ended }) => {
      const talk = stage.talks[ended.on];
      const message = messageOf(ended.on, who, ended.disclosure);
      const view = message === undefined ? null : await pressView(talk, { person: personOf(who), message });
      if (view === null) throw new Error(`no view came of ${ended.question}`);
      return `${view.text}\n${view.note ?? ''}`;
    },
    signIn: async (who, minutesAgo) => {
      const now = Date.now();
      const at = now - minutesAgo * 60_000;
      await haveSignedIn(stage.running.world, { person: who, at, until: at + MOST_SIGN_IN_MS, now });
    },
    end: async () => {
      await stage.stop();
      if (o.folder === undefined) rmSync(folder, { recursive: true, force: true });
      const strange = stage.teamsComplaints().filter(({ what }) => what === 'no-such-call');
      if (strange.length > 0) throw new Error(`Teams was called wrongly: ${JSON.stringify(strange)}`);
    },
  };
};
