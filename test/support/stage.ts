/** A whole Sotto between stand-ins, for conversations over real http: quiet, without Slack's limits, in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHANNELS, type StagePlace } from '../../playground/places.ts';
import { pressView } from '../../playground/press-view.ts';
import { type Stage, startStage } from '../../playground/stage.ts';
import { claimForPlaying } from '../../src/adapters/files/data-folder.ts';
import type { AuditEntry, DecisionEntry, DisclosureEntry } from '../../src/core/audit.ts';
import { until } from './until.ts';

export interface TestStage extends Stage {
  readonly folder: string;
  /** Says it as this person and waits until Sotto is done with it; returns how it ended. */
  ask(o: { readonly who: string; readonly says: string; readonly where?: StagePlace }): Promise<Ended>;
  /** Presses the button of the message that answered, and reads the view that it opens. */
  press(o: { readonly who: string; readonly ended: Ended }): Promise<string>;
  signIn(who: string, minutesAgo: number): Promise<void>;
  user(who: string): string;
  end(): Promise<void>;
}

export interface Ended {
  readonly question: string;
  readonly decision: DecisionEntry;
  readonly disclosure: DisclosureEntry | null;
  /** All that the person now reads in the message that answered, blocks and text. */
  readonly visible: string;
}

export const openStage = async (
  o: { readonly folder?: string; readonly policiesFolder?: string } = {},
): Promise<TestStage> => {
  const folder = o.folder ?? mkdtempSync(join(tmpdir(), 'sotto-'));
  claimForPlaying(join(folder, 'data'));
  const stage = await startStage({
    dataFolder: join(folder, 'data'),
    host: '127.0.0.1',
    port: 0,
    opsPort: 0,
    policiesFolder: o.policiesFolder ?? null,
    limits: false,
    quiet: true,
  });
  const user = (who: string): string => stage.people.find(({ id }) => id === who)?.slackUser ?? '';
  const messageOf = (who: string, disclosure: DisclosureEntry | null) =>
    stage.slack
      .history({ user: user(who) })
      .find(({ channel, ts }) => channel === disclosure?.channel && ts === disclosure.message);
  const entries = (question: string): readonly AuditEntry[] =>
    stage.trail.map(({ entry }) => entry).filter((entry) => 'question' in entry && entry.question === question);

  return {
    ...stage,
    folder,
    user,
    ask: async ({ who, says, where = 'direct' }) => {
      const { channel, ts } = await stage.slack.say({ user: user(who), text: says, channel: CHANNELS[where] });
      const question = `slack:${stage.teamId}:${channel}:${ts}`;
      await until(() => entries(question).some(({ kind }) => kind === 'disclosure' || kind === 'undeliverable'));
      await until(async () => (await stage.running.world.store.inbox.backlog()).claimed === 0);
      const all = entries(question);
      const decision = all.findLast((entry): entry is DecisionEntry => entry.kind === 'decision');
      const disclosure = all.findLast((entry): entry is DisclosureEntry => entry.kind === 'disclosure') ?? null;
      if (decision === undefined) throw new Error(`no decision on record for ${question}`);
      const message = messageOf(who, disclosure);
      return {
        question,
        decision,
        disclosure,
        visible: `${message?.text ?? ''}\n${JSON.stringify(message?.blocks ?? [])}`,
      };
    },
    press: async ({ who, ended }) => {
      const message = messageOf(who, ended.disclosure);
      const pressed = message === undefined ? null : await pressView(stage.slack, { user: user(who), message });
      if (pressed === null) throw new Error(`no view came of ${ended.question}`);
      return `${pressed.text}\n${pressed.note ?? ''}`;
    },
    signIn: async (who, minutesAgo) => {
      const at = Date.now() - minutesAgo * 60_000;
      await stage.running.world.store.grants.give({ person: who, at, until: at + 24 * 60 * 60_000 });
    },
    end: async () => {
      await stage.stop();
      if (o.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
};
